import { refundReference } from '../kernel/ids';
import { money } from '../kernel/money';
import { reject } from '../kernel/rejection';
import { toIso } from '../kernel/time';
import type { EngineCommand, PersonCommand } from './commands';
import type { Decision } from './decision';
import type { OrderEvent, OrderEventOf, RefundCause } from './events';
import { BY_HAND } from './goods';
import {
  findPayment,
  findRefund,
  cardSubject,
  inReview,
  isRefundOpen,
  keptPayment,
  openReplacements,
  refundableMinor,
  refundSubject,
  surplusMinor,
  type Payment,
  type Refund,
  type SubmittedOrder,
} from './state';

type Command<T extends EngineCommand['type']> = Extract<EngineCommand, { type: T }>;

/** The event that orders money back. It is `full` when it returns the last of the kept payment: the order is then undone. */
export function orderRefund(
  state: SubmittedOrder,
  payment: Payment,
  amountMinor: number,
  cause: RefundCause,
  takesBack: readonly string[],
): OrderEventOf<'RefundOrdered'> {
  const refund = state.refunds.length + 1;
  const full = payment.role === 'KEPT' && amountMinor === refundableMinor(state, payment) && cause !== 'PARTIAL' && cause !== 'SURPLUS';
  return {
    type: 'RefundOrdered',
    data: {
      refund,
      refundReference: refundReference(state.orderId, refund),
      reference: payment.reference,
      gatewayId: payment.gatewayId,
      amount: money(amountMinor, payment.captured?.currency ?? state.submitted.amount.currency),
      cause,
      takesBack: full ? state.deliveredCardIds : takesBack,
      full,
    },
  };
}

/**
 * GIVEN captured money on a payment of this order
 * WHEN  a person orders it back, wholly or in part
 * THEN  the refund is ordered; a full one withholds the delivered cards, a partial one those it names
 * REJECTED NOTHING_TO_REFUND · AMOUNT_TOO_LARGE above what is left · REFUND_IN_PROGRESS while one of this payment is open
 * REJECTED CARD_NOT_IN_ORDER · CARDS_NOT_PAID_BY_IT: cards go back only with the payment that bought them, so never twice
 */
export function orderRefundByPerson(command: Extract<PersonCommand, { type: 'OrderRefund' }>, state: SubmittedOrder): Decision {
  const payment = command.reference === undefined ? keptPayment(state) : findPayment(state, command.reference);
  if (payment === undefined) return command.reference === undefined ? reject('NOTHING_TO_REFUND') : reject('PAYMENT_NOT_FOUND');
  if (state.refunds.some((r) => r.reference === payment.reference && isRefundOpen(r))) return reject('REFUND_IN_PROGRESS');
  const left = refundableMinor(state, payment);
  if (left <= 0) return reject('NOTHING_TO_REFUND');
  const amountMinor = command.amountMinor ?? left;
  if (amountMinor <= 0 || amountMinor > left) return reject('AMOUNT_TOO_LARGE', { refundableMinor: left });
  const cardIds = command.cardIds ?? [];
  // A reported card that still waits for another one may be settled in money instead.
  const named = [...state.deliveredCardIds, ...openReplacements(state).map(({ cardId }) => cardId)];
  if (cardIds.some((id) => !named.includes(id))) return reject('CARD_NOT_IN_ORDER');
  if (cardIds.length > 0 && payment.role !== 'KEPT') return reject('CARDS_NOT_PAID_BY_IT');
  return [orderRefund(state, payment, amountMinor, 'PERSON', cardIds)];
}

/**
 * The plan returns what must not be kept: a surplus, late money of a cancelled order, an order that cannot be filled.
 * REJECTED REFUND_IN_PROGRESS while another refund of this payment is open: were that one refused, a part would stay behind
 */
export function compensate(command: Command<'Compensate'>, state: SubmittedOrder): Decision {
  const payment = findPayment(state, command.reference);
  if (payment === undefined) return reject('PAYMENT_NOT_FOUND');
  if (state.refunds.some((r) => r.reference === payment.reference && isRefundOpen(r))) return reject('REFUND_IN_PROGRESS');
  const left = command.cause === 'SURPLUS' ? surplusMinor(state, payment) : refundableMinor(state, payment);
  return left <= 0 ? reject('NOTHING_TO_REFUND') : [orderRefund(state, payment, left, command.cause, [])];
}

/**
 * GIVEN a refund that was ordered, or that definitely was not done
 * WHEN  the plan wants it sent
 * THEN  the right to send it is stored first, always under the one reference this refund has
 */
export function requestRefund(command: Command<'RequestRefund'>, state: SubmittedOrder): Decision {
  const refund = findRefund(state, command.refundReference);
  if (refund === undefined) return reject('REFUND_NOT_FOUND');
  if (refund.status !== 'ORDERED' && refund.status !== 'RETRY') return reject('ILLEGAL_STATE', { status: refund.status });
  const { reference, gatewayId, amount, attempts } = refund;
  const grant = { by: command.by, performBy: toIso(command.performBy), answerBy: toIso(command.answerBy) };
  return [
    { type: 'RefundRequested', data: { refundReference: command.refundReference, reference, gatewayId, amount, attempt: attempts + 1, ...grant } },
  ];
}

