import fc from 'fast-check';
import {
  armReport,
  clearlyWorse,
  defaultCanaryRule,
  seemsWorse,
  type CanaryReport,
  type TrialOrder,
} from '../../../src/domain/routing/canary-report';
import { BUILT_IN, lanesUnder, policyDiff, policyFor, standingOf, healthPolicyUnder, type RoutingPolicy } from '../../../src/domain/routing/policy';
import { routingPolicy } from '../../../src/domain/routing/policy-decider';
import type { RoutingPolicyEvent } from '../../../src/domain/routing/policy-events';
import { defaultLanePolicy } from '../../../src/domain/routing/lanes';
import { defaultHealthPolicy } from '../../../src/domain/routing/health';
import { unitHash } from '../../../src/domain/kernel/hash';
import { given } from '../../support/given';

const rule = defaultCanaryRule;
const named = (version: string, changes: Partial<RoutingPolicy> = {}): RoutingPolicy => ({ ...BUILT_IN, version, ...changes });
const [v1, v2, v3] = [named('v1'), named('v2', { weights: { success: 2, latency: 1, cost: 0 } }), named('v3')];
const published = (policy: RoutingPolicy): RoutingPolicyEvent => ({ type: 'RoutingPolicyPublished', data: { policy } });
const started = (policy: RoutingPolicy, percent = 5): RoutingPolicyEvent => ({ type: 'CanaryStarted', data: { policy, percent, against: 'v1' } });

/** So many orders: every nth fails, the others take about this long. */
const orders = (count: number, { badEvery = Infinity, ms = 1_000, costMinor = 4_500, seed = 'a' } = {}): readonly TrialOrder[] =>
  Array.from({ length: count }, (_, n) => ({
    good: (n + 1) % badEvery !== 0,
    msPerCard: ms * (0.5 + unitHash(seed, n)),
    unitCostMinor: costMinor,
  }));
const report = (canary: readonly TrialOrder[], control: readonly TrialOrder[]): CanaryReport => ({
  canary: armReport(canary),
  control: armReport(control),
});
const same = report(orders(100), orders(900, { seed: 'b' }));
const bad = report(orders(60, { badEvery: 2 }), orders(900, { seed: 'b' }));

const policies = given(routingPolicy, 'policy');

