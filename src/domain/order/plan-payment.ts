import { paymentReference } from '../kernel/ids';
import { earliest, type Instant } from '../kernel/time';
import { paymentSubject } from './decide-payment';
import type { CloseCause } from './events';
import { ask, deadlinePassed, decideStep, grantFrom, isDue, type Pass, type PlanRow, type Step } from './plan';
import { cardsMissing, fullRefundOpen, inReview, isInDoubt, keptPayment, latestPayment, refundableMinor, type Payment } from './state';
import { nextStage } from './timing';

/** From here on a payment that cannot be proven closed is in after-care. */
const careSince = ({ state }: Pass): Instant => earliest(state.payBy, state.end?.at) ?? state.payBy;
const inCare = (pass: Pass): boolean => pass.state.end !== undefined || pass.now >= pass.state.payBy;

/** When to ask again about a payment that is still open after this time of asking; undefined when nobody will. */
export function nextPaymentCheck(pass: Pass, payment: Payment): Instant | undefined {
  const { timing } = pass.world;
  if (inCare(pass)) return nextStage(timing.afterCareStagesMs, careSince(pass), pass.now);
  return earliest(nextStage(timing.checkStagesMs, payment.requestedAt, pass.now), pass.state.payBy);
}

function close(pass: Pass, payment: Payment, cause: CloseCause): Step {
  const { reference } = payment;
  const grant = grantFrom(pass, pass.world.timing.paymentTimeoutMs);
  return decideStep({ type: 'RequestClose', reference, cause, ...grant }, { kind: 'close-payment', reference, first: true });
}

function query(pass: Pass, payment: Payment): Step {
  const next = nextPaymentCheck(pass, payment);
  return ask({ kind: 'query-payment', reference: payment.reference, notFoundIsFinal: false, ...(next === undefined ? {} : { nextCheckAt: next }) });
}

function callAPerson(pass: Pass, payment: Payment): Step | null {
  const subject = paymentSubject(payment.reference);
  return inReview(pass.state, subject) ? null : decideStep({ type: 'OpenReview', subject, cause: 'CANNOT_BE_ASKED' });
}

/** Somebody wants this open payment gone, since this time, for this reason. */
function unwanted(pass: Pass, payment: Payment): { readonly since: Instant; readonly cause: CloseCause } | null {
  const { state, now } = pass;
  if (state.end !== undefined) return { since: state.end.at, cause: 'ENDED' };
  if (state.cancelRequestedAt !== undefined) return { since: state.cancelRequestedAt, cause: 'CANCELLED' };
  if (keptPayment(state) !== undefined) return { since: state.paidAt ?? now, cause: 'ENDED' };
  if (state.changing?.from === payment.reference) return { since: state.changing.at, cause: 'METHOD_CHANGED' };
  if (latestPayment(state)?.reference !== payment.reference) return { since: payment.requestedAt, cause: 'METHOD_CHANGED' };
  return now >= state.payBy ? { since: state.payBy, cause: 'EXPIRED' } : null;
}

/** Row 13 for one payment on whose page the buyer may still pay. */
function watchOpen(pass: Pass, payment: Payment): Step | null {
  const gateway = pass.world.gateway(payment.gatewayId);
  if (gateway === undefined) return callAPerson(pass, payment);
  const { flags } = gateway;
  const gone = unwanted(pass, payment);
  const due = payment.noticePending || (payment.nextCheckAt !== undefined && isDue(pass, payment.nextCheckAt));
  if (gone === null) {
    pass.wakes.push(pass.state.payBy);
    return due && flags.lookup ? query(pass, payment) : null;
  }
  const askedSince = payment.checkedAt !== undefined && payment.checkedAt >= gone.since;
  if (flags.lookup && !askedSince && gone.cause === 'EXPIRED') return query(pass, payment);
  if (flags.cancel) return close(pass, payment, gone.cause);
  if (!flags.lookup) return callAPerson(pass, payment);
  return due || (!askedSince && gone.cause !== 'ENDED') ? query(pass, payment) : null;
}

/** A declined payment frees the next attempt but proves no close. */
function watchDeclined(pass: Pass, payment: Payment): Step | null {
  const { state } = pass;
  const gateway = pass.world.gateway(payment.gatewayId);
  if (gateway === undefined) return null;
  const nextIsAllowed = payment.request.kind === 'REDIRECT' || state.changing?.from === payment.reference || latestPayment(state)?.reference !== payment.reference;
  if (gateway.flags.cancel) return state.end !== undefined || nextIsAllowed ? close(pass, payment, 'DECLINED') : null;
  if (!gateway.flags.lookup || !inCare(pass)) return null;
  const due = payment.nextCheckAt ?? nextStage(pass.world.timing.afterCareStagesMs, careSince(pass), (payment.checkedAt ?? careSince(pass)));
  return due !== undefined && isDue(pass, due) ? query(pass, payment) : null;
}

function watch(pass: Pass): Step | null {
  for (const payment of pass.state.payments) {
    if (isInDoubt(payment)) continue;
    let step: Step | null = null;
    if (payment.status === 'OPEN') step = watchOpen(pass, payment);
    else if (payment.noticePending) step = pass.world.gateway(payment.gatewayId)?.flags.lookup === true ? query(pass, payment) : callAPerson(pass, payment);
    else if (payment.status === 'DECLINED') step = watchDeclined(pass, payment);
    if (step !== null) return step;
  }
  return null;
}

