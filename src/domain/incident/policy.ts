import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../kernel/time';

/** Every number of incidents. All configurable; the defaults keep a blip of seconds from waking anybody, and a long outage from being forgotten. */
export interface IncidentPolicy {
  /** An alarm lasts so long before it is an incident. */
  readonly openAfterMs: number;
  /** It is over for so long before the incident is closed; doubles each time it comes back, up to sixteen times. */
  readonly closeAfterMs: number;
  /** What comes back within this is the same incident. */
  readonly rejoinWithinMs: number;
  /** People are told again after so long, then after twice as long, up to eight times as long. */
  readonly remindAfterMs: number;
  /** The histories are looked at after so long, then after twice as long, up to sixty-four times as long. */
  readonly enrichAfterMs: number;
  /** Paid orders that wait for one thing; calls in doubt of one kind; open reviews. An alarm from here on, over at half of it. */
  readonly waitingOrders: number;
  readonly callsInDoubt: number;
  readonly reviewsWaiting: number;
  /** What ran low, a balance or a stock, is over from so many percent of its threshold up: more than 100, or it would waver. */
  readonly lowCalmPercent: number;
}

export const defaultIncidentPolicy: IncidentPolicy = {
  openAfterMs: 10 * SECOND_MS,
  closeAfterMs: MINUTE_MS,
  rejoinWithinMs: 10 * MINUTE_MS,
  remindAfterMs: HOUR_MS / 2,
  enrichAfterMs: MINUTE_MS,
  waitingOrders: 50,
  callsInDoubt: 20,
  reviewsWaiting: 50,
  lowCalmPercent: 120,
};

const REOPENED_COUNTS_MAX = 4;
const REMINDERS_COUNT_MAX = 3;
const ENRICHED_COUNTS_MAX = 6;

const doubled = (ms: number, times: number, max: number): number => ms * 2 ** Math.min(times, max);
export const closeAfterMs = (policy: IncidentPolicy, reopened: number): number => doubled(policy.closeAfterMs, reopened, REOPENED_COUNTS_MAX);
export const remindAfterMs = (policy: IncidentPolicy, reminders: number): number => doubled(policy.remindAfterMs, reminders, REMINDERS_COUNT_MAX);
export const enrichAfterMs = (policy: IncidentPolicy, enriched: number): number => doubled(policy.enrichAfterMs, enriched, ENRICHED_COUNTS_MAX);
