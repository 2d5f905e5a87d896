import { paymentReference } from '../kernel/ids';
import { earliest, type Instant } from '../kernel/time';
import { ask } from './ask';
import type { CloseCause } from './events';
import { noRecord } from '../routing/track-record';
import { timeoutFor } from '../routing/timeouts';
import {
  callAPerson,
  comesBackIfBusy,
  deadlinePassed,
  decideStep,
  grantFrom,
  isDue,
  waitsForTurn,
  type GatewayView,
  type Pass,
  type PlanRow,
  type Step,
} from './plan-steps';
import {
  cardsMissing,
  drawsOnPool,
  entersAt,
  isInDoubt,
  isRefundOpen,
  keptPayment,
  latestPayment,
  paymentSubject,
  refundableMinor,
  refundSubject,
  tooMuchMinor,
  type Payment,
  paymentAttempts,
} from './state';
import { canBuy, waitsForSilentChannel } from './plan-purchase';
import { isEarly, moved } from './plan-retry';
import { notFoundIsFinal } from './resolve';
import { paymentRetry } from './retries';
import { nextStage, paymentTimeoutBounds } from './timing';
import { unwanted, type Unwanted } from './unwanted';

/** From here on a payment that cannot be proven closed is in after-care. */
const careSince = ({ state }: Pass): Instant => earliest(state.payBy, state.end?.at) ?? state.payBy;
const inCare = (pass: Pass): boolean => pass.state.end !== undefined || pass.now >= pass.state.payBy;

/** When to ask again about a payment that is still open after this time of asking; undefined when nobody will. */
export function nextPaymentCheck(pass: Pass, payment: Payment): Instant | undefined {
  const { timing } = pass.world;
  if (inCare(pass)) return nextStage(timing.afterCareStagesMs, careSince(pass), pass.now);
  return earliest(nextStage(timing.checkStagesMs, payment.requestedAt, pass.now), pass.state.payBy);
}

/** Whether somebody wants it gone at this moment. A deadline does not count while the clock is in doubt. */
export const unwantedNow = (pass: Pass, payment: Payment): Unwanted | null => unwanted(pass.state, payment, deadlinePassed(pass, pass.state.payBy));

export function close(pass: Pass, payment: Payment, gateway: GatewayView, cause: CloseCause): Step | null {
  if (comesBackIfBusy(pass, `gateway:${payment.gatewayId}`, gateway)) return null;
  const { reference } = payment;
  const grant = grantFrom(pass, pass.world.timing.paymentTimeoutMs);
  return decideStep({ type: 'RequestClose', reference, cause, ...grant }, { kind: 'close-payment', reference, first: true });
}

/** A gateway may answer for a while as if what it has sent a notice of had not happened. */
function noticeIsOld(pass: Pass, { reference, notice, gatewayId }: Payment): boolean {
  const gateway = pass.world.gateway(gatewayId);
  return notice !== undefined && gateway !== undefined && notFoundIsFinal(pass, gateway, `${reference}|${notice.event}`, notice.at);
}

function query(pass: Pass, payment: Payment, gateway: GatewayView): Step | null {
  const next = nextPaymentCheck(pass, payment);
  return ask(pass, gateway, {
    kind: 'query-payment',
    reference: payment.reference,
    notFoundIsFinal: false,
    ...(next === undefined ? {} : { nextCheckAt: next }),
    ...(payment.noticePending && noticeIsOld(pass, payment) ? { noticeIsOld: true } : {}),
  });
}

const showToAPerson = (pass: Pass, payment: Payment, cause: string): Step | null => callAPerson(pass, paymentSubject(payment.reference), cause);

/** A notice says something: asks in the best way its gateway knows. Where it can neither be asked nor told, a person must. */
function askAboutNotice(pass: Pass, payment: Payment, gateway: GatewayView): Step | null {
  const { flags } = gateway;
  if (flags.lookup) return query(pass, payment, gateway);
  if (flags.cancel && (payment.status === 'OPEN' || payment.status === 'DECLINED')) return close(pass, payment, gateway, 'IN_DOUBT');
  return showToAPerson(pass, payment, 'CANNOT_BE_ASKED');
}

