import { MINUTE_MS, type Instant } from '../kernel/time';
import type { Attempt } from './health';
import { noLatencies, notedLatency, type Latencies } from './latencies';

/** How an account has done over the last minutes: counts that fade, so that yesterday does not weigh on today. */
export interface TrackRecord {
  readonly at: Instant;
  readonly attempts: number;
  readonly good: number;
  /** Sum over the good ones, milliseconds; one whose time nobody here measured counts as the mean of the others. */
  readonly latencyMs: number;
  /** Of the good ones that were measured. */
  readonly latencies: Latencies;
}

/** After so long what was seen counts half. */
const HALF_LIFE_MS = 2 * MINUTE_MS;
/** As if so many good attempts had been seen before: a few bad ones do not condemn somebody new. */
const BENEFIT_OF_THE_DOUBT = 5;

export const noRecord: TrackRecord = { at: 0, attempts: 0, good: 0, latencyMs: 0, latencies: noLatencies };

/** Takes one attempt into account. One that comes in late counts as if it had ended when the newest did. */
export function recorded(record: TrackRecord, { endedAt, outcome, tookMs }: Attempt): TrackRecord {
  const at = Math.max(record.at, endedAt);
  const fade = 0.5 ** ((at - record.at) / HALF_LIFE_MS);
  const good = outcome === 'GOOD';
  return {
    at,
    attempts: record.attempts * fade + 1,
    good: record.good * fade + (good ? 1 : 0),
    latencyMs: record.latencyMs * fade + (good ? (tookMs ?? meanLatencyMs(record) ?? 0) : 0),
    latencies: notedLatency(record.latencies, fade, good ? tookMs : undefined),
  };
}

/** In (0, 1]: the share of attempts that had an answer. */
export const successShare = ({ attempts, good }: TrackRecord): number => (good + BENEFIT_OF_THE_DOUBT) / (attempts + BENEFIT_OF_THE_DOUBT);

/** Mean time to an answer, milliseconds; undefined before there was one. */
export const meanLatencyMs = ({ good, latencyMs }: TrackRecord): number | undefined => (good < 0.5 ? undefined : latencyMs / good);