/** The buyer could still pay on it, or nobody knows. A page that cannot be closed counts as lapsed once the gateway, asked after `since`, said "not paid". */
function holdsUp(pass: Pass, payment: Payment, since: Instant): boolean {
  if (isInDoubt(payment)) return true;
  if (payment.status === 'MISMATCHED') return refundableMinor(pass.state, payment) > 0;
  if (payment.status !== 'OPEN') return false;
  const gateway = pass.world.gateway(payment.gatewayId);
  return gateway === undefined || gateway.flags.cancel || payment.checkedAt === undefined || payment.checkedAt < since;
}

function cancel(pass: Pass): Step | null {
  const { state } = pass;
  if (state.cancelRequestedAt === undefined || state.end !== undefined) return null;
  const kept = keptPayment(state);
  if (kept !== undefined) {
    const refunded = fullRefundOpen(state) || refundableMinor(state, kept) <= 0 || state.refunds.some((r) => r.cause === 'CANCELLED' && r.status === 'REFUSED');
    return refunded ? null : decideStep({ type: 'Compensate', reference: kept.reference, cause: 'CANCELLED' });
  }
  const since = state.cancelRequestedAt;
  const step = watch(pass);
  if (step !== null) return step;
  return state.payments.some((payment) => holdsUp(pass, payment, since)) ? null : decideStep({ type: 'CancelOrder', cause: 'REQUESTED' });
}

function expire(pass: Pass): Step | null {
  const { state } = pass;
  if (state.end !== undefined || state.paidAt !== undefined || !deadlinePassed(pass, state.payBy)) return null;
  return state.payments.some((payment) => holdsUp(pass, payment, state.payBy)) ? null : decideStep({ type: 'ExpireOrder' });
}

/** Row 14: the next payment, or the end of an order that may take no other. */
function pay(pass: Pass): Step | null {
  const { state, now, world } = pass;
  const { terms, skuId, quantity } = state.submitted;
  if (state.end !== undefined || state.paidAt !== undefined || state.cancelRequestedAt !== undefined || now >= state.payBy) return null;
  const latest = latestPayment(state);
  const changed = latest !== undefined && state.changing?.from === latest.reference;
  // The page in use holds up the next one; a page that was left counts as lapsed once the gateway said "not paid" since.
  const leftAt = (payment: Payment): Instant => (payment !== latest ? payment.requestedAt : changed ? (state.changing?.at ?? Infinity) : Infinity);
  if (state.payments.some((payment) => holdsUp(pass, payment, leftAt(payment)))) return null;
  if (latest?.status === 'DECLINED' && latest.request.kind === 'CHARGE' && !changed) return decideStep({ type: 'FailOrder', cause: latest.declinedFor ?? 'DECLINED' });
  if (state.payments.length >= world.timing.attemptsMax) return decideStep({ type: 'FailOrder', cause: latest?.declinedFor ?? 'GATEWAY_UNAVAILABLE' });
  if (state.paymentRetry !== undefined && !isDue(pass, state.paymentRetry.dueAt)) return null;
  const gateway = world.gateway(state.method.gatewayId);
  if (gateway === undefined || gateway.paused) {
    pass.waitsFor.push(`gateway:${state.method.gatewayId}`);
    pass.wakes.push(state.payBy);
    return null;
  }
  const soldOut = terms.reserve === 'AT_PAYMENT' && !terms.oversell && world.sellable(skuId) < quantity;
  if (soldOut) return decideStep({ type: 'CancelOrder', cause: 'OUT_OF_STOCK' });
  if (terms.reserve === 'AT_SUBMIT' && !terms.oversell && cardsMissing(state) > 0) return null;
  const { merchantId, notifyUrl } = gateway;
  const reference = paymentReference(state.orderId, state.payments.length + 1);
  const nextCheckAt = earliest(nextStage(world.timing.checkStagesMs, now, now), state.payBy) ?? state.payBy;
  return decideStep({ type: 'RequestPayment', merchantId, notifyUrl, ...grantFrom(pass, world.timing.paymentTimeoutMs) }, { kind: 'request-payment', reference, first: true, nextCheckAt });
}

export const paymentRows: { readonly cancel: readonly PlanRow[]; readonly route: readonly PlanRow[]; readonly pay: readonly PlanRow[] } = {
  cancel: [{ row: '7 cancel', about: 'close what is open; not paid → cancelled; paid → the money goes back', step: cancel }],
  route: [
    {
      row: '11 route',
      about: 'admitted, no lane yet',
      step: ({ state, world }) => (state.lane === undefined && state.end === undefined ? decideStep({ type: 'RouteOrder', ...world.route(state) }) : null),
    },
  ],
  pay: [
    { row: '13 watch', about: 'a notice, a due check or the end of pay-within: ask the gateway; close what nobody wants any more', step: watch },
    { row: '13 expire', about: 'pay-within passed and no payment left that is open or in doubt', step: expire },
    { row: '14 pay', about: 'no payment open and an attempt allowed: request one; else the order fails', step: pay },
  ],
};
