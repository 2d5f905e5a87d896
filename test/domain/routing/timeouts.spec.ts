import fc from 'fast-check';
import type { Attempt } from '../../../src/domain/routing/health';
import { latencyQuantileMs, noLatencies, notedLatency } from '../../../src/domain/routing/latencies';
import { defaultTimeoutRule, learntTimeout, timeoutFor, type TimeoutBounds } from '../../../src/domain/routing/timeouts';
import { noRecord, recorded, type TrackRecord } from '../../../src/domain/routing/track-record';
import { minutes, T0 } from '../../support/given';

const bounds: TimeoutBounds = { firstMs: 10_000, minMs: 500, maxMs: 20_000 };
const rule = { ...defaultTimeoutRule, answersMin: 20 };

const after = (answersMs: readonly number[], outcome: Attempt['outcome'] = 'GOOD', start = T0, before: TrackRecord = noRecord): TrackRecord =>
  answersMs.reduce((record, ms) => recorded(record, { startedAt: start, endedAt: start + ms, outcome, tookMs: ms }), before);
const times = (count: number, ms: number): readonly number[] => Array.from({ length: count }, () => ms);

describe('how long a request may take', () => {
  it('is the first time-out until enough answers came', () => {
    expect(learntTimeout(after(times(19, 100)), bounds, rule)).toEqual({ ms: 10_000, because: 'NOTHING_LEARNT' });
    expect(learntTimeout(after(times(20, 1_000)), bounds, rule)).toMatchObject({ because: 'LEARNT' });
  });

  it('is twice the slowest hundredth of the answers, read a fifth too long at most', () => {
    const { ms } = learntTimeout(after([...times(198, 300), 1_000, 1_000]), bounds, rule);
    expect(ms).toBeGreaterThanOrEqual(600);
    expect(ms).toBeLessThan(2_400);
    expect(learntTimeout(after([...times(97, 300), ...times(3, 3_000)]), bounds, rule).ms).toBeGreaterThanOrEqual(6_000);
  });

  it('grows shorter for one that answers at once and longer for one that is slow, and stays within its bounds', () => {
    expect(learntTimeout(after(times(100, 20)), bounds, rule)).toEqual({ ms: 500, because: 'AT_MIN' });
    expect(learntTimeout(after(times(100, 7_000)), bounds, rule)).toMatchObject({ because: 'LEARNT' });
    expect(learntTimeout(after(times(100, 7_000)), bounds, rule).ms).toBeGreaterThan(10_000);
    expect(learntTimeout(after(times(100, 60_000)), bounds, rule)).toEqual({ ms: 20_000, because: 'AT_MAX' });
  });

  it('learns nothing from what timed out: nobody knows how long it would have taken', () => {
    const answered = after(times(100, 1_000));
    expect(learntTimeout(after(times(100, 20_000), 'TIMED_OUT', T0, answered), bounds, rule).ms).toBe(learntTimeout(answered, bounds, rule).ms);
  });

  it('is the first one again when nothing was answered for long', () => {
    const silent = after([0], 'TIMED_OUT', T0 + minutes(10), after(times(100, 100)));
    expect(learntTimeout(silent, bounds, rule)).toEqual({ ms: 10_000, because: 'NOTHING_LEARNT' });
  });

  it('is the longest for one request in twenty, the same ones for every engine, so that answers which became slower are heard', () => {
    const record = after(times(100, 20));
    const drawn = Array.from({ length: 2_000 }, (_, n) => timeoutFor(record, bounds, rule, `order-${n}.p1`));
    const patient = drawn.filter(({ because }) => because === 'PATIENT');
    expect(patient.length / drawn.length).toBeGreaterThan(0.03);
    expect(patient.length / drawn.length).toBeLessThan(0.07);
    expect(new Set(patient.map(({ ms }) => ms))).toEqual(new Set([20_000]));
    expect(Array.from({ length: 2_000 }, (_, n) => timeoutFor(record, bounds, rule, `order-${n}.p1`))).toEqual(drawn);
  });

  it('lies within its bounds whatever was seen', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 200_000 }), fc.constantFrom('GOOD', 'TIMED_OUT', 'FAILED')), { maxLength: 60 }),
        fc.record({
          firstMs: fc.integer({ min: 1, max: 30_000 }),
          minMs: fc.integer({ min: 1, max: 5_000 }),
          maxMs: fc.integer({ min: 5_000, max: 60_000 }),
        }),
        fc.string(),
        (seen, limits, request) => {
          const record = seen.reduce((before, [ms, outcome]) => after([ms], outcome, T0, before), noRecord);
          const { ms } = timeoutFor(record, limits, { ...rule, answersMin: 1 }, request);
          expect(ms).toBeGreaterThanOrEqual(Math.min(limits.minMs, limits.firstMs));
          expect(ms).toBeLessThanOrEqual(Math.max(limits.maxMs, limits.firstMs));
        },
      ),
    ));

  it('reads a quantile that no smaller share exceeds', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 10, max: 100_000 }), { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (all, share) => {
          const latencies = all.reduce((before, ms) => notedLatency(before, 1, ms), noLatencies);
          const exact = [...all].sort((a, b) => a - b)[Math.ceil(share * all.length - 1e-9) - 1] ?? 0;
          const read = latencyQuantileMs(latencies, share - 1e-9);
          expect(read).toBeGreaterThanOrEqual(Math.floor(exact * 0.99));
          expect(read).toBeLessThanOrEqual(Math.ceil(exact * 1.21));
        },
      ),
    ));
});
