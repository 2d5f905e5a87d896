import { paymentSubject } from './decide-payment';
import { refundSubject } from './decide-refund';
import { ask, decideStep, grantFrom, isDue, type GatewayView, type Pass, type PlanRow, type Step } from './plan';
import { nextPaymentCheck } from './plan-payment';
import { inReview, isRefundInDoubt, latestPayment, type OpenIntent, type Payment, type Refund } from './state';

/**
 * Rows 2 and 3: an intent without outcome belongs to its performer until `answerBy`; from then on anyone resolves it, by the
 * same id, a question or a close, never by a new id. A doubt that is not yet due holds up nothing but its own kind.
 */
function mayResolve(pass: Pass, intent: OpenIntent | undefined): boolean {
  if (intent === undefined) return true;
  const lastsMs = intent.answerBy - intent.at;
  return isDue(pass, Math.max(intent.answerBy, pass.now + lastsMs - pass.world.seenForMs(intent.by)));
}

/** "Never heard of it" counts only so long after the request, on the store's clock and on this engine's own. */
function notFoundIsFinal(pass: Pass, gateway: GatewayView, key: string, requestedAt: number): boolean {
  const afterMs = gateway.notFoundFinalAfterMs;
  return pass.now - requestedAt >= afterMs && pass.world.seenForMs(key) >= afterMs;
}

function callAPerson(pass: Pass, subject: string, cause: string): Step | null {
  return inReview(pass.state, subject) ? null : decideStep({ type: 'OpenReview', subject, cause });
}

/** An old doubt is shown to a person; it is still asked. */
function oldDoubt(pass: Pass, subject: string, since: number): Step | null {
  return isDue(pass, since + pass.world.timing.doubtReviewAfterMs) ? callAPerson(pass, subject, 'IN_DOUBT') : null;
}

function resolveRefund(pass: Pass, refund: Refund): Step | null {
  const { world, now } = pass;
  if (!mayResolve(pass, refund.intent)) return null;
  const subject = refundSubject(refund.refundReference);
  const shown = oldDoubt(pass, subject, refund.requestedAt ?? now);
  if (shown !== null) return shown;
  if (refund.nextCheckAt !== undefined && !isDue(pass, refund.nextCheckAt)) return null;
  const gateway = world.gateway(refund.gatewayId);
  if (gateway === undefined) return callAPerson(pass, subject, 'GATEWAY_UNKNOWN');
  const { flags } = gateway;
  const { refundReference } = refund;
  const nextCheckAt = now + world.timing.pendingAskMs;
  const repeat = ask({ kind: 'request-refund', refundReference, first: false, nextCheckAt });
  if (flags.lookup && !(flags.replay && refund.notFoundAt !== undefined && refund.status !== 'PENDING')) {
    return ask({ kind: 'query-refund', refundReference, nextCheckAt, notFoundIsFinal: !flags.replay && notFoundIsFinal(pass, gateway, refundReference, refund.requestedAt ?? now) });
  }
  return flags.replay ? repeat : callAPerson(pass, subject, 'CANNOT_BE_ASKED');
}

function resolveClose(pass: Pass, payment: Payment): Step | null {
  const { closing } = payment;
  if (closing === undefined || !(closing.timedOut || mayResolve(pass, closing))) return null;
  return oldDoubt(pass, paymentSubject(payment.reference), closing.at) ?? ask({ kind: 'close-payment', reference: payment.reference, first: false });
}

/** Somebody still wants this very payment to happen. */
function isWanted(pass: Pass, payment: Payment): boolean {
  const { state, now } = pass;
  const current = latestPayment(state)?.reference === payment.reference;
  return current && state.end === undefined && state.paidAt === undefined && state.cancelRequestedAt === undefined && state.changing === undefined && now < state.payBy;
}

function resolvePayment(pass: Pass, payment: Payment): Step | null {
  const { state, now, world } = pass;
  const { reference } = payment;
  if (!mayResolve(pass, payment.intent)) return null;
  const subject = paymentSubject(reference);
  const shown = oldDoubt(pass, subject, Math.max(state.payBy, payment.requestedAt));
  if (shown !== null) return shown;
  const gateway = world.gateway(payment.gatewayId);
  if (gateway === undefined) return callAPerson(pass, subject, 'GATEWAY_UNKNOWN');
  const { flags } = gateway;
  const wanted = isWanted(pass, payment);
  if (wanted) pass.wakes.push(state.payBy);
  const close = (): Step => decideStep({ type: 'RequestClose', reference, cause: 'IN_DOUBT', ...grantFrom(pass, world.timing.paymentTimeoutMs) }, { kind: 'close-payment', reference, first: true });
  if (!wanted && flags.cancel) return close();
  if (payment.nextCheckAt !== undefined && !payment.noticePending && !isDue(pass, payment.nextCheckAt)) return null;
  const next = nextPaymentCheck(pass, payment);
  const nextCheckAt = next ?? now + world.timing.pendingAskMs;
  if (wanted && flags.replay && (payment.notFoundAt !== undefined || !flags.lookup)) return ask({ kind: 'request-payment', reference, first: false, nextCheckAt });
  if (wanted && flags.cancel && payment.notFoundAt !== undefined) return close();
  if (flags.lookup) {
    const final = !flags.cancel && notFoundIsFinal(pass, gateway, reference, payment.requestedAt);
    return ask({ kind: 'query-payment', reference, nextCheckAt, notFoundIsFinal: final });
  }
  return flags.cancel ? close() : callAPerson(pass, subject, 'CANNOT_BE_ASKED');
}

function first<T>(items: readonly T[], resolve: (item: T) => Step | null): Step | null {
  for (const item of items) {
    const step = resolve(item);
    if (step !== null) return step;
  }
  return null;
}

export const doubtRows: readonly PlanRow[] = [
  {
    row: '3 refund in doubt',
    about: 'ask for the refund by its reference, or repeat it unchanged',
    step: (pass) => first(pass.state.refunds.filter(isRefundInDoubt), (refund) => resolveRefund(pass, refund)),
  },
  {
    row: '3 close in doubt',
    about: 'repeat the close: it is the same id and a definite answer ends it',
    step: (pass) => first(pass.state.payments.filter((p) => p.closing !== undefined), (payment) => resolveClose(pass, payment)),
  },
  {
    row: '3 payment in doubt',
    about: 'still wanted: look it up, repeat it, close it; no longer wanted: close it first',
    step: (pass) => {
      const doubtful = pass.state.payments.filter((p) => p.closing === undefined && (p.status === 'REQUESTED' || p.status === 'IN_DOUBT'));
      return first(doubtful, (payment) => resolvePayment(pass, payment));
    },
  },
];
