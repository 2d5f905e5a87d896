import { unitHash } from '../kernel/hash';
import { answersIn, latencyQuantileMs } from './latencies';
import type { TrackRecord } from './track-record';

/** Between what a learnt time-out may move, and what it is before anything is learnt. Milliseconds. */
export interface TimeoutBounds {
  readonly firstMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/** How time-outs are learnt. */
export interface TimeoutRule {
  /** The slowest hundredth of the answers, times this. */
  readonly factor: number;
  /** Fewer answers than this teach nothing. They fade, so an account that fell silent is soon given its first time-out again. */
  readonly answersMin: number;
  /** This share of requests is given the longest time: else an account that became slower than its time-out would never be heard again. */
  readonly patientShare: number;
}

export const defaultTimeoutRule: TimeoutRule = { factor: 2, answersMin: 50, patientShare: 0.05 };

/**
 * Why a time-out is as long as it is. NOTHING_LEARNT: too few answers lately · LEARNT: from the slowest hundredth of them · AT_MIN, AT_MAX:
 * that would be shorter or longer than is allowed · PATIENT: this request is one of those that look whether answers have become slower.
 */
export type TimeoutReason = 'NOTHING_LEARNT' | 'LEARNT' | 'AT_MIN' | 'AT_MAX' | 'PATIENT';

export interface Timeout {
  readonly ms: number;
  readonly because: TimeoutReason;
}

const SLOWEST = 0.99;

/** How long a new request to somebody with this record may take. Only answers teach: what timed out does not say how long it would have taken. */
export function learntTimeout({ latencies }: TrackRecord, { firstMs, minMs, maxMs }: TimeoutBounds, { factor, answersMin }: TimeoutRule): Timeout {
  if (answersIn(latencies) < answersMin) return { ms: firstMs, because: 'NOTHING_LEARNT' };
  const [shortest, longest] = [Math.min(minMs, firstMs), Math.max(maxMs, firstMs)];
  const ms = Math.round(latencyQuantileMs(latencies, SLOWEST) * factor);
  if (ms <= shortest) return { ms: shortest, because: 'AT_MIN' };
  return ms >= longest ? { ms: longest, because: 'AT_MAX' } : { ms, because: 'LEARNT' };
}

/** The same for one request. Which ones are patient is a lot drawn from its words, so that every engine draws the same. */
export function timeoutFor(record: TrackRecord, bounds: TimeoutBounds, rule: TimeoutRule, ...request: readonly (string | number)[]): Timeout {
  const learnt = learntTimeout(record, bounds, rule);
  const isPatient = learnt.because !== 'NOTHING_LEARNT' && unitHash('patience', ...request) < rule.patientShare;
  return isPatient ? { ms: Math.max(bounds.maxMs, bounds.firstMs), because: 'PATIENT' } : learnt;
}
