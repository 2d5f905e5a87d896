import { Pattern } from '../../../src/domain/demand/forecast';
import { unitsAhead } from '../../../src/domain/demand/pre-warm';
import { money } from '../../../src/domain/kernel/money';

const WEEK = 168;
const NOW = 490_000;
const rule = { share: 0.2, budget: money(1, 'CNY'), shelfLifeHours: 12 };

/** Two weeks in which one unit is sold each hour, and so many in the hour that comes round in `ahead` hours. */
function patternWith(peak: number, ahead: number): Pattern {
  const demand = new Map<number, number>();
  for (let hour = NOW - 2 * WEEK; hour < NOW; hour++) demand.set(hour, (hour - NOW - ahead) % WEEK === 0 ? peak : 1);
  return new Pattern(demand, NOW);
}

describe('how much is bought ahead', () => {
  it('a fifth of the highest hour of the day ahead, rounded up, less what is for sale', () => {
    expect(unitsAhead(patternWith(101, 6), rule, 0)).toEqual({ units: 21, peak: { hour: NOW + 6, units: 101 } });
    expect(unitsAhead(patternWith(101, 6), rule, 15).units).toBe(6);
    expect(unitsAhead(patternWith(101, 6), rule, 21).units).toBe(0);
  });

  it('nothing for a peak that comes after the shelf life: it can wait', () => {
    expect(unitsAhead(patternWith(101, 11), rule, 0).units).toBe(21);
    expect(unitsAhead(patternWith(101, 12), rule, 0).units).toBe(0);
  });

  it('no more than is expected to be sold in the shelf life', () => {
    expect(unitsAhead(patternWith(50, 1), { ...rule, share: 1, shelfLifeHours: 2 }, 0).units).toBe(50);
    expect(unitsAhead(patternWith(3, 0), { ...rule, share: 1, shelfLifeHours: 1 }, 0).units).toBe(3);
  });

  it('nothing with less than a week of sales: that is no pattern', () => {
    expect(unitsAhead(new Pattern(new Map([[NOW - WEEK + 1, 100]]), NOW), rule, 0).units).toBe(0);
    expect(unitsAhead(new Pattern(new Map([[NOW - WEEK, 100]]), NOW), rule, 0).units).toBe(20);
  });
});
