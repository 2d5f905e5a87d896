import { unitHash } from '../kernel/hash';
import { MINUTE_MS, SECOND_MS, type Instant } from '../kernel/time';

/**
 * How the first answer to a request for money or goods came out for whoever was asked. GOOD: a definite answer, also "no" or "later".
 * TIMED_OUT: none came in time. FAILED: it could not be reached, or what came could not be read.
 */
export type AttemptOutcome = 'GOOD' | 'TIMED_OUT' | 'FAILED';

/** One request, as far as health is concerned, from its intent to its stored answer. */
export interface Attempt {
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly outcome: AttemptOutcome;
  /**
   * From its sending to its answer, by whoever sent it; milliseconds. Absent where that was another process: what lies between its events is
   * also how late that one was, and says nothing of the other side.
   */
  readonly tookMs?: number;
  /** It was no request for money or goods, but a question to see whether anybody is there. */
  readonly probe?: true;
}

/**
 * HEALTHY; SUB_HEALTHY (亚健康): it answers too seldom or too slowly, so new orders go elsewhere where they can; ISOLATED: nothing new is
 * sent there; PROBING: a few are, and more and more. Questions about what is under way are put in any state.
 */
export type HealthWord = 'HEALTHY' | 'SUB_HEALTHY' | 'ISOLATED' | 'PROBING';

/** Why health changed. Stored for ever. PERSON: an operator said so. */
export type HealthCause = 'ERRORS' | 'TIMEOUTS' | 'SLOW' | 'RECOVERED' | 'QUIET' | 'RESTED' | 'RAMPED_UP' | 'PERSON';

/** What was seen in the window that a change was decided on. `suspects`: under way for longer than it should take. */
export interface HealthWindow {
  readonly attempts: number;
  readonly timedOut: number;
  readonly failed: number;
  readonly suspects: number;
  /** Mean of the answered whose time was measured here, milliseconds; 0 when there was none. */
  readonly meanMs: number;
  /** Of the attempts, those that only asked whether anybody is there. Absent: none. */
  readonly probes?: number;
}

/** Stored for ever, on the streams of gateways and channels. The window is what it was decided on; a person needs none. */
export interface HealthChanged {
  readonly type: 'HealthChanged';
  readonly data: { readonly from: HealthWord; readonly to: HealthWord; readonly cause: HealthCause; readonly window?: HealthWindow };
}

/** Health as a gateway's or channel's stream has it. One that nothing was said of is HEALTHY. */
export interface Health {
  readonly word: HealthWord;
  readonly since: Instant;
  readonly cause: HealthCause;
  /** Isolations since it was last HEALTHY: each next one lasts longer. */
  readonly isolations: number;
  /** Since when it has not been HEALTHY without a break. */
  readonly troubledSince?: Instant;
}

/** Every number of health. All configurable; the defaults are the design's, or said where they stand. */
export interface HealthPolicy {
  /** How far back attempts count. */
  readonly windowMs: number;
  /** Fewer say nothing. */
  readonly attemptsMin: number;
  /** While probing, when few are sent, so many are enough to be judged by. */
  readonly probesMin: number;
  /** Diverted above this share of time-outs. */
  readonly divertTimeoutShare: number;
  /** Isolated from this share of errors (time-outs, failures, suspects) on. */
  readonly isolateErrorShare: number;
  /** Diverted when the answered took longer than this in the mean. */
  readonly slowMs: number;
  /** Under way longer than this, an attempt counts as suspect before its own time-out. */
  readonly suspectAfterMs: number;
  /** How long the first isolation lasts; each next one doubles, up to the second number. */
  readonly isolateForMs: number;
  readonly isolateForMaxMs: number;
  /** While probing, the share of orders that may go there rises through these, one step each `rampStepMs`. */
  readonly rampShares: readonly number[];
  readonly rampStepMs: number;
  /** SUB_HEALTHY still gets this share, or nobody would see it recover. */
  readonly trickleShare: number;
  /** SUB_HEALTHY and hardly used for so long counts as recovered. */
  readonly quietMs: number;
  /** Isolated or probing for so long without a break, no new order is accepted that only it could serve. */
  readonly hopelessAfterMs: number;
}

