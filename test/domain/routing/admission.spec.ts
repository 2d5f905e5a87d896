import fc from 'fast-check';
import {
  admitted,
  backlogOf,
  defaultAdmissionPolicy,
  emptyLine,
  partOfNode,
  type AdmissionLine,
  type AdmissionPolicy,
} from '../../../src/domain/routing/admission';
import { T0 } from '../../support/given';

const policy = (changes: Partial<AdmissionPolicy> = {}): AdmissionPolicy => ({ ...defaultAdmissionPolicy, ...changes });

/** Everybody who came, at these times, and what they were told. */
function story(arrivals: readonly number[], given: AdmissionPolicy) {
  let line: AdmissionLine = emptyLine;
  return arrivals.map((at) => {
    const answer = admitted(line, at, given);
    if (answer.admission !== 'BUSY') line = answer.line;
    return { at, answer };
  });
}
type Told = ReturnType<typeof story>[number];
/** When it may begin; undefined when it was not let in. */
const entersAt = ({ at, answer }: Told): number | undefined =>
  answer.admission === 'NOW' ? at : answer.admission === 'LATER' ? answer.enterAt : undefined;

const rates = fc.integer({ min: 1, max: 5_000 });
/** Gaps between arrivals, milliseconds. */
const gaps = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 300 });
const timesOf = (given: readonly number[]): readonly number[] => {
  let at = T0;
  return given.map((gap) => (at += gap));
};

describe('the line before a node', () => {
  it('of 5,000 in one second lets in what the rate and the burst allow, and each of the others has a place right behind', () => {
    const told = story(
      Array.from({ length: 5_000 }, (_, n) => T0 + n / 5),
      policy(),
    );
    expect(told.filter(({ answer }) => answer.admission === 'BUSY')).toEqual([]);
    const withinTheSecond = told.filter((one) => (entersAt(one) ?? Infinity) <= T0 + 1_000).length;
    expect(withinTheSecond).toBeGreaterThanOrEqual(3_290);
    expect(withinTheSecond).toBeLessThanOrEqual(3_302);
    const last = Math.max(...told.map((one) => entersAt(one) ?? 0));
    expect(last - T0).toBeLessThanOrEqual(1_700);
  });

  it('never lets more in than the rate allows, in any stretch of time, but for the burst', () => {
    fc.assert(
      fc.property(rates, gaps, (perSecond, given) => {
        const set = policy({ perSecond });
        const entered = story(timesOf(given), set)
          .map(entersAt)
          .filter((at) => at !== undefined);
        for (let from = 0; from < entered.length; from += 7) {
          for (let to = from; to < entered.length; to += 11) {
            const stretchMs = (entered[to] ?? 0) - (entered[from] ?? 0);
            expect(to - from).toBeLessThanOrEqual(((stretchMs + set.burstMs) * perSecond) / 1_000 + 2);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('is kept in order: nobody enters before somebody who came earlier', () => {
    fc.assert(
      fc.property(rates, gaps, (perSecond, given) => {
        const entered = story(timesOf(given), policy({ perSecond }))
          .map(entersAt)
          .filter((at) => at !== undefined);
        expect(entered).toEqual([...entered].sort((a, b) => a - b));
      }),
      { numRuns: 50 },
    );
  });

  it('tells whoever comes when it is full to come back when there is room, and that is then so', () => {
    const set = policy({ perSecond: 10, backlogMax: 20 });
    const told = story(
      Array.from({ length: 30 }, () => T0),
      set,
    );
    const refused = told.filter(({ answer }) => answer.admission === 'BUSY');
    expect(refused.length).toBeGreaterThanOrEqual(8);
    const [first] = refused;
    const line = told.findLast(({ answer }) => answer.admission !== 'BUSY')?.answer;
    if (first?.answer.admission !== 'BUSY' || line === undefined || line.admission === 'BUSY') throw new Error('nobody was refused');
    expect(first.answer.retryAfterMs).toBeGreaterThanOrEqual(1_000);
    expect(admitted(line.line, T0 + first.answer.retryAfterMs, set).admission).toBe('LATER');
    expect(backlogOf(line.line, T0, set)).toBe(20);
  });

  it('is shared by nodes: together they let in as much as one', () => {
    expect(partOfNode(policy({ perSecond: 3_000, backlogMax: 50_000 }), 4)).toMatchObject({ perSecond: 750, backlogMax: 12_500 });
  });
});
