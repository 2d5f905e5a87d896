import { SECOND_MS, type Instant } from '../kernel/time';

/** How the concurrency of a lane follows what it measures. Shares are of the concurrency that its policy allows. */
export interface PaceRule {
  /** Never below this share. */
  readonly floorShare: number;
  /** From this many times the usual time to an answer on, it shrinks. */
  readonly shrinkFrom: number;
  /** Below this many times the usual time, it grows. In between it stays, so that noise moves nothing. */
  readonly growBelow: number;
  /** What is left of it when it shrinks. */
  readonly shrinkTo: number;
  /** The share by which it grows. */
  readonly growBy: number;
  /** Between two changes. */
  readonly everyMs: number;
}

/** Twice the usual time is what a queue on the other side looks like; down by a fifth and up by a twentieth is quick to yield and slow to press. */
export const defaultPaceRule: PaceRule = { floorShare: 0.1, shrinkFrom: 2, growBelow: 1.5, shrinkTo: 0.8, growBy: 0.05, everyMs: 1_000 };

/** Fewer answers than this are an accident. */
const ANSWERS_MIN = 20;
/** The newest say as much as all. */
const ANSWERS_KEPT = 100;
/** The usual time is learnt from so many answers at once, at first and later, so that chance has little part in it. */
const FIRST_LEARNT_FROM = 200;
const LEARNT_FROM = 50;
/** It follows faster answers soon and slower ones late: what a full lane does to somebody is not to become usual. */
const USUAL_FALLS_BY = 0.1;
/** Per second: somebody who is slow for good is as usual after some minutes. */
const USUAL_RISES_BY = 0.005;

/** How long somebody usually takes for one kind of call. */
export interface Usual {
  /** Absent before enough was heard. */
  readonly ms?: number;
  readonly heard: readonly number[];
  /** When it was last learnt. */
  readonly at: Instant;
}

export const nothingUsual: Usual = { heard: [], at: 0 };

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** An answer took so long. */
export function heard(usual: Usual, tookMs: number, now: Instant): Usual {
  const all = [...usual.heard, tookMs];
  if (all.length < (usual.ms === undefined ? FIRST_LEARNT_FROM : LEARNT_FROM)) return { ...usual, heard: all };
  const { ms = Infinity, at } = usual;
  // Clocks are coarse: less than a millisecond is no measure to hold others against.
  const middle = Math.max(1, median(all));
  const risen = ms * (1 + (USUAL_RISES_BY * Math.max(0, now - at)) / SECOND_MS);
  const learnt = ms === Infinity ? middle : middle < ms ? ms + (middle - ms) * USUAL_FALLS_BY : Math.min(middle, risen);
  return { ms: learnt, heard: [], at: now };
}

/** How a lane stands. */
export interface Pace {
  /** What it may have under way, as a share of what its policy allows. */
  readonly share: number;
  /** Its latest answers, each as a multiple of the usual time of whoever gave it. */
  readonly slowness: readonly number[];
  readonly changedAt: Instant;
}

/** As its policy has it: it takes back only when there is reason to. */
export const fullPace = (at: Instant): Pace => ({ share: 1, slowness: [], changedAt: at });

/**
 * GIVEN a lane
 * WHEN  one of its calls was answered in so many times the usual time
 * THEN  once enough were heard and its time has come, it shrinks by a fifth when the middle one was slow, grows by a step when it was not, and
 *       stays in between. Calls without an answer say nothing: whoever hangs is held by a limit of his own
 */
export function paced(pace: Pace, slowness: number, now: Instant, rule: PaceRule): Pace {
  const all = [...pace.slowness, slowness].slice(-ANSWERS_KEPT);
  if (all.length < ANSWERS_MIN || now < pace.changedAt + rule.everyMs) return { ...pace, slowness: all };
  const middle = median(all);
  const share = middle >= rule.shrinkFrom ? pace.share * rule.shrinkTo : middle < rule.growBelow ? pace.share + rule.growBy : pace.share;
  return { share: Math.min(1, Math.max(rule.floorShare, share)), slowness: [], changedAt: now };
}

/** What it may have under way, of what its policy allows: at least one. */
export const concurrencyAt = ({ share }: Pace, allowed: number): number => Math.max(1, Math.min(allowed, Math.round(share * allowed)));
