import type { Instant } from '../kernel/time';
import { ask } from './ask';
import { callAPerson, decideStep, isDue, type GatewayView, type Pass, type PlanRow, type Step } from './plan-steps';
import { close, nextPaymentCheck, unwantedNow } from './plan-payment';
import { purchaseRows } from './plan-purchase-doubt';
import { firstOf, mayResolve, notFoundCountsAt, SILENT } from './resolve';
import { isRefundInDoubt, paymentSubject, refundSubject, type Payment, type Refund } from './state';

/** An old doubt is shown to a person; it is still asked. */
function oldDoubt(pass: Pass, subject: string, since: number): Step | null {
  return isDue(pass, since + pass.world.timing.doubtReviewAfterMs) ? callAPerson(pass, subject, 'IN_DOUBT') : null;
}

function resolveRefund(pass: Pass, refund: Refund): Step | null {
  const { world, now } = pass;
  if (!mayResolve(pass, refund.intent)) return null;
  const subject = refundSubject(refund.refundReference);
  if (refund.status === 'REQUESTED') {
    return decideStep({
      type: 'RecordRefundAnswer',
      refundReference: refund.refundReference,
      answer: SILENT,
      first: false,
      attempt: refund.attempts,
      nextCheckAt: now + world.timing.pendingAskMs,
    });
  }
  const shown = oldDoubt(pass, subject, refund.requestedAt ?? now);
  if (shown !== null) return shown;
  if (refund.nextCheckAt !== undefined && !isDue(pass, refund.nextCheckAt)) return null;
  const gateway = world.gateway(refund.gatewayId);
  if (gateway === undefined) return callAPerson(pass, subject, 'GATEWAY_UNKNOWN');
  const { flags } = gateway;
  const { refundReference } = refund;
  const nextCheckAt = now + world.timing.pendingAskMs;
  if (flags.lookup && !(flags.replay && refund.notFoundAt !== undefined && refund.status !== 'PENDING')) {
    return ask(pass, gateway, {
      kind: 'query-refund',
      refundReference,
      nextCheckAt,
      notFoundIsFinal: !flags.replay && notFoundCountsAt(pass, gateway, refund.sentBy ?? '', refund.requestedAt ?? now) <= now,
    });
  }
  return flags.replay
    ? ask(pass, gateway, { kind: 'request-refund', refundReference, first: false, nextCheckAt })
    : callAPerson(pass, subject, 'CANNOT_BE_ASKED');
}

function resolveClose(pass: Pass, payment: Payment): Step | null {
  const { closing } = payment;
  if (closing === undefined || !(closing.timedOut || mayResolve(pass, closing))) return null;
  const shown = oldDoubt(pass, paymentSubject(payment.reference), closing.at);
  if (shown !== null) return shown;
  const gateway = pass.world.gateway(payment.gatewayId);
  const asks = payment.noticePending && gateway?.flags.lookup === true;
  return asks
    ? query(pass, payment, gateway, Infinity)
    : ask(pass, gateway ?? { busy: false }, { kind: 'close-payment', reference: payment.reference, first: false });
}

/** `countsAt`: from when on "never heard of it" ends the doubt. It is asked again at that moment at the latest. */
function query(pass: Pass, payment: Payment, gateway: GatewayView, countsAt: Instant): Step | null {
  const final = countsAt <= pass.now;
  const next = nextPaymentCheck(pass, payment) ?? pass.now + pass.world.timing.pendingAskMs;
  const nextCheckAt = final ? next : Math.min(next, countsAt);
  return ask(pass, gateway, { kind: 'query-payment', reference: payment.reference, nextCheckAt, notFoundIsFinal: final });
}

function resolvePayment(pass: Pass, payment: Payment): Step | null {
  const { state, now, world } = pass;
  const { reference } = payment;
  if (!mayResolve(pass, payment.intent)) return null;
  if (payment.status === 'REQUESTED')
    return decideStep({ type: 'RecordPaymentAnswer', call: 'request', reference, answer: SILENT, first: false, at: now });
  const subject = paymentSubject(reference);
  const shown = oldDoubt(pass, subject, Math.max(state.payBy, payment.requestedAt));
  if (shown !== null) return shown;
  const gateway = world.gateway(payment.gatewayId);
  if (gateway === undefined) return callAPerson(pass, subject, 'GATEWAY_UNKNOWN');
  const gone = unwantedNow(pass, payment);
  return gone === null ? resolveWanted(pass, payment, gateway) : resolveUnwanted(pass, payment, gateway, gone.since);
}

/** Look it up; the same request again is always safe where it is replayed; else only a close proves that it is not there. */
function resolveWanted(pass: Pass, payment: Payment, gateway: GatewayView): Step | null {
  const { lookup, replay, cancel } = gateway.flags;
  const { reference } = payment;
  const neverHeardOf = payment.notFoundAt !== undefined && !payment.noticePending;
  if (replay && (neverHeardOf || !lookup)) {
    return ask(pass, gateway, { kind: 'request-payment', reference, first: false, nextCheckAt: nextPaymentCheck(pass, payment) ?? pass.state.payBy });
  }
  if (cancel && (neverHeardOf || !lookup)) return close(pass, payment, gateway, 'IN_DOUBT');
  if (!lookup) return callAPerson(pass, paymentSubject(reference), 'CANNOT_BE_ASKED');
  return lookUp(pass, payment, gateway, cancel || replay ? Infinity : notFoundCountsAt(pass, gateway, reference, payment.requestedAt));
}

/** A close is the only certain end. Where the request may have been repeated, silence counts from when nobody wanted it any more. */
function resolveUnwanted(pass: Pass, payment: Payment, gateway: GatewayView, since: number): Step | null {
  const { lookup, replay, cancel } = gateway.flags;
  if (cancel) return close(pass, payment, gateway, 'IN_DOUBT');
  if (!lookup) return callAPerson(pass, paymentSubject(payment.reference), 'CANNOT_BE_ASKED');
  const lastSentAt = replay ? Math.max(payment.requestedAt, since) : payment.requestedAt;
  return lookUp(pass, payment, gateway, notFoundCountsAt(pass, gateway, payment.reference, lastSentAt));
}

function lookUp(pass: Pass, payment: Payment, gateway: GatewayView, countsAt: Instant): Step | null {
  const waits = payment.nextCheckAt !== undefined && !payment.noticePending && !isDue(pass, payment.nextCheckAt);
  return waits ? null : query(pass, payment, gateway, countsAt);
}

export const doubtRows: readonly PlanRow[] = [
  {
    row: '3 refund in doubt',
    about: 'ask for the refund by its reference, or repeat it unchanged',
    step: (pass) => firstOf(pass.state.refunds.filter(isRefundInDoubt), (refund) => resolveRefund(pass, refund)),
  },
  {
    row: '3 close in doubt',
    about: 'repeat the close: it is the same id and a definite answer ends it',
    step: (pass) =>
      firstOf(
        pass.state.payments.filter((p) => p.closing !== undefined),
        (payment) => resolveClose(pass, payment),
      ),
  },
  ...purchaseRows.doubt,
  {
    row: '3 payment in doubt',
    about: 'still wanted: look it up, repeat it, close it; no longer wanted: close it first',
    step: (pass) => {
      const doubtful = pass.state.payments.filter((p) => p.closing === undefined && (p.status === 'REQUESTED' || p.status === 'IN_DOUBT'));
      return firstOf(doubtful, (payment) => resolvePayment(pass, payment));
    },
  },
];
