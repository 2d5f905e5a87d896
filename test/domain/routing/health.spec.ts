import fc from 'fast-check';
import {
  changedHealth,
  defaultHealthPolicy as policy,
  healthChange,
  isHopeless,
  measure,
  openness,
  roomOnRamp,
  type Attempt,
  type AttemptOutcome,
  type Health,
  type HealthWindow,
} from '../../../src/domain/routing/health';
import { minutes, seconds, T0 } from '../../support/given';

const window = (changes: Partial<HealthWindow>): HealthWindow => ({ attempts: 20, timedOut: 0, failed: 0, suspects: 0, meanMs: 200, ...changes });
const health = (word: Health['word'], changes: Partial<Health> = {}): Health => ({ word, since: T0, cause: 'ERRORS', isolations: 1, ...changes });
const healthy = health('HEALTHY', { isolations: 0 });
const change = (before: Health, seen: Partial<HealthWindow>, afterMs = minutes(5)) => healthChange(before, window(seen), T0 + afterMs, policy);

describe('a healthy gateway or channel', () => {
  it('stays so at two fifths time-outs, and is diverted above', () => {
    expect(change(healthy, { timedOut: 8 })).toBeNull();
    expect(change(healthy, { timedOut: 9 })).toEqual({ to: 'SUB_HEALTHY', cause: 'TIMEOUTS' });
  });
  it('is isolated from half errors on, of whatever kind', () =>
    expect(change(healthy, { timedOut: 4, failed: 3, suspects: 3 })).toEqual({ to: 'ISOLATED', cause: 'ERRORS' }));
  it('is diverted when its answers take longer than they should', () => {
    expect(change(healthy, { meanMs: policy.slowMs })).toBeNull();
    expect(change(healthy, { meanMs: policy.slowMs + 1 })).toEqual({ to: 'SUB_HEALTHY', cause: 'SLOW' });
  });
  it('is not judged by fewer attempts than the policy asks for', () =>
    expect(change(healthy, { attempts: policy.attemptsMin - 1, timedOut: policy.attemptsMin - 1 })).toBeNull());
});

describe('one that is diverted', () => {
  const diverted = health('SUB_HEALTHY', { isolations: 0 });
  it('comes back only when it is clearly better than what sent it there', () => {
    expect(change(diverted, { timedOut: 5 })).toBeNull();
    expect(change(diverted, { timedOut: 4 })).toEqual({ to: 'HEALTHY', cause: 'RECOVERED' });
  });
  it('does not come back within one window', () => expect(change(diverted, {}, policy.windowMs - 1)).toBeNull());
  it('comes back after a quiet minute, since nothing speaks against it any more', () => {
    expect(change(diverted, { attempts: 0 }, policy.quietMs - 1)).toBeNull();
    expect(change(diverted, { attempts: 0 }, policy.quietMs)).toEqual({ to: 'HEALTHY', cause: 'QUIET' });
  });
  it('is isolated when it gets worse', () => expect(change(diverted, { failed: 10 }, 0)).toEqual({ to: 'ISOLATED', cause: 'ERRORS' }));
});

describe('one that is isolated', () => {
  it.each([
    [1, 5],
    [2, 10],
    [4, 40],
    [5, 60],
    [50, 60],
  ])('for the %d. time rests %d s before it is probed', (isolations, rest) => {
    expect(change(health('ISOLATED', { isolations }), { attempts: 0 }, seconds(rest) - 1)).toBeNull();
    expect(change(health('ISOLATED', { isolations }), { attempts: 0 }, seconds(rest))).toEqual({ to: 'PROBING', cause: 'RESTED' });
  });
  it('by a person stays so until a person says otherwise', () =>
    expect(change(health('ISOLATED', { cause: 'PERSON' }), { attempts: 0 }, minutes(600))).toBeNull());
  it('is hopeless for new orders after a minute, counted from its first isolation', () => {
    const ill = health('ISOLATED', { troubledSince: T0 });
    expect(isHopeless(ill, T0 + policy.hopelessAfterMs - 1, policy)).toBe(false);
    expect(isHopeless(ill, T0 + policy.hopelessAfterMs, policy)).toBe(true);
  });
});

describe('one that is probed', () => {
  const probing = health('PROBING');
  const rampMs = policy.rampShares.length * policy.rampStepMs;
  it('goes back when half of the few fail, and is not judged by fewer than three', () => {
    expect(change(probing, { attempts: 2, timedOut: 2 }, 1)).toBeNull();
    expect(change(probing, { attempts: 4, timedOut: 2 }, 1)).toEqual({ to: 'ISOLATED', cause: 'ERRORS' });
  });
  it('is healthy at the end of the ramp, when something came and less than half of it was bad', () => {
    expect(change(probing, { attempts: 1 }, rampMs - 1)).toBeNull();
    expect(change(probing, { attempts: 0 }, rampMs)).toBeNull();
    expect(change(probing, { attempts: 2, timedOut: 1 }, rampMs)).toBeNull();
    expect(change(probing, { attempts: 3, timedOut: 1 }, rampMs)).toEqual({ to: 'HEALTHY', cause: 'RAMPED_UP' });
  });
  it('lets in more and more orders, and each that is in stays in', () => {
    const ids = Array.from({ length: 500 }, (_, i) => `order-${i}`);
    const admitted = (afterMs: number): readonly string[] =>
      ids.filter((id) => openness(probing, id, 'channel:up', T0 + afterMs, policy).kind === 'OPEN');
    let before: readonly string[] = [];
    for (const [step, share] of [...policy.rampShares, 1].entries()) {
      const now = admitted(step * policy.rampStepMs);
      expect(now).toEqual(expect.arrayContaining([...before]));
      expect(Math.abs(now.length / ids.length - share)).toBeLessThan(0.06);
      before = now;
    }
  });
  it('tells each order that is not in when it will be', () =>
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        const first = openness(probing, id, 'channel:up', T0, policy);
        if (first.kind !== 'CLOSED') return true;
        return first.at !== undefined && openness(probing, id, 'channel:up', first.at, policy).kind === 'OPEN';
      }),
    ));
});