/** The money is back: the cards of this refund are taken last, and what waited for it is answered. */
export function returned(state: SubmittedOrder, refund: Refund, evidence?: 'PERSON'): readonly OrderEvent[] {
  const { refundReference: reference, gatewayId, amount, cause, full, takesBack } = refund;
  const { skuId } = state.submitted;
  const revealedCardIds = takesBack.filter((id) => state.revealedCardIds.includes(id));
  const compensated: OrderEvent = {
    type: 'Compensated',
    data: { method: 'REFUND', skuId, refundReference: reference, gatewayId, amount, cause, full, ...(evidence === undefined ? {} : { evidence }) },
  };
  // A reported card that was given up before has nothing left to take.
  const cardIds = takesBack.filter((id) => state.deliveredCardIds.includes(id));
  const taken: readonly OrderEvent[] =
    cardIds.length === 0 ? [] : [{ type: 'CardsGivenUp', data: { skuId, cardIds, revealedCardIds, cause: 'TAKEN_BACK' } }];
  const settled = [refundSubject(reference), ...takesBack.map(cardSubject), ...(full ? [BY_HAND] : [])];
  const wanted = openReplacements(state);
  const settlesDeadline = full || (wanted.length > 0 && wanted.every(({ cardId }) => takesBack.includes(cardId)));
  const waiting = state.reviews.filter(({ subject }) => settled.includes(subject) || (settlesDeadline && subject === 'deadline'));
  const answered = waiting.map((review): OrderEvent => ({ type: 'ReviewResolved', data: { subject: review.subject, resolution: 'ANSWERED' } }));
  return [compensated, ...taken, ...answered];
}

/**
 * GIVEN a refund in doubt that has been shown to a person, because nobody can ask about it or no answer comes
 * WHEN  that person has found out elsewhere what became of it
 * THEN  REFUNDED compensates · NOT_REFUNDED lets the order go on as it was, and asks a person what becomes of the money
 * REJECTED REFUND_NOT_FOUND · REFUND_NOT_IN_DOUBT while it is only under way, or when its outcome is known
 */
export function confirmRefund(command: Extract<PersonCommand, { type: 'ConfirmRefund' }>, state: SubmittedOrder): Decision {
  const refund = findRefund(state, command.refundReference);
  if (refund === undefined) return reject('REFUND_NOT_FOUND');
  const subject = refundSubject(refund.refundReference);
  const inDoubt = refund.status === 'IN_DOUBT' || refund.status === 'PENDING';
  if (!inDoubt || !inReview(state, subject)) return reject('REFUND_NOT_IN_DOUBT', { status: refund.status });
  if (command.outcome === 'REFUNDED') return returned(state, refund, 'PERSON');
  const { refundReference, gatewayId } = refund;
  return [
    { type: 'RefundRefused', data: { refundReference, gatewayId, cause: 'NOT_REFUNDED', evidence: 'PERSON' } },
    { type: 'ReviewResolved', data: { subject, resolution: 'PERSON' } },
    { type: 'ReviewOpened', data: { subject, cause: 'REFUND_REFUSED' } },
  ];
}

/**
 * GIVEN a refund that was sent or asked about
 * WHEN  the answer is there
 * THEN  REFUNDED compensates and takes the cards last · REFUSED lets the order go on as it was and calls a person · anything else is asked again
 */
export function recordRefundAnswer(command: Command<'RecordRefundAnswer'>, state: SubmittedOrder): Decision {
  const refund = findRefund(state, command.refundReference);
  if (refund === undefined) return reject('REFUND_NOT_FOUND');
  if (!isRefundOpen(refund)) return [];
  const { refundReference: reference, gatewayId, status } = refund;
  const subject = refundSubject(reference);
  const { answer } = command;
  const ask = (seen: 'PENDING' | 'NOT_FOUND'): OrderEvent => ({
    type: 'RefundChecked',
    data: { refundReference: reference, gatewayId, status: seen, nextCheckAt: toIso(command.nextCheckAt) },
  });
  const again = (dueAt: number, cause: string): OrderEvent => ({
    type: 'RetryScheduled',
    data: { step: 'refund', reference, attempt: refund.attempts, dueAt: toIso(dueAt), cause },
  });
  // A refund is sent again under its one reference: what was learnt of an earlier sending says nothing of this one.
  const ofLastSending = command.attempt === refund.attempts && status !== 'ORDERED' && status !== 'RETRY';
  const ofOpenSending = command.first && ofLastSending && status === 'REQUESTED';
  switch (answer.kind) {
    case 'REFUNDED':
      return returned(state, refund);
    case 'PENDING':
      return status === 'PENDING' ? [] : [ask('PENDING')];
    case 'REFUSED': {
      // A refusal of one sending proves nothing while an earlier one is unknown; the status word REFUSED always does.
      if (!answer.definite && !ofOpenSending) return [];
      const review: readonly OrderEvent[] = inReview(state, subject) ? [] : [{ type: 'ReviewOpened', data: { subject, cause: 'REFUND_REFUSED' } }];
      return [{ type: 'RefundRefused', data: { refundReference: reference, gatewayId, cause: answer.code } }, ...review];
    }
    case 'NOT_DONE':
      return ofOpenSending ? [again(answer.retryAt, answer.code)] : [];
    case 'NOT_FOUND':
      if (answer.final) return ofLastSending ? [again(answer.retryAt, 'NEVER_SEEN')] : [];
      return refund.notFoundAt === undefined ? [ask('NOT_FOUND')] : [];
    case 'UNKNOWN':
      return status === 'REQUESTED' ? [{ type: 'RefundTimedOut', data: { refundReference: reference, gatewayId, cause: answer.cause } }] : [];
  }
}
