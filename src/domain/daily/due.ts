import { dayAfter, dayAt, dayBefore, type Day } from '../closing/day';
import type { ClosingState } from '../closing/decide';
import type { Instant } from '../kernel/time';

/** When the work of a day may be done. */
export interface DailyPolicy {
  /** IANA name of the zone that the shop's days are told by. */
  readonly timeZone: string;
  /** So long after the end of a day, when late answers have come. Milliseconds. */
  readonly afterMs: number;
}

/** The last day that is over for good. */
const lastDay = (now: Instant, { timeZone, afterMs }: DailyPolicy): Day => dayBefore(dayAt(now - afterMs, timeZone));

/**
 * GIVEN the days of the ledger that are closed, and when the first event of the shop happened
 * WHEN  it is asked which day is to be closed by now
 * THEN  it is one whose close was begun, or else the one after the last, when it is over; none on the shop's first day, and before its
 *       first event. A shop that never closed a day begins with the last one, which takes in all that was before
 */
export function dayToClose({ last, pending }: ClosingState, firstEventAt: Instant | null, now: Instant, policy: DailyPolicy): Day | null {
  if (pending !== undefined) return pending.day;
  const until = lastDay(now, policy);
  if (last !== undefined) return last.day < until ? dayAfter(last.day) : null;
  return firstEventAt !== null && dayAt(firstEventAt, policy.timeZone) <= until ? until : null;
}

/**
 * GIVEN when the last checkpoint was signed, or else when the first event of the shop happened
 * WHEN  it is asked whether one is due
 * THEN  it is when that was on a day that is over: one for each day, however long nobody was there to sign
 */
export function isCheckpointDue(since: Instant | null, now: Instant, policy: DailyPolicy): boolean {
  return since !== null && dayAt(since, policy.timeZone) <= lastDay(now, policy);
}