describe('routing policies', () => {
  it('a published one counts, and published again it is already so', () => {
    policies().when({ type: 'PublishRoutingPolicy', policy: v1 }).then(published(v1));
    policies(published(v1)).when({ type: 'PublishRoutingPolicy', policy: v1 }).isAlreadySo();
    expect(policies(published(v1)).state.active).toEqual(v1);
  });
  it('two never share a version; one that counted before may come back', () => {
    policies(published(v1))
      .when({ type: 'PublishRoutingPolicy', policy: { ...v2, version: 'v1' } })
      .rejects('POLICY_VERSION_TAKEN');
    policies()
      .when({ type: 'PublishRoutingPolicy', policy: { ...v2, version: 'built-in' } })
      .rejects('POLICY_VERSION_TAKEN');
    policies(published(v1), published(v2)).when({ type: 'PublishRoutingPolicy', policy: v1 }).then(published(v1));
  });
  it('while one is tried, no other is published or tried; its share may be changed', () => {
    const trial = policies(published(v1), started(v2));
    trial.when({ type: 'PublishRoutingPolicy', policy: v3 }).rejects('CANARY_RUNNING');
    trial.when({ type: 'StartCanary', policy: v3, percent: 5 }).rejects('CANARY_RUNNING');
    trial.when({ type: 'StartCanary', policy: v2, percent: 5 }).isAlreadySo();
    trial.when({ type: 'StartCanary', policy: v2, percent: 20 }).then({ type: 'CanaryPercentChanged', data: { version: 'v2', percent: 20 } });
    policies(published(v1)).when({ type: 'StartCanary', policy: v1, percent: 5 }).rejects('POLICY_VERSION_TAKEN');
  });
  it('a canary is promoted on enough orders that show nothing against it', () => {
    const trial = policies(published(v1), started(v2));
    const promote = (seen: CanaryReport, version = 'v2') => trial.when({ type: 'PromoteCanary', version, report: seen, rule });
    promote(same).then({ type: 'CanaryPromoted', data: { version: 'v2', report: same } });
    promote(report(orders(49), orders(900))).rejects('CANARY_NOT_ENOUGH_DATA');
    promote(bad).rejects('CANARY_IS_WORSE');
    expect(promote(bad).decision).toMatchObject({ details: { by: 'SUCCESS' } });
    expect(promote(report(orders(100, { costMinor: 5_000 }), orders(900))).decision).toMatchObject({ details: { by: 'COST' } });
    promote(same, 'v3').rejects('NO_SUCH_CANARY');
    const promoted = policies(published(v1), started(v2), { type: 'CanaryPromoted', data: { version: 'v2', report: same } });
    expect(promoted.state).toMatchObject({ active: v2 });
    expect(promoted.state.canary).toBeUndefined();
  });
  it('a canary that is clearly worse is rolled back by a machine, and only such a one', () => {
    const trial = policies(published(v1), started(v2));
    const judge = (seen: CanaryReport) => trial.when({ type: 'JudgeCanary', version: 'v2', report: seen, rule });
    judge(bad).then({ type: 'CanaryRolledBack', data: { version: 'v2', cause: 'WORSE', worseBy: ['SUCCESS'], report: bad } });
    judge(same).isAlreadySo();
    judge(report(orders(49, { badEvery: 1 }), orders(900))).isAlreadySo();
    judge(report(orders(100, { costMinor: 9_000 }), orders(900))).isAlreadySo();
    const slow = report(orders(80, { ms: 3_000 }), orders(900));
    judge(slow).then({ type: 'CanaryRolledBack', data: { version: 'v2', cause: 'WORSE', worseBy: ['TIME'], report: slow } });
  });
  it('a person may end a trial whatever it shows; afterwards there is nothing to judge', () => {
    policies(published(v1), started(v2))
      .when({ type: 'RollBackCanary', version: 'v2' })
      .then({ type: 'CanaryRolledBack', data: { version: 'v2', cause: 'PERSON', worseBy: [] } });
    const over = policies(published(v1), started(v2), { type: 'CanaryRolledBack', data: { version: 'v2', cause: 'PERSON', worseBy: [] } });
    over.when({ type: 'JudgeCanary', version: 'v2', report: bad, rule }).isAlreadySo();
    over.when({ type: 'RollBackCanary', version: 'v2' }).rejects('NO_SUCH_CANARY');
    expect(over.state).toMatchObject({ active: v1 });
  });
  it('say what they change, by path', () => {
    const after = named('v2', {
      weights: { success: 2, latency: 1, cost: 1 },
      channels: [{ channelId: 'a', weight: 3 }],
      lanes: [{ lane: 'vip', weight: 5, concurrency: 8 }],
    });
    expect(policyDiff(v1, after)).toEqual([
      { path: 'channels.a.weight', after: '3' },
      { path: 'lanes.vip.concurrency', after: '8' },
      { path: 'lanes.vip.weight', after: '5' },
      { path: 'weights.success', before: '1', after: '2' },
    ]);
    expect(policyDiff(after, after)).toEqual([]);
  });
  it('override weight, priority and thresholds, and leave the rest as the shop is set up', () => {
    const policy = named('v2', { channels: [{ channelId: 'a', weight: 9 }], diversion: { enabled: true, timeoutPercent: 25 } });
    expect(standingOf(policy, 'a', { weight: 1, priority: 2 })).toEqual({ weight: 9, priority: 2 });
    expect(standingOf(policy, 'b', { weight: 1, priority: 2 })).toEqual({ weight: 1, priority: 2 });
    expect(healthPolicyUnder(policy, defaultHealthPolicy)).toEqual({ ...defaultHealthPolicy, divertTimeoutShare: 0.25 });
  });
});

