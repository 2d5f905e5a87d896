import fc from 'fast-check';
import { drained, etaMs, meanErrorMs, newDrain, perSecond, resumed, type Drain } from '../../../src/domain/routing/drain';
import { T0 } from '../../support/given';

/** One leaves every so many milliseconds, so many times. */
function moving(everyMs: number, times: number): Drain {
  let drain = newDrain(T0);
  for (let n = 1; n <= times; n++) drain = drained(drain, T0 + n * everyMs);
  return drain;
}

describe('how fast a line moves', () => {
  it('is told right after a second, after a minute, and whatever the speed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 2, max: 60 }), (everyMs, seconds) => {
        const times = Math.ceil((seconds * 1_000) / everyMs);
        const rate = perSecond(moving(everyMs, times), T0 + times * everyMs) ?? 0;
        expect(rate / (1_000 / everyMs)).toBeGreaterThan(0.85);
        expect(rate / (1_000 / everyMs)).toBeLessThan(1.2);
      }),
      { numRuns: 50 },
    );
  });

  it('is not told before a second has been seen, nor when nobody has left for as long as anybody remembers', () => {
    expect(perSecond(moving(10, 50), T0 + 500)).toBeUndefined();
    expect(perSecond(moving(10, 500), T0 + 5_000 + 300_000)).toBeUndefined();
  });

  it('does not suffer from a night in which nobody stood there', () => {
    const evening = moving(10, 3_000);
    const morning = resumed(evening, T0 + 30_000 + 8 * 3_600_000);
    expect(perSecond(morning, morning.at)).toBeCloseTo(perSecond(evening, T0 + 30_000) ?? 0);
  });
});

describe('an estimate', () => {
  it('falls while the line moves: each second told is a second less, or less than that', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 50 }), fc.integer({ min: 200, max: 2_000 }), (everyMs, ahead) => {
        let drain = moving(everyMs, Math.ceil(20_000 / everyMs));
        let now = drain.at;
        let position = ahead;
        let before = Infinity;
        for (; position > 0; position -= 100) {
          const eta = etaMs({ position, notBefore: now }, drain, now, true) ?? Infinity;
          expect(eta).toBeLessThan(before);
          expect(Math.abs(eta - (position + 1) * everyMs)).toBeLessThanOrEqual(0.25 * (position + 1) * everyMs);
          before = eta;
          for (let n = 0; n < 100; n++) drain = drained(drain, (now += everyMs));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('is the plan of the line while that holds, and its speed once it is late; never sooner than the plan', () => {
    const slow = moving(100, 200);
    expect(etaMs({ position: 9, notBefore: slow.at + 3 }, slow, slow.at, false)).toBe(3);
    expect(etaMs({ position: 9, notBefore: slow.at }, slow, slow.at, true)).toBeGreaterThan(900);
    expect(etaMs({ position: 0, notBefore: slow.at + 60_000 }, slow, slow.at, true)).toBe(60_000);
  });

  it('is not made up: a line that has never moved tells none', () => {
    expect(etaMs({ position: 3, notBefore: T0 }, newDrain(T0), T0 + 5_000, true)).toBeUndefined();
  });

  it('is compared with what came of it', () => {
    let drain = newDrain(T0);
    expect(meanErrorMs(drain)).toBeUndefined();
    for (let n = 0; n < 50; n++) drain = drained(drain, T0 + n, n % 2 === 0 ? 400 : -200);
    expect(meanErrorMs(drain)).toBeCloseTo(300, -1);
  });
});