/** Row 13 for one payment on whose page the buyer may still pay. */
function watchOpen(pass: Pass, payment: Payment, gateway: GatewayView): Step | null {
  const { flags } = gateway;
  const gone = unwantedNow(pass, payment);
  const due = payment.nextCheckAt !== undefined && isDue(pass, payment.nextCheckAt);
  if (gone === null) {
    if (payment.noticePending) return askAboutNotice(pass, payment, gateway);
    return due && flags.lookup ? query(pass, payment, gateway) : null;
  }
  const askedSince = payment.checkedAt !== undefined && payment.checkedAt >= gone.since;
  if (flags.lookup && !askedSince && gone.cause === 'EXPIRED') return query(pass, payment, gateway);
  if (flags.cancel) return close(pass, payment, gateway, gone.cause);
  if (!flags.lookup) return showToAPerson(pass, payment, 'CANNOT_BE_ASKED');
  if (due || payment.noticePending || (!askedSince && gone.cause !== 'ENDED')) return query(pass, payment, gateway);
  return isChargeUnderWay(payment) && pass.state.end === undefined && payment.nextCheckAt === undefined
    ? showToAPerson(pass, payment, 'IN_DOUBT')
    : null;
}

/** A declined payment frees the next attempt but proves no close: it is closed, or asked about in after-care. */
function watchDeclined(pass: Pass, payment: Payment, gateway: GatewayView): Step | null {
  const { flags } = gateway;
  const { state, world } = pass;
  const nextIsAllowed =
    payment.request.kind === 'REDIRECT' || state.changing?.from === payment.reference || latestPayment(state)?.reference !== payment.reference;
  if (flags.cancel) return state.end !== undefined || nextIsAllowed ? close(pass, payment, gateway, 'DECLINED') : null;
  if (!flags.lookup) return null;
  const firstStage = payment.checkedAt === undefined ? nextStage(world.timing.afterCareStagesMs, careSince(pass), careSince(pass)) : undefined;
  const due = payment.nextCheckAt ?? firstStage;
  return due !== undefined && isDue(pass, due) ? query(pass, payment, gateway) : null;
}

function watchOne(pass: Pass, payment: Payment): Step | null {
  if (payment.status === 'MISMATCHED' && !payment.noticePending) {
    const refunding = pass.state.refunds.some((refund) => refund.reference === payment.reference && isRefundOpen(refund));
    return tooMuchMinor(pass.state, payment) > 0 && !refunding ? showToAPerson(pass, payment, 'PAYMENT_MISMATCHED') : null;
  }
  const gateway = pass.world.gateway(payment.gatewayId);
  if (gateway === undefined) return payment.status === 'OPEN' || payment.noticePending ? showToAPerson(pass, payment, 'GATEWAY_UNKNOWN') : null;
  if (payment.status === 'OPEN') return watchOpen(pass, payment, gateway);
  if (payment.noticePending) return askAboutNotice(pass, payment, gateway);
  return payment.status === 'DECLINED' ? watchDeclined(pass, payment, gateway) : null;
}

function watch(pass: Pass): Step | null {
  for (const payment of pass.state.payments) {
    const step = isInDoubt(payment) ? null : watchOne(pass, payment);
    if (step !== null) return step;
  }
  return null;
}

/** The gateway is at it by itself: no page was left, so "open" is no "not paid". */
const isChargeUnderWay = (payment: Payment): boolean => payment.status === 'OPEN' && payment.request.kind === 'CHARGE';

/** The buyer could still pay on it, or nobody knows. A page that cannot be closed counts as lapsed once the gateway, asked after `since`, said "not paid". */
function holdsUp(pass: Pass, payment: Payment, since: Instant): boolean {
  if (isInDoubt(payment)) return true;
  if (payment.status === 'MISMATCHED') return refundableMinor(pass.state, payment) > 0;
  if (payment.status !== 'OPEN') return false;
  if (isChargeUnderWay(payment)) return true;
  const gateway = pass.world.gateway(payment.gatewayId);
  return gateway === undefined || gateway.flags.cancel || payment.checkedAt === undefined || payment.checkedAt < since;
}

/** The buyer had cancelled when money showed: it goes back, and where the gateway refuses that, a person must decide. */
function giveBack(pass: Pass, kept: Payment): Step | null {
  const { state } = pass;
  const refunds = state.refunds.filter((refund) => refund.reference === kept.reference);
  if (refundableMinor(state, kept) <= 0 || refunds.some(isRefundOpen)) return null;
  const refused = refunds.find((refund) => refund.full && refund.status === 'REFUSED');
  if (refused !== undefined) return callAPerson(pass, refundSubject(refused.refundReference), 'REFUND_REFUSED');
  return decideStep({ type: 'Compensate', reference: kept.reference, cause: 'CANCELLED' });
}

