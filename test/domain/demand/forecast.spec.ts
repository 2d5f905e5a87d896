import fc from 'fast-check';
import {
  type Demand,
  hourOf,
  isHot,
  pastError,
  Pattern,
  peakAhead,
  RUNWAY_DAYS_MAX,
  runwayDays,
  unitsExpected,
} from '../../../src/domain/demand/forecast';
import { DAY_MS, HOUR_MS } from '../../../src/domain/kernel/time';

const NOW = hourOf(Date.parse('2026-11-27T12:00:00Z'));
const WEEK = 168;

/** So many units in every hour of the last weeks. */
function sold(weeks: number, unitsOf: (hour: number) => number): Demand {
  return new Map(Array.from({ length: weeks * WEEK }, (_, i) => NOW - 1 - i).map((hour) => [hour, unitsOf(hour)]));
}
const evening = (hour: number): boolean => hour % 24 === 20;
const daily = (hour: number): number => (evening(hour) ? 100 : 5);

describe('a forecast', () => {
  it('expects what the same hours of past weeks sold', () => {
    const pattern = new Pattern(sold(4, daily), NOW);
    for (let hour = NOW; hour < NOW + 2 * WEEK; hour++) expect(pattern.expected(hour)).toBeCloseTo(daily(hour), 6);
    expect(pattern.weeks).toBe(4);
  });
  it('counts the newest week most', () => {
    const grown = new Pattern(
      sold(2, (hour) => (hour >= NOW - WEEK ? 20 : 10)),
      NOW,
    ).expected(NOW + 24);
    expect(grown).toBeGreaterThan(15);
  });
  it('follows the level of the last day, and twice the usual at most', () => {
    const sale = new Pattern(
      sold(4, (hour) => (hour >= NOW - 24 ? 500 : 10)),
      NOW,
    );
    // The hour of this weekday a week ago sold 10.
    expect(sale.expected(NOW + 48)).toBeCloseTo(20, 6);
  });
  it('is the mean of the last day where there is no week of history, and nothing where there is no history', () => {
    const young = new Map([
      [NOW - 2, 8],
      [NOW - 1, 4],
    ]);
    expect(new Pattern(young, NOW).expected(NOW + 3)).toBe(6);
    expect(new Pattern(new Map(), NOW).expected(NOW)).toBe(0);
  });
  it('looks at nothing in its own hour or later', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 400, maxLength: 400 }), fc.nat(300), fc.nat(900), (units, ahead, later) => {
        const known = new Map(units.map((count, i) => [NOW - 400 + i, count]));
        const withLater = new Map([...known, [NOW + (later % 200), 1_000]]);
        expect(new Pattern(withLater, NOW).expected(NOW + ahead)).toBe(new Pattern(known, NOW).expected(NOW + ahead));
      }),
    ));
  it('is never negative, never endless and never more than twice what an hour has sold', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 600 }), fc.nat(400), (units, ahead) => {
        const expected = new Pattern(new Map(units.map((count, i) => [NOW - units.length + i, count])), NOW).expected(NOW + ahead);
        expect(expected).toBeGreaterThanOrEqual(0);
        expect(expected).toBeLessThanOrEqual(2 * Math.max(...units));
      }),
    ));
});

describe('the error of past forecasts', () => {
  it('is nothing for a day like every day', () => expect(pastError(sold(5, daily), NOW)).toBeCloseTo(0, 6));
  it('is the units that were missed for each that was sold', () => {
    // The last week sold half as much again in every hour; each day but the first was seen coming from the day before.
    const error = pastError(
      sold(5, (hour) => (hour >= NOW - WEEK ? 15 : 10)),
      NOW,
    );
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(1 / 3);
  });
  it('is not told from a few sales', () => expect(pastError(new Map([[NOW - 1, 19]]), NOW)).toBeNull());
});

describe('the days that a stock lasts', () => {
  it.each([
    [24 * 10, 1],
    [24 * 10 * 30, 30],
    [5, 0.5 / 24],
    [0, 0],
  ])('%i units at ten an hour: %d', (units, days) =>
    expect(
      runwayDays(
        new Pattern(
          sold(4, () => 10),
          NOW,
        ),
        units,
      ),
    ).toBeCloseTo(days, 6),
  );
  it('is not told beyond what can be seen', () => {
    expect(
      runwayDays(
        new Pattern(
          sold(4, () => 10),
          NOW,
        ),
        RUNWAY_DAYS_MAX * 240 + 1,
      ),
    ).toBeNull();
    expect(runwayDays(new Pattern(new Map(), NOW), 1)).toBeNull();
  });
});

it('the peak is the highest hour of the next day, the earliest of equals', () => {
  expect(peakAhead(new Pattern(sold(4, daily), NOW))).toEqual({ hour: NOW + 8, units: expect.closeTo(100, 6) as number });
  expect(peakAhead(new Pattern(new Map(), NOW))).toEqual({ hour: NOW, units: 0 });
});

describe('a hot product', () => {
  const usual = new Pattern(
    sold(4, () => 20),
    NOW,
  );
  const at = (minutes: number): number => NOW * HOUR_MS + minutes * 60_000;
  it.each([
    [59, 30, true],
    [59, 58, true],
    [40, 58, false],
    [19, 1, false],
  ])('%i units after %i minutes, where twenty an hour are usual: %s', (units, minutes, hot) => expect(isHot(usual, units, at(minutes))).toBe(hot));
  it('without a history is hot from its first twenty units', () => expect(isHot(new Pattern(new Map(), NOW), 20, NOW * HOUR_MS + DAY_MS)).toBe(true));
});

it('what is expected of some days is the stock that lasts so long', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 * 24 }), fc.integer({ min: 1, max: 500 }), (hours, units) => {
      const pattern = new Pattern(
        sold(4, (hour) => units * (evening(hour) ? 3 : 1)),
        NOW,
      );
      expect(runwayDays(pattern, unitsExpected(pattern, hours))).toBeCloseTo(hours / 24, 6);
    }),
    { numRuns: 100 },
  ));
