import { money } from '../kernel/money';
import { paymentReference } from '../kernel/ids';
import { isRejection, reject } from '../kernel/rejection';
import { toIso } from '../kernel/time';
import type { EngineCommand, GatewayCommand, PaymentAnswer, PaymentReport } from './commands';
import { answeredReview, confirm } from './confirmed-money';
import type { Decision } from './decision';
import type { OrderEvent, OrderEventData } from './events';
import {
  findPayment,
  inReview,
  isInDoubt,
  isProvenClosed,
  latestPayment,
  paymentSubject,
  refundableMinor,
  type Payment,
  type SubmittedOrder,
} from './state';
import { unwanted } from './unwanted';

type Command<T extends EngineCommand['type']> = Extract<EngineCommand, { type: T }>;

/** The next payment must wait for it: it is in doubt, holds money, or is a page that its buyer has and has not left. */
function holdsUpNext(state: SubmittedOrder, payment: Payment): boolean {
  if (isInDoubt(payment) || payment.status === 'PAID') return true;
  if (payment.status === 'MISMATCHED') return refundableMinor(state, payment) > 0;
  const left = state.changing?.from === payment.reference || latestPayment(state)?.reference !== payment.reference;
  return payment.status === 'OPEN' && !left && payment.pageLost === undefined;
}

/**
 * GIVEN an unpaid order with no payment that could still take money, but for a page that was left and cannot be closed
 * WHEN  the plan asks for a payment
 * THEN  the right to send exactly this request is stored first, under a reference made of order and attempt
 */
export function requestPayment(command: Command<'RequestPayment'>, state: SubmittedOrder): Decision {
  const heldUp = state.payments.some((payment) => holdsUpNext(state, payment));
  if (state.end !== undefined || state.paidAt !== undefined || state.cancelRequestedAt !== undefined || heldUp) return reject('ILLEGAL_STATE');
  const { gatewayId, kind, returnUrl, instrument } = state.method;
  const attempt = state.payments.length + 1;
  const data = {
    attempt,
    reference: paymentReference(state.orderId, attempt),
    gatewayId,
    merchantId: command.merchantId,
    kind,
    amount: state.submitted.amount,
    notifyUrl: command.notifyUrl,
    expiresAt: toIso(state.payBy),
    by: command.by,
    performBy: toIso(command.performBy),
    answerBy: toIso(command.answerBy),
    ...(instrument === undefined ? {} : { instrument }),
    ...(returnUrl === undefined ? {} : { returnUrl }),
  };
  return [{ type: 'PaymentRequested', data }];
}

/**
 * GIVEN a payment of this order
 * WHEN  the gateway sends a well-signed notice about it
 * THEN  it is stored as a hint, and the gateway is asked; nobody is credited for a notice
 * ALREADY SO when it says what a query has already proven, or when one that claims as much money still waits to be asked about
 */
export function recordNotice(command: GatewayCommand, state: SubmittedOrder): Decision {
  const payment = findPayment(state, command.reference);
  if (payment === undefined || payment.gatewayId !== command.gatewayId) return reject('PAYMENT_NOT_FOUND');
  const known = payment.status === command.claimedStatus && command.claimedCapturedMinor <= (payment.captured?.amountMinor ?? 0);
  const waits = payment.noticePending && command.claimedCapturedMinor <= (payment.notice?.capturedMinor ?? 0);
  if (waits || known) return [];
  const { type: _type, ...data } = command;
  return [{ type: 'PaymentNoticeReceived', data }];
}

/** Which promise the gateway's answer breaks, if any: money is credited only when all four fit. */
function mismatchOf(
  payment: Payment,
  report: PaymentReport,
): { field: 'merchantId' | 'amount' | 'captured' | 'currency'; expected: string; reported: string } | null {
  const { request } = payment;
  if (report.merchantId !== request.merchantId) return { field: 'merchantId', expected: request.merchantId, reported: report.merchantId };
  if (report.currency !== request.amount.currency) return { field: 'currency', expected: request.amount.currency, reported: report.currency };
  if (report.amountMinor !== request.amount.amountMinor)
    return { field: 'amount', expected: `${request.amount.amountMinor}`, reported: `${report.amountMinor}` };
  if (report.capturedMinor !== request.amount.amountMinor)
    return { field: 'captured', expected: `${request.amount.amountMinor}`, reported: `${report.capturedMinor}` };
  return null;
}

/**
 * Whether an answer that shows no new money is the last word on the notice that waits. Nobody watches a settled payment any more,
 * so a notice of more money than is known is asked about until the answer cannot be an old one.
 */
