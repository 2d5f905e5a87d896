import fc from 'fast-check';
import { calm, defaultBuyerLimits, paced, riskOf, tooManyUnpaid, type BuyerLimits, type Pace } from '../../../src/domain/buyer/limits';
import { T0 } from '../../support/given';

const limits: BuyerLimits = { ...defaultBuyerLimits, submitsPerMinute: 5, coolDownMs: 10_000, coolDownMaxMs: 60_000 };

/** Comes at these times (milliseconds after T0); what it was told each time. */
function waits(times: readonly number[], given = limits): readonly number[] {
  let pace: Pace = calm;
  return times.map((after) => {
    const answer = paced(pace, T0 + after, given);
    pace = answer.pace;
    return answer.waitMs;
  });
}

describe('a buyer who submits again and again', () => {
  it('goes on up to the limit; the next one waits ten seconds', () => expect(waits([0, 1, 2, 3, 4, 5])).toEqual([0, 0, 0, 0, 0, 10_000]));
  it('may go on for ever at a pace below the limit', () =>
    expect(waits(Array.from({ length: 200 }, (_, n) => n * 12_000)).every((ms) => ms === 0)).toBe(true));
  it('is told what is left of the wait, however often it asks, and may go on when that is over', () =>
    expect(waits([0, 1, 2, 3, 4, 5, 1_005, 9_005, 10_005]).slice(5)).toEqual([10_000, 9_000, 1_000, 0]));
  it('waits twice as long each time it comes to that again, up to the longest; a quiet time makes up for it', () => {
    const rounds = (from: number): readonly number[] => Array.from({ length: 6 }, () => from);
    const times = [...rounds(0), ...rounds(10_000), ...rounds(30_000), ...rounds(70_000), ...rounds(130_000), ...rounds(400_000)];
    expect(waits(times).filter((ms) => ms > 0)).toEqual([10_000, 20_000, 40_000, 60_000, 60_000, 10_000]);
  });
  it('is never made to wait where the limit is switched off', () =>
    expect(
      waits(
        Array.from({ length: 100 }, () => 0),
        { ...limits, submitsPerMinute: 0 },
      ).every((ms) => ms === 0),
    ).toBe(true));

  it('that does as it is told gets in: whatever it did before, coming when the wait is over is let in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 60 }), (gaps) => {
        let pace: Pace = calm;
        let now = T0;
        for (const gap of gaps) {
          const answer = paced(pace, (now += gap), limits);
          pace = answer.pace;
          if (answer.waitMs > 0) expect(paced(pace, now + answer.waitMs, limits).waitMs).toBe(0);
        }
      }),
    );
  });
});

describe('unpaid orders', () => {
  it('are refused at the limit of what they have in common, and not before', () => {
    expect(tooManyUnpaid({ BUYER: 9, CONTACT: 9, ADDRESS: 99, DEVICE: 19 }, defaultBuyerLimits)).toBeNull();
    expect(tooManyUnpaid({ BUYER: 1, ADDRESS: 100 }, defaultBuyerLimits)).toEqual({ of: 'ADDRESS', limit: 100 });
  });
  it('are never refused where the limit is switched off', () =>
    expect(tooManyUnpaid({ CONTACT: 1_000 }, { ...defaultBuyerLimits, unpaidMax: { ...defaultBuyerLimits.unpaidMax, CONTACT: 0 } })).toBeNull());
  it('carry a signal from half the limit on, with how many they were', () => {
    expect(riskOf({ BUYER: 3, CONTACT: 4 }, calm, defaultBuyerLimits)).toEqual([{ signal: 'UNPAID_BY_CONTACT', count: 5, limit: 10 }]);
    expect(riskOf({}, { ...calm, level: 12 }, defaultBuyerLimits)).toEqual([{ signal: 'FAST_SUBMITS', count: 12, limit: 20 }]);
    expect(riskOf({}, calm, defaultBuyerLimits)).toEqual([]);
  });
});
