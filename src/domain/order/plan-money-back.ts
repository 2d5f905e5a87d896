import { goodsInDoubt } from './goods';
import { isEarly, moved } from './plan-retry';
import { comesBackIfBusy, decideStep, grantFrom, isDue, type Pass, type PlanRow, type Step } from './plan-steps';
import { refundRetry } from './retries';
import { inReview, isInDoubt, refundAttempts, refundSubject, surplusDueMinor, type Refund } from './state';

/** A payment whose outcome is unknown could still take money; nothing is compensated before that is known. */
export const moneyInDoubt = ({ state }: Pass): boolean => state.payments.some(isInDoubt);

/** Half an hour doubled so often is three weeks. */
const RESEND_DOUBLINGS_MAX = 10;

/**
 * So many sendings came to nothing that a person has to know. What our own engine came too late to send is no sending, but nobody may wait for a
 * late engine in silence: from half an hour after the refund was ordered it counts all the same.
 */
function isOutOfTries(pass: Pass, refund: Refund): boolean {
  const { attemptsMax, doubtReviewAfterMs } = pass.world.timing;
  return refundAttempts(refund) >= attemptsMax || (refund.attempts >= attemptsMax && isDue(pass, refund.orderedAt + doubtReviewAfterMs));
}

function send(pass: Pass, refund: Refund): Step | null {
  const retry = refundRetry(refund);
  if (refund.dueAt !== undefined && isEarly(pass, retry, refund.dueAt)) return null;
  const { timing } = pass.world;
  const { refundReference } = refund;
  const subject = refundSubject(refundReference);
  if (isOutOfTries(pass, refund)) {
    const tooOften = refundAttempts(refund) - timing.attemptsMax;
    const cause = tooOften < 0 ? 'NO_PROGRESS' : 'GATEWAY_UNAVAILABLE';
    if (!inReview(pass.state, subject)) return decideStep({ type: 'OpenReview', subject, cause });
    // The money is owed, so it is still tried: each time after twice as long, and every half hour while it does not leave this shop.
    const doublings = Math.min(Math.max(tooOften, 0), RESEND_DOUBLINGS_MAX);
    if (!isDue(pass, (refund.requestedAt ?? 0) + timing.doubtReviewAfterMs * 2 ** doublings)) return null;
  }
  const gateway = pass.world.gateway(refund.gatewayId);
  if (gateway !== undefined && comesBackIfBusy(pass, `gateway:${refund.gatewayId}`, gateway)) return null;
  const instead = moved(pass, retry);
  if (instead !== null) return instead;
  const grant = grantFrom(pass, timing.paymentTimeoutMs);
  return decideStep(
    { type: 'RequestRefund', refundReference, ...grant },
    { kind: 'request-refund', refundReference, first: true, nextCheckAt: pass.now + timing.pendingAskMs },
  );
}

function sendFirst(pass: Pass, wanted: (refund: Refund) => boolean): Step | null {
  for (const refund of pass.state.refunds) {
    if ((refund.status !== 'ORDERED' && refund.status !== 'RETRY') || !wanted(refund)) continue;
    const step = send(pass, refund);
    if (step !== null) return step;
  }
  return null;
}

export const moneyBackRows: { readonly surplus: readonly PlanRow[]; readonly refund: readonly PlanRow[] } = {
  surplus: [
    {
      row: '5 surplus',
      about: 'a second confirmed payment, and what one took too much, goes back first of all, whatever else the order is',
      step: (pass) => {
        const { state } = pass;
        const surplus = state.payments.find((payment) => surplusDueMinor(state, payment) > 0);
        if (surplus !== undefined) return decideStep({ type: 'Compensate', reference: surplus.reference, cause: 'SURPLUS' });
        return sendFirst(pass, (refund) => refund.cause === 'SURPLUS');
      },
    },
  ],
  refund: [
    {
      row: '6 refund',
      about: 'an ordered refund is sent once nothing that could give goods or take money is in doubt',
      step: (pass) => (moneyInDoubt(pass) || goodsInDoubt(pass.state) ? null : sendFirst(pass, (refund) => refund.cause !== 'SURPLUS')),
    },
  ],
};