export const defaultHealthPolicy: HealthPolicy = {
  windowMs: 10 * SECOND_MS,
  attemptsMin: 20,
  probesMin: 3,
  divertTimeoutShare: 0.4,
  isolateErrorShare: 0.5,
  slowMs: 5 * SECOND_MS,
  suspectAfterMs: 5 * SECOND_MS,
  isolateForMs: 5 * SECOND_MS,
  isolateForMaxMs: MINUTE_MS,
  rampShares: [0.02, 0.1, 0.25, 0.5],
  rampStepMs: 5 * SECOND_MS,
  trickleShare: 0.1,
  quietMs: MINUTE_MS,
  hopelessAfterMs: MINUTE_MS,
};

/** Calls under way here, as far as health is concerned: when each was sent. */
export type UnderWay = readonly Instant[];

/** What the window shows of what was begun at `from` or later. */
export function measure(attempts: readonly Attempt[], underWay: UnderWay, now: Instant, policy: HealthPolicy, from: Instant): HealthWindow {
  const since = now - policy.windowMs;
  let [timedOut, failed, answered, measured, measuredMs, probes] = [0, 0, 0, 0, 0, 0];
  for (const { startedAt, endedAt, outcome, probe, tookMs } of attempts) {
    if (endedAt <= since || startedAt < from) continue;
    if (probe === true) probes++;
    if (outcome === 'TIMED_OUT') timedOut++;
    else if (outcome === 'FAILED') failed++;
    else answered++;
    if (outcome !== 'GOOD' || tookMs === undefined) continue;
    measured++;
    measuredMs += tookMs;
  }
  const suspects = underWay.filter((startedAt) => startedAt >= from && now - startedAt > policy.suspectAfterMs).length;
  return {
    attempts: timedOut + failed + answered + suspects,
    timedOut,
    failed,
    suspects,
    meanMs: measured === 0 ? 0 : Math.round(measuredMs / measured),
    ...(probes === 0 ? {} : { probes }),
  };
}

export interface HealthChange {
  readonly to: HealthWord;
  readonly cause: HealthCause;
}

const errorsOf = ({ timedOut, failed, suspects }: HealthWindow): number => timedOut + failed + suspects;

const isolationMs = ({ isolations }: Health, { isolateForMs, isolateForMaxMs }: HealthPolicy): number =>
  Math.min(isolateForMs * 2 ** Math.min(Math.max(isolations - 1, 0), 20), isolateForMaxMs);

/** Nobody used it, and it was asked often enough whether it is there. */
const isIdle = ({ attempts, probes = 0 }: HealthWindow, { probesMin }: HealthPolicy): boolean => probes >= probesMin && probes === attempts;

/** Judged by few, since the orders that probe are real ones; at the end of the ramp by whatever came. */
function probed(health: Health, seen: HealthWindow, now: Instant, policy: HealthPolicy): HealthChange | null {
  const isBad = errorsOf(seen) >= seen.attempts * policy.isolateErrorShare;
  if (seen.attempts >= policy.probesMin && isBad) return { to: 'ISOLATED', cause: 'ERRORS' };
  const rampMs = policy.rampShares.length * policy.rampStepMs;
  return now >= health.since + rampMs && seen.attempts > 0 && !isBad ? { to: 'HEALTHY', cause: 'RAMPED_UP' } : null;
}

/**
 * GIVEN the health of a gateway or channel, and what its window shows
 * WHEN  somebody looks
 * THEN  the change that is due, or null. Isolated from half errors on; diverted above two fifths time-outs or when slow; back only when
 *       clearly better than what sent it there, and not before a whole window has passed, so that a noisy one does not flap. One that
 *       nobody uses is isolated by questions that it does not answer
 */
