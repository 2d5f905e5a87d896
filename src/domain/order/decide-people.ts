import { reject } from '../kernel/rejection';
import { SECOND_MS, toIso } from '../kernel/time';
import type { PersonCommand } from './commands';
import type { Decision } from './decision';
import { DEADLINE } from './decide-cards';
import { reviewedPurchase } from './decide-purchase';
import type { OrderEvent } from './events';
import {
  cardsMissing,
  fullRefundOpen,
  inReview,
  isProvenClosed,
  isRefundInDoubt,
  keptPayment,
  openReplacements,
  paymentSubject,
  refundableMinor,
  refundSubject,
  type SubmittedOrder,
} from './state';

type Command<T extends PersonCommand['type']> = Extract<PersonCommand, { type: T }>;

/**
 * GIVEN a paid order without its cards, whose money was not ordered back
 * WHEN  a person tries it again
 * THEN  the deliver-within time starts anew and the review of the deadline is over
 * REJECTED NOT_PAID · REFUND_IN_PROGRESS · NOTHING_TO_RETRY when it has its cards, or its money went back
 */
export function retryOrder(command: Command<'RetryOrder'>, state: SubmittedOrder): Decision {
  const payment = keptPayment(state);
  const lacksCards = state.deliveredAt === undefined || openReplacements(state).length > 0;
  if (payment === undefined) return reject('NOT_PAID');
  if (fullRefundOpen(state)) return reject('REFUND_IN_PROGRESS');
  if (!lacksCards || state.end !== undefined || refundableMinor(state, payment) <= 0) return reject('NOTHING_TO_RETRY');
  const { skuId, terms } = state.submitted;
  const deliverBy = toIso(command.at + terms.deliverWithinSeconds * SECOND_MS);
  const reopened: OrderEvent = { type: 'OrderReopened', data: { skuId, cause: 'PERSON', deliverBy } };
  return inReview(state, DEADLINE) ? [reopened, { type: 'ReviewResolved', data: { subject: DEADLINE, resolution: 'PERSON' } }] : [reopened];
}

/** Nothing but what people do happens to a frozen order. ALREADY SO when it is frozen. */
export function freezeOrder(command: Command<'FreezeOrder'>, state: SubmittedOrder): Decision {
  return state.frozen === undefined ? [{ type: 'OrderFrozen', data: { cause: command.cause } }] : [];
}

export function unfreezeOrder(state: SubmittedOrder): Decision {
  return state.frozen === undefined ? [] : [{ type: 'OrderUnfrozen', data: {} }];
}

/** A doubt about a refund, and a paid order past its time, are called over only by what answers them. */
function isStillAsked(state: SubmittedOrder, subject: string): boolean {
  if (subject !== DEADLINE) return state.refunds.some((refund) => refundSubject(refund.refundReference) === subject && isRefundInDoubt(refund));
  const payment = keptPayment(state);
  return payment !== undefined && state.end === undefined && refundableMinor(state, payment) > 0 && cardsMissing(state) > 0;
}

/**
 * GIVEN a review
 * WHEN  a person answers it
 * THEN  it is over; a payment on which no money was seen counts as closed, and an open purchase is written off, on that person's word
 * REJECTED REVIEW_NOT_FOUND when nothing of this order waits under that subject: only its own answer closes a review
 * REJECTED REVIEW_NEEDS_ANSWER while what it asks is still open: it would be asked again at once
 */
export function resolveReview(command: Command<'ResolveReview'>, state: SubmittedOrder): Decision {
  const { subject } = command;
  if (!inReview(state, subject)) return reject('REVIEW_NOT_FOUND');
  if (isStillAsked(state, subject)) return reject('REVIEW_NEEDS_ANSWER');
  const resolved: OrderEvent = { type: 'ReviewResolved', data: { subject, resolution: 'PERSON' } };
  const purchase = reviewedPurchase(state, subject);
  if (purchase.length > 0) return [...purchase, resolved];
  const payment = state.payments.find((p) => paymentSubject(p.reference) === subject);
  if (payment === undefined || payment.captured !== undefined || isProvenClosed(payment)) return [resolved];
  const { reference, gatewayId } = payment;
  return [{ type: 'PaymentClosed', data: { reference, gatewayId, proof: 'PERSON' } }, resolved];
}

export function addNote(command: Command<'AddNote'>): Decision {
  return [{ type: 'NoteAdded', data: { text: command.text } }];
}
