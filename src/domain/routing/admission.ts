import { SECOND_MS, type Instant } from '../kernel/time';

/** How fast orders may enter through one node, and how many may wait for that. */
export interface AdmissionPolicy {
  /** Orders that enter per second. */
  readonly perSecond: number;
  /** What was not used before may be made up for, as much as would have entered in this time. Milliseconds. */
  readonly burstMs: number;
  /** Orders that may wait to enter. What comes beyond is not stored. */
  readonly backlogMax: number;
}

/** The design's numbers, for a shop of one node. */
export const defaultAdmissionPolicy: AdmissionPolicy = { perSecond: 3_000, burstMs: 100, backlogMax: 50_000 };

/** The part of one of several nodes. */
export const partOfNode = (policy: AdmissionPolicy, nodes: number): AdmissionPolicy => ({
  ...policy,
  perSecond: policy.perSecond / Math.max(1, nodes),
  backlogMax: policy.backlogMax / Math.max(1, nodes),
});

/** The line before one node: when the last one in it enters. A line that ends in the past is empty. */
export interface AdmissionLine {
  readonly lastEntersAt: Instant;
}

export const emptyLine: AdmissionLine = { lastEntersAt: Number.NEGATIVE_INFINITY };

/** The soonest that somebody told "busy" may come back. Milliseconds. */
const COME_BACK_MIN_MS = SECOND_MS;

export type Admitted =
  | { readonly admission: 'NOW'; readonly line: AdmissionLine }
  /** `enterAt`: its place in the line, as a time: nobody who comes later enters before. */
  | { readonly admission: 'LATER'; readonly enterAt: Instant; readonly line: AdmissionLine }
  | { readonly admission: 'BUSY'; readonly retryAfterMs: number };

const spacingMs = (policy: AdmissionPolicy): number => SECOND_MS / policy.perSecond;

/** Orders that wait to enter, by the line alone. */
export const backlogOf = ({ lastEntersAt }: AdmissionLine, now: Instant, policy: AdmissionPolicy): number =>
  Math.max(0, Math.floor((lastEntersAt - now) / spacingMs(policy)));

/** Null while one more would be within the backlog; else when it will be, in milliseconds from now. */
export function fullFor(line: AdmissionLine, now: Instant, policy: AdmissionPolicy): number | null {
  const over = line.lastEntersAt - now - (policy.backlogMax - 1) * spacingMs(policy);
  return over <= 0 ? null : Math.max(COME_BACK_MIN_MS, Math.ceil(over));
}

/**
 * The next one comes: it enters now, or takes the place behind the last one. A line is a time and not a list: places are as far apart
 * as the rate says, so a place tells how many are before it and how long it takes, and a restart has to remember nothing else.
 */
export function admitted(line: AdmissionLine, now: Instant, policy: AdmissionPolicy): Admitted {
  const retryAfterMs = fullFor(line, now, policy);
  if (retryAfterMs !== null) return { admission: 'BUSY', retryAfterMs };
  const entersAt = Math.max(line.lastEntersAt, now - policy.burstMs) + spacingMs(policy);
  const next = { lastEntersAt: entersAt };
  return entersAt <= now ? { admission: 'NOW', line: next } : { admission: 'LATER', enterAt: Math.ceil(entersAt), line: next };
}
