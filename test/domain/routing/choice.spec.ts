import fc from 'fast-check';
import { money } from '../../../src/domain/kernel/money';
import { ranked, type Candidate } from '../../../src/domain/routing/choice';
import { meanLatencyMs, noRecord, recorded, successShare, type TrackRecord } from '../../../src/domain/routing/track-record';
import { minutes, T0 } from '../../support/given';

const candidate = (channelId: string, changes: Partial<Candidate> = {}): Candidate => ({
  channelId,
  product: 'p',
  priority: 1,
  weight: 1,
  openness: { kind: 'OPEN' },
  record: noRecord,
  maxUnitCost: money(1_000, 'CNY'),
  ...changes,
});
const order = (n: number): string => `order-${n}`;
const firsts = (candidates: readonly Candidate[], orders = 2_000): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (let n = 0; n < orders; n++) {
    const first = ranked(candidates, order(n), 1)[0]?.channelId ?? 'none';
    counts[first] = (counts[first] ?? 0) + 1 / orders;
  }
  return counts;
};
const played = (good: number, bad: number, latencyMs = 100): TrackRecord => {
  let record = noRecord;
  for (let i = 0; i < good + bad; i++)
    record = recorded(record, { startedAt: T0, endedAt: T0 + latencyMs, tookMs: latencyMs, outcome: i < good ? 'GOOD' : 'FAILED' });
  return record;
};

describe('choosing a channel', () => {
  it('leaves out whoever is closed', () => expect(ranked([candidate('a', { openness: { kind: 'CLOSED' } })], order(1), 1)).toEqual([]));
  it('puts whoever is diverted behind everybody else, whatever the priority', () => {
    const [first, last] = ranked([candidate('a', { openness: { kind: 'DIVERTED' }, priority: 0 }), candidate('b', { priority: 9 })], order(1), 1);
    expect([first?.channelId, last?.channelId]).toEqual(['b', 'a']);
  });
  it('asks the lower priority number first, always', () =>
    expect(firsts([candidate('a', { priority: 2, weight: 100 }), candidate('b', { priority: 1 })])).toEqual({ b: expect.closeTo(1) as number }));
  it('gives channels of one priority their shares by weight', () => {
    const shares = firsts([candidate('a', { weight: 3 }), candidate('b', { weight: 1 })]);
    expect(shares['a']).toBeGreaterThan(0.71);
    expect(shares['a']).toBeLessThan(0.79);
  });
  it('prefers whoever succeeds, answers sooner, or sells cheaper', () => {
    expect(firsts([candidate('a', { record: played(30, 0) }), candidate('b', { record: played(15, 15) })])['a']).toBeGreaterThan(0.55);
    expect(firsts([candidate('a', { record: played(9, 0, 100) }), candidate('b', { record: played(9, 0, 9_000) })])['a']).toBeGreaterThan(0.65);
    const cheap = candidate('a', { unitCost: money(100, 'CNY') });
    expect(firsts([cheap, candidate('b', { unitCost: money(1_000, 'CNY') })])['a']).toBeGreaterThan(0.6);
  });
  it('is the same for every engine that looks, and does not depend on the order of the terms', () =>
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 5 }), (id, attempt) => {
        const all = [candidate('a', { weight: 2 }), candidate('b'), candidate('c', { weight: 5 })];
        expect(ranked([...all].reverse(), id, attempt)).toEqual(ranked(all, id, attempt));
      }),
    ));
  it('draws a new lot for each attempt, so that an order does not come back to the same channel for ever', () => {
    const tried = new Set([1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => ranked([candidate('a'), candidate('b')], order(7), attempt)[0]?.channelId));
    expect(tried).toEqual(new Set(['a', 'b']));
  });
});

describe('a track record', () => {
  it('begins with the benefit of the doubt', () => {
    expect(successShare(noRecord)).toBe(1);
    expect(meanLatencyMs(noRecord)).toBeUndefined();
  });
  it('fades: what was bad an hour ago hardly counts today', () => {
    const bad = played(0, 100);
    const later = recorded(bad, { startedAt: T0 + minutes(60), endedAt: T0 + minutes(60), outcome: 'GOOD' });
    expect(successShare(bad)).toBeLessThan(0.1);
    expect(successShare(later)).toBeGreaterThan(0.99);
  });
});