function settlesNotice({ noticeIsOld }: Command<'RecordPaymentAnswer'>, { noticePending, notice, captured }: Payment): boolean {
  return noticePending && (noticeIsOld === true || (notice?.capturedMinor ?? 0) <= (captured?.amountMinor ?? 0));
}

function paid(command: Command<'RecordPaymentAnswer'>, report: PaymentReport, state: SubmittedOrder, payment: Payment): Decision {
  const { reference, gatewayId } = payment;
  const captured = money(report.capturedMinor, report.currency);
  const mismatch = mismatchOf(payment, report);
  const before = payment.captured?.amountMinor ?? 0;
  if (payment.status === 'MISMATCHED' || payment.status === 'PAID') {
    const grown = report.capturedMinor > before;
    if (!grown) return settlesNotice(command, payment) ? [{ type: 'PaymentChecked', data: { reference, gatewayId, status: 'PAID' } }] : [];
  }
  if (mismatch !== null) {
    const frozen: readonly OrderEvent[] = state.frozen === undefined ? [{ type: 'OrderFrozen', data: { cause: 'PAYMENT_MISMATCHED' } }] : [];
    const subject = paymentSubject(reference);
    const review: readonly OrderEvent[] = inReview(state, subject) ? [] : [{ type: 'ReviewOpened', data: { subject, cause: 'PAYMENT_MISMATCHED' } }];
    return [{ type: 'PaymentMismatched', data: { reference, gatewayId, ...mismatch, captured } }, ...frozen, ...review];
  }
  const transaction = report.transactionId === undefined ? {} : { transactionId: report.transactionId };
  return confirm(state, payment, { captured, evidence: 'QUERY', at: command.at, ...transaction });
}

/** A check is stored when it answers a notice, a due stage, or the first question since somebody wanted the payment gone. Asking more often is no fact. */
function isNews({ at }: Command<'RecordPaymentAnswer'>, state: SubmittedOrder, payment: Payment): boolean {
  if (payment.noticePending) return true;
  // After-care of a declined payment begins at pay-within or the end; until then the same answer again is no news.
  if (payment.status === 'DECLINED' && payment.nextCheckAt === undefined)
    return payment.checkedAt === undefined && at > Math.min(state.payBy, state.end?.at ?? Infinity);
  const gone = unwanted(state, payment, at >= state.payBy);
  if (gone !== null && (payment.checkedAt === undefined || payment.checkedAt < gone.since)) return true;
  return payment.nextCheckAt === undefined ? payment.checkedAt === undefined : payment.nextCheckAt <= at;
}

function stillOpen(command: Command<'RecordPaymentAnswer'>, report: PaymentReport, state: SubmittedOrder, payment: Payment): Decision {
  // A close that left it open is asked again; it is no look at the page.
  if (command.call === 'close') return [];
  const { reference, gatewayId } = payment;
  if (payment.status === 'REQUESTED' || payment.status === 'IN_DOUBT') {
    const page = {
      ...(report.payUrl === undefined ? {} : { payUrl: report.payUrl }),
      ...(report.qrText === undefined ? {} : { qrText: report.qrText }),
    };
    const opened: OrderEvent = {
      type: 'PaymentOpened',
      data: { reference, gatewayId, nextCheckAt: toIso(command.nextCheckAt ?? command.at), ...page },
    };
    return [opened, ...answeredReview(state, paymentSubject(reference))];
  }
  return isNews(command, state, payment) ? [checked(command, payment, 'OPEN')] : [];
}

function checked(
  command: Command<'RecordPaymentAnswer'>,
  { reference, gatewayId }: Payment,
  status: OrderEventData<'PaymentChecked'>['status'],
): OrderEvent {
  const nextCheckAt = command.nextCheckAt === undefined ? {} : { nextCheckAt: toIso(command.nextCheckAt) };
  return { type: 'PaymentChecked', data: { reference, gatewayId, status, ...nextCheckAt } };
}

/** A person stood for this money, and now the gateway says otherwise: a person must look again, before or after the goods are out. */
function contradicted(state: SubmittedOrder, { vouched, reference }: Payment): readonly OrderEvent[] {
  const subject = paymentSubject(reference);
  return vouched === undefined || inReview(state, subject) ? [] : [{ type: 'ReviewOpened', data: { subject, cause: 'GATEWAY_DISAGREES' } }];
}

