import fc from 'fast-check';
import {
  defaultRetryPolicy,
  earned,
  fullBudget,
  hasRoomEarly,
  promised,
  redeemed,
  refilled,
  returned,
  spent,
  waitMs,
  type Budget,
  type BudgetRule,
} from '../../../src/domain/routing/retry-budget';
import { minutes, seconds } from '../../support/given';

const rule: BudgetRule = { perSuccess: 0.2, perMinute: 60, burst: 5 };
const times = (count: number, how: (budget: Budget) => Budget, from: Budget): Budget => Array.from({ length: count }).reduce(how, from);
const empty = times(rule.burst, spent, fullBudget(rule, 0));

describe('a retry budget', () => {
  it('lets a burst go at once, and then one each second', () => {
    expect(waitMs(times(4, spent, fullBudget(rule, 0)), rule)).toBe(0);
    expect(waitMs(empty, rule)).toBe(seconds(1));
    expect(waitMs(refilled(empty, rule, 400), rule)).toBe(600);
    expect(waitMs(refilled(empty, rule, seconds(1)), rule)).toBe(0);
  });

  it('promises each of those who wait a time of its own, in the order of asking', () => {
    const line = [1, 2, 3].map((before) => waitMs(times(before - 1, promised, empty), rule));
    expect(line).toEqual([seconds(1), seconds(2), seconds(3)]);
  });

  it('earns a retry with every five first requests that were answered', () => {
    const almost = times(4, (budget) => earned(budget, rule), empty);
    expect(waitMs(almost, rule)).toBeGreaterThan(0);
    expect(waitMs(earned(almost, rule), rule)).toBe(0);
  });

  it('lets somebody who was promised a later time go early when there is room, and a newcomer not before them', () => {
    const waiting = times(3, promised, empty);
    expect(hasRoomEarly(waiting)).toBe(false);
    const room = times(5, (budget) => earned(budget, rule), waiting);
    expect(hasRoomEarly(room)).toBe(true);
    expect(waitMs(room, rule)).toBeGreaterThan(0);
    expect(hasRoomEarly(redeemed(room))).toBe(false);
  });

  it('costs nothing when the retry is answered: only those that fail use it up', () => {
    const after = times(100, (budget) => returned(spent(budget), rule), fullBudget(rule, 0));
    expect(waitMs(after, rule)).toBe(0);
  });

  it('saves up no more than a burst, however long it rests, and owes nobody who never came', () => {
    const rested = refilled(times(9, promised, empty), rule, minutes(60));
    expect(rested).toEqual({ free: rule.burst, promised: 0, at: minutes(60) });
  });

  type Deed = { readonly afterMs: number; readonly kind: 'ask' | 'answered' };
  const deeds = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 3_000 }), kind: fc.constantFrom<Deed['kind']>('ask', 'answered') }), {
    maxLength: 300,
  });
  const rules = fc.record({
    perSuccess: fc.double({ min: 0, max: 1, noNaN: true }),
    perMinute: fc.integer({ min: 1, max: 600 }),
    burst: fc.integer({ min: 1, max: 50 }),
  });

  /** Everybody asks in vain; each goes at once, at the time it was promised, or earlier when there is room. When they went. */
  function gone(
    story: readonly Deed[],
    under: BudgetRule,
  ): { readonly went: readonly number[]; readonly successes: readonly number[]; asked: number } {
    let [budget, now, asked] = [fullBudget(under, 0), 0, 0];
    let line: number[] = [];
    const [went, successes]: [number[], number[]] = [[], []];
    const letGo = (): void => {
      budget = refilled(budget, under, now);
      while (line.length > 0 && ((line[0] ?? Infinity) <= now || hasRoomEarly(budget))) {
        line = line.slice(1);
        budget = redeemed(budget);
        went.push(now);
      }
    };
    const passTo = (then: number): void => {
      while ((line[0] ?? Infinity) <= then) {
        now = line[0] ?? then;
        letGo();
      }
      now = then;
      letGo();
    };
    for (const { afterMs, kind } of story) {
      passTo(now + afterMs);
      if (kind === 'answered') {
        budget = earned(budget, under);
        successes.push(now);
        letGo();
        continue;
      }
      asked++;
      const wait = waitMs(budget, under);
      if (wait === 0) went.push(now);
      else line.push(now + wait);
      budget = wait === 0 ? spent(budget) : promised(budget);
    }
    passTo(Math.max(now, ...line));
    return { went, successes, asked };
  }

  it('whatever happens, no more retries go in any stretch of time than it allows, and none is lost', () =>
    fc.assert(
      fc.property(deeds, rules, (story, under) => {
        const { went, successes, asked } = gone(story, under);
        expect(went).toHaveLength(asked);
        for (const [first, from] of went.entries()) {
          for (const [more, to] of went.slice(first).entries()) {
            const earnedMeanwhile = successes.filter((at) => at >= from && at <= to).length * under.perSuccess;
            const allowed = under.burst + ((to - from) * under.perMinute) / minutes(1) + earnedMeanwhile;
            expect(more + 1).toBeLessThanOrEqual(allowed + 1 + 1e-6);
          }
        }
      }),
    ));

  it('by default is a fifth of the successes and one a second, and leaves questions about doubts their own', () => {
    expect(defaultRetryPolicy.retries).toEqual({ perSuccess: 0.2, perMinute: 60, burst: 20 });
    expect(defaultRetryPolicy.questions.perMinute).toBeGreaterThan(defaultRetryPolicy.retries.perMinute);
  });
});