describe('for those who have nowhere else to go', () => {
  const left = (word: Health['word'], max: number, afterMs = 0): number => roomOnRamp(max, health(word), T0 + afterMs, policy);
  it('an isolated one has no room, and one that is merely slow or well has all of it', () => {
    expect(left('ISOLATED', 64)).toBe(0);
    expect(left('SUB_HEALTHY', 64)).toBe(64);
    expect(roomOnRamp(64, undefined, T0, policy)).toBe(64);
  });
  it('one that is probed has as much as it is judged by, then step by step the share of its ramp, then all', () => {
    const steps = [0, 1, 2, 3, 4].map((step) => left('PROBING', 64, step * policy.rampStepMs));
    expect(steps).toEqual([policy.probesMin, 6, 16, 32, 64]);
    expect(left('PROBING', 64, policy.rampStepMs - 1)).toBe(policy.probesMin);
  });
  it('never has more than when it is well', () => expect(left('PROBING', 2)).toBe(2));
});

describe('the window', () => {
  it('counts the outcome of what another process sent, and not the time between its events', () => {
    const other: Attempt = { outcome: 'GOOD', startedAt: T0, endedAt: T0 + 22_000 };
    expect(measure([other], [], T0 + 23_000, policy, 0)).toMatchObject({ attempts: 1, meanMs: 0 });
    expect(measure([other, { ...other, tookMs: 80 }], [], T0 + 23_000, policy, 0)).toMatchObject({ attempts: 2, meanMs: 80 });
  });

  const attempt = (outcome: AttemptOutcome, startedMs: number, endedMs: number): Attempt => ({
    outcome,
    startedAt: T0 + startedMs,
    endedAt: T0 + endedMs,
    tookMs: endedMs - startedMs,
  });
  it('counts what ended within it, and what has been under way for too long', () => {
    const attempts = [attempt('GOOD', 0, 100), attempt('GOOD', 5_000, 5_400), attempt('TIMED_OUT', 0, 6_000), attempt('FAILED', 9_000, 9_001)];
    const underWay = [T0 + 4_999, T0 + 5_001];
    expect(measure(attempts, underWay, T0 + 10_100, { ...policy, windowMs: 10_000 }, 0)).toEqual({
      attempts: 5,
      timedOut: 1,
      failed: 1,
      suspects: 2,
      meanMs: 400,
    });
  });
  it('forgets what was begun before a probe', () =>
    expect(measure([attempt('TIMED_OUT', 0, 6_000)], [T0], T0 + 7_000, policy, T0 + 1)).toMatchObject({ attempts: 0 }));
});

describe('on a noisy one', () => {
  /** Plays a channel whose attempts time out with this chance for ten minutes, ten a second while it is open; counts the changes. */
  function changes(failShare: number, seed: number): number {
    let [state, count, lot] = [healthy, 0, seed];
    const chance = (): number => (lot = (lot * 48_271) % 2_147_483_647) / 2_147_483_647;
    let outcomes = Array.from({ length: 100 }, () => false);
    for (let second = 1; second <= 600; second++) {
      const now = T0 + seconds(second);
      const sent = state.word === 'ISOLATED' ? 0 : state.word === 'PROBING' ? 1 : 10;
      for (let i = 0; i < sent; i++) outcomes.push(chance() < failShare);
      const recent = outcomes.slice(-100);
      const due = healthChange(state, window({ attempts: recent.length, timedOut: recent.filter(Boolean).length }), now, policy);
      if (due === null) continue;
      state = changedHealth(state, due, now);
      if (state.word === 'PROBING') outcomes = [];
      count++;
    }
    return count;
  }
  it.each([0, 0.1, 0.2])('health does not flap at %d failures', (share) => {
    for (let seed = 1; seed <= 20; seed++) expect(changes(share, seed * 7_919)).toBe(0);
  });
  it('isolation grows longer while it stays bad, so that changes become rare', () => {
    for (let seed = 1; seed <= 20; seed++) expect(changes(0.95, seed * 7_919)).toBeLessThanOrEqual(40);
  });
});

describe('one that nobody uses', () => {
  const { probesMin } = policy;
  it('is isolated by as many questions as probing takes, once half of them are unanswered', () => {
    expect(change(healthy, { attempts: probesMin, probes: probesMin, failed: probesMin })).toEqual({ to: 'ISOLATED', cause: 'ERRORS' });
    expect(change(healthy, { attempts: probesMin, probes: probesMin, failed: 1 })).toBeNull();
    expect(change(healthy, { attempts: probesMin - 1, probes: probesMin - 1, failed: probesMin - 1 })).toBeNull();
  });
  it('is judged like any other as soon as one real request is among them', () =>
    expect(change(healthy, { attempts: probesMin + 1, probes: probesMin, failed: probesMin + 1 })).toBeNull());
  it('is measured with its questions counted apart', () => {
    const at = (outcome: AttemptOutcome): Attempt => ({ startedAt: T0, endedAt: T0 + 100, outcome, probe: true, tookMs: 100 });
    expect(measure([at('GOOD'), at('TIMED_OUT')], [], T0 + 200, policy, 0)).toEqual(window({ attempts: 2, timedOut: 1, meanMs: 100, probes: 2 }));
  });
});
