import fc from 'fast-check';
import {
  concurrencyAt,
  defaultPaceRule as rule,
  fullPace,
  heard,
  nothingUsual,
  paced,
  type Pace,
  type Usual,
} from '../../../src/domain/routing/lane-pace';
import { unitHash } from '../../../src/domain/kernel/hash';
import { seconds, T0 } from '../../support/given';

const ALLOWED = 100;

interface Lane {
  readonly pace: Pace;
  readonly usual: Usual;
  readonly now: number;
  /** After each second. */
  readonly shares: readonly number[];
}
const newLane: Lane = { pace: fullPace(T0), usual: nothingUsual, now: T0, shares: [] };

/** So many seconds with a hundred answers in each. */
function served(lane: Lane, forSeconds: number, answerMs: (n: number) => number): Lane {
  let { pace, usual, now } = lane;
  const shares: number[] = [];
  for (let n = 0; n < forSeconds * 100; n++) {
    now += 10;
    const took = answerMs(n);
    const { ms } = usual;
    usual = heard(usual, took, now);
    if (ms !== undefined) pace = paced(pace, took / ms, now, rule);
    if (n % 100 === 99) shares.push(pace.share);
  }
  return { pace, usual, now, shares };
}

/** The same number for the same seed and place, in [0, 1). */
const chance = (seed: number) => (n: number) => unitHash('noise', seed, n);

describe('the concurrency of a lane', () => {
  const calm = served(newLane, 20, () => 100);

  it('is what its policy allows while answers take their usual time', () => {
    expect(new Set(calm.shares)).toEqual(new Set([1]));
    expect(concurrencyAt(calm.pace, ALLOWED)).toBe(ALLOWED);
  });

  it('shrinks by a fifth each second while they take twice as long, and grows back by steps when they do not', () => {
    const slow = served(calm, 4, () => 220);
    expect(slow.shares.map((share) => Math.round(share * 100))).toEqual([100, 80, 64, 51]);
    const well = served(slow, 15, () => 100);
    expect(well.shares.every((share, at) => at === 0 || share >= (well.shares[at - 1] ?? 0))).toBe(true);
    expect(well.pace.share).toBe(1);
  });

  it('stays where it is while they are somewhat slower', () => {
    const [atOnce, ...later] = served(
      served(calm, 4, () => 220),
      10,
      () => 170,
    ).shares;
    expect(new Set(later)).toEqual(new Set([atOnce]));
  });

  it('is not changed by a few slow answers among many, nor by fewer than twenty', () => {
    expect(served(calm, 20, (n) => (n % 3 === 0 ? 5_000 : 100)).pace.share).toBe(1);
    const few = Array.from({ length: 19 }).reduce<Pace>((pace) => paced(pace, 50, calm.now + seconds(5), rule), fullPace(T0));
    expect(few.share).toBe(1);
  });

  it('takes what lasts as usual in the end, and what is faster at once', () => {
    expect(served(calm, 600, () => 300).pace.share).toBe(1);
    const faster = served(calm, 10, () => 20);
    expect(served(faster, 3, () => 100).pace.share).toBeLessThan(1);
  });

  it('lies between its floor and what is allowed, whatever is measured', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.integer({ min: 0, max: 2_000 })), { maxLength: 400 }),
        fc.integer({ min: 1, max: 1_000 }),
        (answers, allowed) => {
          let [pace, now] = [fullPace(T0), T0];
          for (const [slowness, afterMs] of answers) {
            now += afterMs;
            pace = paced(pace, slowness, now, rule);
            expect(pace.share).toBeGreaterThanOrEqual(rule.floorShare);
            expect(pace.share).toBeLessThanOrEqual(1);
            expect(concurrencyAt(pace, allowed)).toBeGreaterThanOrEqual(Math.max(1, Math.floor(rule.floorShare * allowed)));
            expect(concurrencyAt(pace, allowed)).toBeLessThanOrEqual(allowed);
          }
        },
      ),
    ));

  it('does not swing on noise: answers spread as they usually are take no slot away for long', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.constantFrom('even', 'long tail'),
        fc.integer({ min: 2, max: 2_000 }),
        (seed, kind, typicalMs) => {
          const random = chance(seed);
          const answer = (n: number): number => (kind === 'even' ? typicalMs * (0.5 + random(n)) : -typicalMs * Math.log(1 - random(n)));
          const { shares } = served(served(newLane, 30, answer), 120, (n) => answer(n + 50_000));
          const changes = shares.filter((share, at) => at > 0 && share !== shares[at - 1]).length;
          expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.6);
          expect(changes).toBeLessThan(shares.length / 4);
        },
      ),
      { numRuns: 15 },
    ));

  it('shrinks monotonically to its floor while answers stay slow, before they count as usual', () => {
    const { shares } = served(calm, 12, () => 1_000);
    expect(shares.every((share, at) => at === 0 || share <= (shares[at - 1] ?? 1))).toBe(true);
    expect(shares.at(-1)).toBe(rule.floorShare);
  });
});