export function healthChange(health: Health, seen: HealthWindow, now: Instant, policy: HealthPolicy): HealthChange | null {
  if (health.word === 'ISOLATED')
    return now >= health.since + isolationMs(health, policy) && health.cause !== 'PERSON' ? { to: 'PROBING', cause: 'RESTED' } : null;
  if (health.word === 'PROBING') return probed(health, seen, now, policy);
  const enough = seen.attempts >= policy.attemptsMin;
  if ((enough || isIdle(seen, policy)) && errorsOf(seen) >= seen.attempts * policy.isolateErrorShare) return { to: 'ISOLATED', cause: 'ERRORS' };
  const silent = seen.timedOut + seen.suspects;
  if (health.word === 'HEALTHY') {
    if (enough && silent > seen.attempts * policy.divertTimeoutShare) return { to: 'SUB_HEALTHY', cause: 'TIMEOUTS' };
    return enough && seen.meanMs > policy.slowMs ? { to: 'SUB_HEALTHY', cause: 'SLOW' } : null;
  }
  if (now < health.since + policy.windowMs) return null;
  if (!enough) return now >= health.since + policy.quietMs ? { to: 'HEALTHY', cause: 'QUIET' } : null;
  const better = silent <= (seen.attempts * policy.divertTimeoutShare) / 2 && seen.meanMs <= policy.slowMs;
  return better ? { to: 'HEALTHY', cause: 'RECOVERED' } : null;
}

/** It gets only what its ramp has room for, or nothing. */
export const isIll = (health: Health | undefined): boolean => health?.word === 'ISOLATED' || health?.word === 'PROBING';

/** Whether something new may be sent there for this order. `at`: when to look again, where it is a matter of the ramp. */
export type Openness = { readonly kind: 'OPEN' } | { readonly kind: 'DIVERTED' } | { readonly kind: 'CLOSED'; readonly at?: Instant };

const OPEN: Openness = { kind: 'OPEN' };

const rampStep = ({ since }: Health, now: Instant, { rampStepMs }: HealthPolicy): number => Math.max(0, Math.floor((now - since) / rampStepMs));

/**
 * What health means for one order that could go elsewhere. Which order is among the few is a matter of its id, not of chance: every engine and
 * every replay draws the same lot.
 */
export function openness(health: Health | undefined, orderId: string, account: string, now: Instant, policy: HealthPolicy): Openness {
  if (health === undefined || health.word === 'HEALTHY') return OPEN;
  if (health.word === 'ISOLATED') return { kind: 'CLOSED' };
  const lot = unitHash(orderId, account, health.since);
  if (health.word === 'SUB_HEALTHY') return lot < policy.trickleShare ? OPEN : { kind: 'DIVERTED' };
  const step = rampStep(health, now, policy);
  const opensAtStep = policy.rampShares.findIndex((share) => lot < share);
  const opens = opensAtStep < 0 ? policy.rampShares.length : opensAtStep;
  return step >= opens ? OPEN : { kind: 'CLOSED', at: health.since + opens * policy.rampStepMs };
}

/**
 * What health leaves of a number of requests for those who have nowhere else to go: all, none while it is isolated, and while it is probed the
 * part that the ramp has got to, but as many as it is judged by. Among them it is not a lot that counts but how long they have waited.
 */
export function roomOnRamp(max: number, health: Health | undefined, now: Instant, policy: HealthPolicy): number {
  if (health?.word === 'ISOLATED') return 0;
  if (health?.word !== 'PROBING') return max;
  const share = policy.rampShares[rampStep(health, now, policy)] ?? 1;
  return Math.min(max, Math.max(policy.probesMin, Math.floor(max * share)));
}

/** It has been in trouble for so long that a new order had better not count on it. */
export const isHopeless = (health: Health | undefined, now: Instant, policy: HealthPolicy): boolean =>
  health?.word === 'ISOLATED' && health.troubledSince !== undefined && now >= health.troubledSince + policy.hopelessAfterMs;

/** Folds a stored change. */
export function changedHealth(before: Health | undefined, change: HealthChange, at: Instant): Health {
  const { to: word, cause } = change;
  if (word === 'HEALTHY') return { word, since: at, cause, isolations: 0 };
  const isolations = (before?.isolations ?? 0) + (word === 'ISOLATED' ? 1 : 0);
  return { word, since: at, cause, isolations, troubledSince: before?.troubledSince ?? at };
}
