import { unitHash } from '../kernel/hash';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type Instant } from '../kernel/time';
import { defaultTimeoutRule, type TimeoutBounds, type TimeoutRule } from '../routing/timeouts';
import type { OpenIntent } from './intent';

/** What a performer answers that came too late to send: nothing left this shop, so the other side was not tried. */
export const NEVER_SENT = 'TOO_LATE';

/** Every waiting time of the order process. All configurable; the defaults are the design's. */
export interface Timing {
  /** How long one payment or refund call may take; a request for a payment until its gateway's answers teach better. */
  readonly paymentTimeoutMs: number;
  /** How long one call of a channel may take; a purchase until its channel's answers teach better. */
  readonly issueTimeoutMs: number;
  /** Between these a learnt time-out moves. */
  readonly paymentTimeoutMinMs: number;
  readonly paymentTimeoutMaxMs: number;
  readonly issueTimeoutMinMs: number;
  readonly issueTimeoutMaxMs: number;
  readonly timeoutRule: TimeoutRule;
  /** When a purchase that is pending or not found is first asked about again. */
  readonly purchaseAskMs: number;
  /** A purchase in doubt this old is given up for another source, where the terms would rather reroute than wait. */
  readonly rerouteAfterMs: number;
  /** How long after its intent was stored a call may still be sent. */
  readonly performWithinMs: number;
  /** Added to the two above before anyone else may resolve the call. */
  readonly answerSlackMs: number;
  /** Retry delay = min(base × 2ⁿ, cap) + one jitter × hash in [0, 1): never above a minute by default. */
  readonly retryBaseMs: number;
  readonly retryCapMs: number;
  readonly retryJitterMs: number;
  /** New outside requests of one step. Asking is not an attempt. */
  readonly attemptsMax: number;
  /** While a page is open, ask so long after it opened. */
  readonly checkStagesMs: readonly number[];
  /** A payment that cannot be proven closed is asked about so long after pay-within or the end. */
  readonly afterCareStagesMs: readonly number[];
  /** A doubt this old is shown to a person, and still asked. */
  readonly doubtReviewAfterMs: number;
  /** A refund that is pending is asked about at this interval. */
  readonly pendingAskMs: number;
  /** Past its times and without any event for so long, an order is shown to a person. */
  readonly noProgressAfterMs: number;
}

export const defaultTiming: Timing = {
  paymentTimeoutMs: 5 * SECOND_MS,
  issueTimeoutMs: 10 * SECOND_MS,
  paymentTimeoutMinMs: 2 * SECOND_MS,
  paymentTimeoutMaxMs: 10 * SECOND_MS,
  issueTimeoutMinMs: 2 * SECOND_MS,
  issueTimeoutMaxMs: 20 * SECOND_MS,
  timeoutRule: defaultTimeoutRule,
  purchaseAskMs: 2 * SECOND_MS,
  rerouteAfterMs: 30 * SECOND_MS,
  performWithinMs: 2 * SECOND_MS,
  answerSlackMs: SECOND_MS,
  retryBaseMs: SECOND_MS,
  retryCapMs: 59 * SECOND_MS,
  retryJitterMs: SECOND_MS,
  attemptsMax: 5,
  checkStagesMs: [15 * SECOND_MS, MINUTE_MS, 3 * MINUTE_MS, 7 * MINUTE_MS],
  afterCareStagesMs: [5 * MINUTE_MS, HOUR_MS, DAY_MS],
  doubtReviewAfterMs: 30 * MINUTE_MS,
  pendingAskMs: 30 * SECOND_MS,
  noProgressAfterMs: HOUR_MS,
};

export const paymentTimeoutBounds = ({ paymentTimeoutMs, paymentTimeoutMinMs, paymentTimeoutMaxMs }: Timing): TimeoutBounds => ({
  firstMs: paymentTimeoutMs,
  minMs: paymentTimeoutMinMs,
  maxMs: paymentTimeoutMaxMs,
});
export const issueTimeoutBounds = ({ issueTimeoutMs, issueTimeoutMinMs, issueTimeoutMaxMs }: Timing): TimeoutBounds => ({
  firstMs: issueTimeoutMs,
  minMs: issueTimeoutMinMs,
  maxMs: issueTimeoutMaxMs,
});

/** How long the call that an intent was granted for may take: it ends before anyone else may resolve it. */
export const grantedMs = ({ performBy, answerBy }: OpenIntent, { answerSlackMs }: Timing): number =>
  Math.max(1, answerBy - performBy - answerSlackMs);

/** Deterministic, so that every engine and every replay computes the same moment; spread, so that an outage does not end in a stampede. */
export function retryDelayMs(timing: Timing, orderId: string, step: string, attempt: number): number {
  const backOff = Math.min(timing.retryBaseMs * 2 ** Math.min(attempt - 1, 20), timing.retryCapMs);
  return Math.round(backOff + timing.retryJitterMs * unitHash(orderId, step, attempt));
}

/** The first stage after `since` that still lies ahead of `now`; undefined when all have passed. */
export function nextStage(stagesMs: readonly number[], since: Instant, now: Instant): Instant | undefined {
  const ahead = stagesMs.find((stage) => since + stage > now);
  return ahead === undefined ? undefined : since + ahead;
}
