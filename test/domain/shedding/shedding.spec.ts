import fc from 'fast-check';
import { defaultShedding, loadShedding } from '../../../src/domain/shedding/decide';
import { SHEDDABLE } from '../../../src/domain/shedding/events';
import { defaultSheddingPolicy as policy, nextLevel, noShedding, shedNow, type SheddingLevel } from '../../../src/domain/shedding/level';
import { given } from '../../support/given';

const LOOK_MS = 500;
/** Looks at these loads one after the other; the level after each. */
function play(loads: readonly number[], from: SheddingLevel = noShedding): readonly number[] {
  let at = from;
  return loads.map((load, look) => {
    at = nextLevel(at, load, look * LOOK_MS, policy, SHEDDABLE.length);
    return at.level;
  });
}
const times = (load: number, count: number): readonly number[] => Array.from({ length: count }, () => load);
const raise = policy.raiseAfterMs / LOOK_MS;
const lower = policy.lowerAfterMs / LOOK_MS;

describe('what a loaded process does without', () => {
  it('is nothing for a moment of load, and one thing more each time it lasts', () => {
    expect(play(times(1, raise)).at(-1)).toBe(0);
    expect(play(times(1, raise + 1)).at(-1)).toBe(1);
    expect(play(times(1, 2 * raise + 1)).at(-1)).toBe(2);
  });

  it('comes in the order that was set, and never more than that', () => {
    const levels = play(times(1, 100));
    expect(levels.at(-1)).toBe(SHEDDABLE.length);
    expect(shedNow(defaultShedding, { level: 2 })).toEqual(['COUNTS', 'LIVE_UPDATES']);
    expect(shedNow({ ...defaultShedding, order: ['TIMELINES'] }, { level: 4 })).toEqual(['TIMELINES']);
  });

  it('is taken back one by one, once there has been room for long enough', () => {
    expect(play(times(0, lower), { level: 2 }).at(-1)).toBe(2);
    expect(play(times(0, lower + 1), { level: 2 }).at(-1)).toBe(1);
    expect(play(times(0, 2 * lower + 1), { level: 2 }).at(-1)).toBe(0);
  });

  it('is, in a person’s hand, exactly what was named', () => {
    const manual = { mode: 'MANUAL', shed: ['SEARCH'], order: SHEDDABLE } as const;
    expect(shedNow(manual, { level: 4 })).toEqual(['SEARCH']);
  });

  it('does not flap: a load that wavers between the marks changes nothing', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4 }), fc.array(fc.double({ min: 0.51, max: 0.79, noNaN: true }), { maxLength: 200 }), (level, loads) =>
        play(loads, { level }).every((now) => now === level),
      ),
    ));

  it('moves one step at a time, and not before its time', () =>
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { maxLength: 300 }), (loads) => {
        const levels = play(loads);
        const moves = levels.flatMap((level, at) => (at > 0 && level !== levels[at - 1] ? [{ at, by: level - (levels[at - 1] ?? 0) }] : []));
        const apart = moves.every(({ at, by }, n) => n === 0 || at - (moves[n - 1]?.at ?? 0) >= (by > 0 ? raise : lower));
        return moves.every(({ by }) => Math.abs(by) === 1) && apart;
      }),
    ));

  it('is a setting: the same again is already so', () => {
    const wanted = { mode: 'MANUAL', shed: ['SEARCH'], order: SHEDDABLE } as const;
    given(loadShedding)()
      .when({ type: 'SetLoadShedding', ...wanted })
      .then({ type: 'LoadSheddingSet', data: wanted });
    given(loadShedding)({ type: 'LoadSheddingSet', data: wanted })
      .when({ type: 'SetLoadShedding', ...wanted })
      .isAlreadySo();
    given(loadShedding)()
      .when({ type: 'SetLoadShedding', ...defaultShedding })
      .isAlreadySo();
  });
});