function reported(command: Command<'RecordPaymentAnswer'>, report: PaymentReport, state: SubmittedOrder, payment: Payment): Decision {
  const { reference, gatewayId } = payment;
  if (report.status === 'PAID') return paid(command, report, state, payment);
  // Once money was seen, or the end was proven, anything but money is stale news.
  if (isSettled(payment)) return settlesNotice(command, payment) ? [checked(command, payment, report.status), ...contradicted(state, payment)] : [];
  const review = answeredReview(state, paymentSubject(reference));
  const closed: readonly OrderEvent[] = [{ type: 'PaymentClosed', data: { reference, gatewayId, proof: 'CLOSED' } }, ...review];
  switch (report.status) {
    case 'OPEN':
      return stillOpen(command, report, state, payment);
    case 'DECLINED':
      if (command.call === 'close') return closed;
      if (payment.status === 'DECLINED') return isNews(command, state, payment) ? [checked(command, payment, 'DECLINED')] : [];
      return [{ type: 'PaymentDeclined', data: { reference, gatewayId, cause: report.reason ?? 'DECLINED' } }, ...review];
    case 'CLOSED':
      return closed;
  }
}

type Undecided = Exclude<PaymentAnswer, { kind: 'REPORTED' }>;

const isSettled = (payment: Payment): boolean => payment.captured !== undefined || isProvenClosed(payment);

/** Answers that prove nothing, or prove only that this one sending did nothing. */
function unproven(command: Command<'RecordPaymentAnswer'>, answer: Undecided, state: SubmittedOrder, payment: Payment): Decision {
  const { reference, gatewayId } = payment;
  const firstRequest = command.call === 'request' && command.first && payment.status === 'REQUESTED';
  switch (answer.kind) {
    case 'REFUSED':
      return firstRequest ? [{ type: 'PaymentDeclined', data: { reference, gatewayId, cause: answer.code } }] : [];
    case 'NOT_DONE': {
      if (!firstRequest) return [];
      const retry: OrderEvent = {
        type: 'RetryScheduled',
        data: { step: 'payment', reference, attempt: payment.attempt, dueAt: toIso(answer.retryAt), cause: answer.code },
      };
      return [{ type: 'PaymentClosed', data: { reference, gatewayId, proof: 'NOT_DONE' } }, retry];
    }
    case 'NOT_FOUND': {
      if (isSettled(payment)) return settlesNotice(command, payment) ? [checked(command, payment, 'NOT_FOUND')] : [];
      if (answer.final)
        return [{ type: 'PaymentClosed', data: { reference, gatewayId, proof: 'NEVER_SEEN' } }, ...answeredReview(state, paymentSubject(reference))];
      return payment.notFoundAt === undefined || isNews(command, state, payment) ? [checked(command, payment, 'NOT_FOUND')] : [];
    }
    case 'UNKNOWN': {
      const newDoubt = command.call === 'request' ? payment.status === 'REQUESTED' : command.call === 'close' && payment.closing?.timedOut === false;
      return newDoubt ? [{ type: 'PaymentTimedOut', data: { reference, gatewayId, call: command.call, cause: answer.cause } }] : [];
    }
  }
}

/**
 * GIVEN a payment that was asked about (requested, queried or closed)
 * WHEN  the answer is there
 * THEN  the latest *queried* fact counts; what contradicts an earlier one is recorded, and money that shows is never ignored
 * ALREADY SO when it tells nothing new and was asked before the notice that waits: money may have moved in between, so it is asked again;
 * likewise while an answer without the notice's money may be an old one
 */
export function recordPaymentAnswer(command: Command<'RecordPaymentAnswer'>, state: SubmittedOrder): Decision {
  const payment = findPayment(state, command.reference);
  if (payment === undefined) return reject('PAYMENT_NOT_FOUND');
  const { answer, asOf } = command;
  const decision = answer.kind === 'REPORTED' ? reported(command, answer.report, state, payment) : unproven(command, answer, state, payment);
  const isBeforeNotice = payment.noticePending && asOf !== undefined && asOf < (payment.notice?.event ?? 0);
  if (!isBeforeNotice || isRejection(decision)) return decision;
  return decision.filter(({ type }) => type !== 'PaymentChecked');
}

/**
 * GIVEN a payment that is not proven closed
 * WHEN  the plan wants it closed
 * THEN  the right to close it is stored first
 * ALREADY SO when it is closed or being closed
 */
export function requestClose(command: Command<'RequestClose'>, state: SubmittedOrder): Decision {
  const payment = findPayment(state, command.reference);
  if (payment === undefined) return reject('PAYMENT_NOT_FOUND');
  if (isProvenClosed(payment) || payment.closing !== undefined) return [];
  const { reference, gatewayId } = payment;
  const grant = { by: command.by, performBy: toIso(command.performBy), answerBy: toIso(command.answerBy) };
  return [{ type: 'PaymentCloseRequested', data: { reference, gatewayId, cause: command.cause, ...grant } }];
}