function cancel(pass: Pass): Step | null {
  const { state } = pass;
  if (state.cancelRequestedAt === undefined || state.end !== undefined) return null;
  const kept = keptPayment(state);
  if (kept !== undefined) return giveBack(pass, kept);
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

function waitForNumbers(pass: Pass): null {
  pass.waitsFor.push(`loading:${pass.state.submitted.skuId}`);
  pass.wakes.push(pass.state.payBy);
  return null;
}

/** Row 14: the next payment, or the end of an order that may take no other. */
function pay(pass: Pass): Step | null {
  const { state, now, world } = pass;
  const { terms, skuId, quantity } = state.submitted;
  if (state.end !== undefined || state.paidAt !== undefined || state.cancelRequestedAt !== undefined || now >= state.payBy) return null;
  const latest = latestPayment(state);
  const changed = latest !== undefined && state.changing?.from === latest.reference;
  // The page in use holds up the next one; a page that was left, or never reached its buyer, counts as lapsed once the gateway said "not paid" since.
  const leftAt = (payment: Payment): Instant => {
    if (payment !== latest || payment.pageLost === true) return payment.requestedAt;
    return changed ? (state.changing?.at ?? Infinity) : Infinity;
  };
  if (state.payments.some((payment) => holdsUp(pass, payment, leftAt(payment)))) return null;
  if (latest?.status === 'DECLINED' && latest.request.kind === 'CHARGE' && !changed)
    return decideStep({ type: 'FailOrder', cause: latest.declinedFor ?? 'DECLINED' });
  if (paymentAttempts(state) >= world.timing.attemptsMax)
    return decideStep({ type: 'FailOrder', cause: latest?.declinedFor ?? 'GATEWAY_UNAVAILABLE' });
  const retry = paymentRetry(state);
  if (state.paymentRetry !== undefined && isEarly(pass, retry, state.paymentRetry.dueAt)) return null;
  const gateway = world.gateway(state.method.gatewayId);
  const account = `gateway:${state.method.gatewayId}` as const;
  const isAway = gateway === undefined || gateway.paused;
  if (isAway) pass.waitsFor.push(account);
  if (isAway || waitsForTurn(pass, account, gateway) !== null) {
    pass.wakes.push(state.payBy);
    return null;
  }
  const isHeldFirst = terms.reserve === 'AT_SUBMIT' && drawsOnPool(state);
  if (!isHeldFirst && !terms.oversell && terms.delivery !== 'manual' && !canBuy(pass)) {
    const sellable = drawsOnPool(state) ? world.sellable(skuId) : 0;
    if (sellable === undefined) return waitForNumbers(pass);
    if (sellable < quantity) return waitsForSilentChannel(pass) ? null : decideStep({ type: 'CancelOrder', cause: 'OUT_OF_STOCK' });
  }
  if (isHeldFirst && !terms.oversell && cardsMissing(state) > 0) return null;
  const instead = moved(pass, retry);
  if (instead !== null) return instead;
  const { merchantId, notifyUrl, record = noRecord } = gateway;
  const reference = paymentReference(state.orderId, state.payments.length + 1);
  const nextCheckAt = earliest(nextStage(world.timing.checkStagesMs, now, now), state.payBy) ?? state.payBy;
  const timeout = timeoutFor(record, paymentTimeoutBounds(world.timing), world.timing.timeoutRule, reference);
  return decideStep(
    { type: 'RequestPayment', merchantId, notifyUrl, ...grantFrom(pass, timeout.ms) },
    { kind: 'request-payment', reference, first: true, nextCheckAt },
  );
}

/** Row 11: an order that came when others were before it does nothing until its time, but for what its buyer does, and the end of its time to pay. */
function waitToEnter(pass: Pass): Step | null {
  const { state } = pass;
  const at = entersAt(state.submitted);
  if (at === undefined || state.lane !== undefined || state.end !== undefined || pass.now >= Math.min(at, state.payBy)) return null;
  return { kind: 'wait', waitUntil: Math.min(at, state.payBy) };
}

export const paymentRows: { readonly cancel: readonly PlanRow[]; readonly route: readonly PlanRow[]; readonly pay: readonly PlanRow[] } = {
  cancel: [{ row: '7 cancel', about: 'close what is open; not paid → cancelled; paid → the money goes back', step: cancel }],
  route: [
    { row: '11 line', about: 'stored and not yet admitted: it waits for its time', step: waitToEnter },
    {
      row: '11 route',
      about: 'admitted, no lane yet',
      step: ({ state, world }) =>
        state.lane === undefined && state.end === undefined ? decideStep({ type: 'RouteOrder', ...world.route(state) }) : null,
    },
  ],
  pay: [
    { row: '13 watch', about: 'a notice, a due check or the end of pay-within: ask the gateway; close what nobody wants any more', step: watch },
    { row: '13 expire', about: 'pay-within passed and no payment left that is open or in doubt', step: expire },
    { row: '14 pay', about: 'no payment open and an attempt allowed: request one; else the order fails', step: pay },
  ],
};
