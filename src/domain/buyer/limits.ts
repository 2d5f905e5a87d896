import { MINUTE_MS, SECOND_MS, type Instant } from '../kernel/time';

/** Whom or what orders may have in common. */
export type Likeness = 'BUYER' | 'CONTACT' | 'ADDRESS' | 'DEVICE';

/** What one buyer may do, and what is worth a second look. 0 switches a number off. */
export interface BuyerLimits {
  /** Submits of new orders in any minute, refused ones too, before a buyer has to wait. */
  readonly submitsPerMinute: number;
  /** The first such wait, doubled each time it comes to that again; and the longest. Milliseconds. */
  readonly coolDownMs: number;
  readonly coolDownMaxMs: number;
  /** Unpaid open orders at once that have this in common. */
  readonly unpaidMax: Readonly<Record<Likeness, number>>;
  /** From this share of a limit on (0 to 1), an order carries a risk signal. */
  readonly riskFrom: number;
}

/** An address may be a whole dormitory. */
export const defaultBuyerLimits: BuyerLimits = {
  submitsPerMinute: 20,
  coolDownMs: 10 * SECOND_MS,
  coolDownMaxMs: 10 * MINUTE_MS,
  unpaidMax: { BUYER: 10, CONTACT: 10, ADDRESS: 100, DEVICE: 20 },
  riskFrom: 0.5,
};

/** How fast a buyer submits. The level falls evenly, to nothing within a minute. */
export interface Pace {
  readonly at: Instant;
  readonly level: number;
  /** Waits in a row. */
  readonly waits: number;
  readonly waitsUntil: Instant;
}

export const calm: Pace = { at: 0, level: 0, waits: 0, waitsUntil: Number.NEGATIVE_INFINITY };

/** `waitMs` 0: go on. */
export interface Paced {
  readonly pace: Pace;
  readonly waitMs: number;
}

/** A buyer submits once more. Whoever is told to wait is never told a longer time later for the same wait. */
export function paced(pace: Pace, now: Instant, limits: BuyerLimits): Paced {
  const { submitsPerMinute, coolDownMs, coolDownMaxMs } = limits;
  if (submitsPerMinute === 0) return { pace, waitMs: 0 };
  if (now < pace.waitsUntil) return { pace, waitMs: pace.waitsUntil - now };
  const elapsedMs = Math.max(0, now - Math.max(pace.at, pace.waitsUntil));
  const level = Math.max(0, pace.level - (elapsedMs / MINUTE_MS) * submitsPerMinute) + 1;
  // A quiet time as long as the longest wait makes up for the past.
  const waits = elapsedMs >= coolDownMaxMs ? 0 : pace.waits;
  if (level <= submitsPerMinute) return { pace: { ...pace, at: now, level, waits }, waitMs: 0 };
  const waitMs = Math.min(coolDownMs * 2 ** Math.min(waits, 20), coolDownMaxMs);
  return { pace: { at: now, level: 0, waits: waits + 1, waitsUntil: now + waitMs }, waitMs };
}

/** Whether nothing of this pace is left after so long: it is as if the buyer had never come. */
export const fallsWithin = (ms: number, { level, waits }: Pace, { submitsPerMinute }: BuyerLimits): boolean =>
  waits === 0 && level * MINUTE_MS <= ms * submitsPerMinute;

/** Unpaid open orders that have something in common with this one, itself not counted. */
export type UnpaidAlike = Readonly<Partial<Record<Likeness, number>>>;

/** Something that an order has too much of: shown to people, never a reason to refuse. */
export interface RiskSignal {
  readonly signal: `UNPAID_BY_${Likeness}` | 'FAST_SUBMITS';
  /** How much of it there was. */
  readonly count: number;
  /** What would have been refused. */
  readonly limit: number;
}

const LIKENESSES: readonly Likeness[] = ['BUYER', 'CONTACT', 'ADDRESS', 'DEVICE'];

/** The limit that one more order would break, if any. */
export function tooManyUnpaid(alike: UnpaidAlike, { unpaidMax }: BuyerLimits): { readonly of: Likeness; readonly limit: number } | null {
  const of = LIKENESSES.find((likeness) => unpaidMax[likeness] > 0 && (alike[likeness] ?? 0) >= unpaidMax[likeness]);
  return of === undefined ? null : { of, limit: unpaidMax[of] };
}

/** What is worth a second look at an order that is let in. */
export function riskOf(alike: UnpaidAlike, { level }: Pace, limits: BuyerLimits): readonly RiskSignal[] {
  const { unpaidMax, submitsPerMinute, riskFrom } = limits;
  const high = (count: number, limit: number): boolean => limit > 0 && count > 1 && count >= limit * riskFrom;
  const unpaid = LIKENESSES.map((likeness) => ({ likeness, count: (alike[likeness] ?? 0) + 1, limit: unpaidMax[likeness] }));
  return [
    ...unpaid
      .filter(({ count, limit }) => high(count, limit))
      .map(({ likeness, count, limit }): RiskSignal => ({ signal: `UNPAID_BY_${likeness}`, count, limit })),
    ...(high(Math.round(level), submitsPerMinute) ? [{ signal: 'FAST_SUBMITS' as const, count: Math.round(level), limit: submitsPerMinute }] : []),
  ];
}
