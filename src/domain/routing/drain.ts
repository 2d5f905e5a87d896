import { SECOND_MS, type Instant } from '../kernel/time';

/** How fast a line moves while somebody stands in it: those who left, counted so that what is long past weighs less and less. */
export interface Drain {
  /** Since when it is counted. */
  readonly since: Instant;
  readonly at: Instant;
  /** Who left, as of `at`, faded. */
  readonly left: number;
  /** By how much past estimates were wrong, faded, and how many they were. Milliseconds. */
  readonly errorMs: number;
  readonly estimates: number;
}

/** After so long, one who left counts half. */
const HALF_LIFE_MS = 10 * SECOND_MS;
/** Before so much has been seen a rate says nothing. */
const SEEN_MIN_MS = SECOND_MS;

export const newDrain = (now: Instant): Drain => ({ since: now, at: now, left: 0, errorMs: 0, estimates: 0 });

/** Nobody stood in the line since `at`: that time says nothing of its speed. */
export function resumed(drain: Drain, now: Instant): Drain {
  const idleMs = Math.max(0, now - drain.at);
  return { ...drain, since: drain.since + idleMs, at: drain.at + idleMs };
}

const fade = (ms: number): number => 0.5 ** (Math.max(0, ms) / HALF_LIFE_MS);

/** One left the line. `errorMs`: how far off the time was that it had been told; absent when it had been told none. */
export function drained(drain: Drain, now: Instant, errorMs?: number): Drain {
  const at = Math.max(drain.at, now);
  const faded = fade(at - drain.at);
  return {
    since: drain.since,
    at,
    left: drain.left * faded + 1,
    // Estimates fade by their number, not by time: a line that stands still has not become more exact.
    errorMs: errorMs === undefined ? drain.errorMs : drain.errorMs * ESTIMATES_FADE + Math.abs(errorMs),
    estimates: errorMs === undefined ? drain.estimates : drain.estimates * ESTIMATES_FADE + 1,
  };
}

/** About the last hundred estimates count. */
const ESTIMATES_FADE = 0.99;

/** Who leaves per second; undefined while nobody has left for as long as anybody remembers. */
export function perSecond({ since, at, left }: Drain, now: Instant): number | undefined {
  const seenMs = now - since;
  const faded = left * fade(now - at);
  if (seenMs < SEEN_MIN_MS || faded < 0.01) return undefined;
  // What has been seen for t of an endless past is 1 − 2^(−t / half-life) of what it would come to.
  const share = 1 - fade(seenMs);
  return (faded * Math.LN2 * SECOND_MS) / (HALF_LIFE_MS * share);
}

/** Mean error of past estimates, milliseconds; undefined before there was one. */
export const meanErrorMs = ({ errorMs, estimates }: Drain): number | undefined => (estimates < 0.5 ? undefined : errorMs / estimates);

export interface Place {
  /** Who is before it. */
  readonly position: number;
  /** When it may go at the earliest, by the plan of the line. */
  readonly notBefore: Instant;
}

/** How long a place takes, milliseconds: as long as its plan says, or, where the line is slower than planned, as it moves. Undefined when nobody can tell. */
export function etaMs({ position, notBefore }: Place, drain: Drain, now: Instant, isLate: boolean): number | undefined {
  const plannedMs = Math.max(0, notBefore - now);
  if (!isLate) return plannedMs;
  const rate = perSecond(drain, now);
  return rate === undefined ? undefined : Math.max(plannedMs, ((position + 1) / rate) * SECOND_MS);
}