describe('the draw of a canary', () => {
  it('takes its share of the orders', () => {
    const ids = Array.from({ length: 5_000 }, (_, n) => `order-${n}`);
    const share = ids.filter((id) => policyFor({ active: v1, canary: { policy: v2, percent: 5 } }, id).trial?.arm === 'CANARY').length / ids.length;
    expect(share).toBeGreaterThan(0.04);
    expect(share).toBeLessThan(0.06);
  });
  it('whoever was in stays in when the share rises, and the same engine or another draws the same', () =>
    fc.assert(
      fc.property(fc.uuid(), fc.double({ min: 0.1, max: 99, noNaN: true }), fc.double({ min: 0, max: 99, noNaN: true }), (id, percent, more) => {
        const arm = (share: number) => policyFor({ active: v1, canary: { policy: v2, percent: share } }, id);
        const raised = Math.min(99, percent + more);
        if (arm(percent).trial?.arm === 'CANARY') expect(arm(raised)).toEqual(arm(percent));
        expect(arm(percent)).toEqual(arm(percent));
        expect(arm(percent).policy).toBe(arm(percent).trial?.arm === 'CANARY' ? v2 : v1);
      }),
    ));
  it('is drawn anew for another version: it is not always the same buyers who try', () => {
    const ids = Array.from({ length: 2_000 }, (_, n) => `order-${n}`);
    const both = ids.filter((id) =>
      [v2, v3].every((policy) => policyFor({ active: v1, canary: { policy, percent: 10 } }, id).trial?.arm === 'CANARY'),
    );
    expect(both.length).toBeLessThan(60);
  });
});

describe('a trial', () => {
  it('that only noise tells apart is not rolled back, however often somebody looks', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seed) => {
        // Both sides are equal: one in ten fails, times spread over a factor of ten.
        const draw = (side: string, count: number): readonly TrialOrder[] =>
          Array.from({ length: count }, (_, n) => ({
            good: unitHash(seed, side, n) > 0.1,
            msPerCard: 300 * 10 ** unitHash(seed, side, 'ms', n),
            unitCostMinor: 4_500,
          }));
        const [canary, control] = [draw('canary', 400), draw('control', 2_000)];
        const looks = [50, 80, 120, 180, 260, 400].map((n) => clearlyWorse(report(canary.slice(0, n), control.slice(0, n * 5)), rule));
        expect(looks.filter((by) => by.length > 0)).toEqual([]);
      }),
      { numRuns: 30, seed: 20_261_127 },
    ));
  it('counts only orders whose first purchase has an outcome, and times only those delivered', () => {
    const open: TrialOrder = { good: null, msPerCard: null, unitCostMinor: null };
    const slow: TrialOrder = { good: false, msPerCard: null, unitCostMinor: null };
    expect(armReport([open, slow, ...orders(8)])).toMatchObject({ orders: 9, good: 8, delivered: 8, unitCostMinor: 4_500 });
    expect(armReport([])).toEqual({
      orders: 0,
      good: 0,
      delivered: 0,
      meanMs: 0,
      p50Ms: 0,
      p95Ms: 0,
      p99Ms: 0,
      logMeanMilli: 0,
      logDeviationMilli: 0,
    });
  });
  it('on too few orders says nothing at all', () => {
    expect(seemsWorse(report(orders(49, { badEvery: 1 }), orders(900)), rule)).toEqual([]);
    expect(clearlyWorse(report(orders(900, { badEvery: 1 }), orders(49)), rule)).toEqual([]);
  });
});

it('a policy shares the engine as it says, and as the shop is set up where it says nothing', () => {
  expect(lanesUnder(v1, defaultLanePolicy)).toBe(defaultLanePolicy);
  const vip = { weight: 9, concurrency: 8 };
  expect(lanesUnder(named('v4', { lanes: [{ lane: 'vip', ...vip }] }), defaultLanePolicy)).toEqual({
    ...defaultLanePolicy,
    version: 'v4',
    lanes: { ...defaultLanePolicy.lanes, vip },
  });
});
