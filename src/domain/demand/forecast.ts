import { DAY_MS, HOUR_MS, type Instant } from '../kernel/time';

/**
 * What a SKU will sell in an hour to come, from what it sold in the hours before: the same hour of the same weekday in the weeks behind, the
 * newest counting most, times how the last day compares with what would have been expected of it. Hours are UTC, so where clocks are
 * put forward the pattern is an hour off for as long as the memory of the weeks lasts.
 */

/** Units that were paid for, by the number of the hour since 1970. Hours without sales may be missing. */
export type Demand = ReadonlyMap<number, number>;

const WEEK_HOURS = 168;
const DAY_HOURS = 24;
/** Weeks that are looked back, and how much less each counts than the one after it. */
export const WEEKS_MAX = 8;
const WEEK_DECAY = 0.75;
/** How far the last day may move the expectation: a sale of today is not next week's pattern. */
const LEVEL = { least: 0.5, most: 2 } as const;
/** Units in the last day and in what was expected of it from which their ratio says something. */
const LEVEL_UNITS_MIN = 20;
/** Days of which the error of past forecasts is told. */
const ERROR_DAYS = 7;
/** Beyond this a stock lasts "long enough". */
export const RUNWAY_DAYS_MAX = 60;
/** A SKU is hot when this hour sells so many times what was expected, and so many units at least. */
const HOT = { times: 3, units: 20 } as const;

export const hourOf = (at: Instant): number => Math.floor(at / HOUR_MS);

const soldIn = (demand: Demand, hour: number): number => demand.get(hour) ?? 0;

function sum(from: number, to: number, of: (hour: number) => number): number {
  let total = 0;
  for (let hour = from; hour < to; hour++) total += of(hour);
  return total;
}

/** What is known of a SKU before `hour`: of that hour and later ones nothing is looked at. A SKU began with its first sale: before that there was nothing to sell. */
export class Pattern {
  private readonly first: number;
  private readonly level: number;

  constructor(
    private readonly demand: Demand,
    readonly hour: number,
  ) {
    this.first = Math.min(hour, ...demand.keys());
    const expected = sum(hour - DAY_HOURS, hour, (past) => this.seasonal(past, past) ?? 0);
    const sold = sum(hour - DAY_HOURS, hour, (past) => soldIn(demand, past));
    const tellsSomething = expected >= LEVEL_UNITS_MIN && sold >= LEVEL_UNITS_MIN;
    this.level = tellsSomething ? Math.min(LEVEL.most, Math.max(LEVEL.least, sold / expected)) : 1;
  }

  /** Weeks of history. Below one there is no pattern, only an average. */
  get weeks(): number {
    return (this.hour - this.first) / WEEK_HOURS;
  }

  /** Units expected in this hour, which is `this.hour` or later. */
  expected(hour: number): number {
    const seasonal = this.seasonal(hour, this.hour);
    if (seasonal !== null) return seasonal * this.level;
    const known = Math.min(this.hour - this.first, DAY_HOURS);
    return known === 0 ? 0 : sum(this.hour - known, this.hour, (past) => soldIn(this.demand, past)) / known;
  }

  /** The weighted mean of the same hours of the weeks before, as far as they lie before `known`. Null where there is none. */
  private seasonal(hour: number, known: number): number | null {
    let units = 0;
    let weights = 0;
    let weight = 1;
    for (let past = hour - WEEK_HOURS * Math.ceil((hour - known + 1) / WEEK_HOURS), weeks = 0; past >= this.first && weeks < WEEKS_MAX; weeks++) {
      units += weight * soldIn(this.demand, past);
      weights += weight;
      weight *= WEEK_DECAY;
      past -= WEEK_HOURS;
    }
    return weights === 0 ? null : units / weights;
  }
}

/**
 * How far past forecasts were off, each made from what was known an hour ahead: the sum of the misses over the sum of the sales of the last
 * week. 0.2 is "a fifth of the units were expected in another hour, or not at all". Null when too little was sold to say.
 */
export function pastError(demand: Demand, hour: number): number | null {
  const from = hour - ERROR_DAYS * DAY_HOURS;
  const sold = sum(from, hour, (past) => soldIn(demand, past));
  if (sold < LEVEL_UNITS_MIN) return null;
  return sum(from, hour, (past) => Math.abs(new Pattern(demand, past).expected(past) - soldIn(demand, past))) / sold;
}

/** Days until so many units are sold; null when they last longer than `RUNWAY_DAYS_MAX`. */
export function runwayDays(pattern: Pattern, units: number): number | null {
  let left = units;
  for (let ahead = 0; ahead < RUNWAY_DAYS_MAX * DAY_HOURS; ahead++) {
    const expected = pattern.expected(pattern.hour + ahead);
    if (expected > 0 && expected >= left) return (ahead + left / expected) / DAY_HOURS;
    left -= expected;
  }
  return null;
}

/** Units expected in so many hours from the one that runs; a mean, so not a whole number. */
export const unitsExpected = (pattern: Pattern, hours: number): number => sum(pattern.hour, pattern.hour + hours, (hour) => pattern.expected(hour));

export interface Peak {
  /** The hour that is expected to sell most, by its number. */
  readonly hour: number;
  readonly units: number;
}

/** The highest hour of the day to come, the earliest of equals. */
export function peakAhead(pattern: Pattern): Peak {
  let peak: Peak = { hour: pattern.hour, units: pattern.expected(pattern.hour) };
  for (let hour = pattern.hour + 1; hour < pattern.hour + DAY_HOURS; hour++) {
    const units = pattern.expected(hour);
    if (units > peak.units) peak = { hour, units };
  }
  return peak;
}

/** Whether the hour that runs sells far more than a SKU of this history does. `at` is in that hour. */
export function isHot(pattern: Pattern, sold: number, at: Instant): boolean {
  const passed = Math.max(at - pattern.hour * HOUR_MS, 1) / HOUR_MS;
  return sold >= HOT.units && sold >= HOT.times * pattern.expected(pattern.hour) * passed;
}

/** Hours whose demand a forecast looks at. */
export const historyFrom = (at: Instant): Instant => at - (WEEKS_MAX * 7 + ERROR_DAYS + 1) * DAY_MS;
