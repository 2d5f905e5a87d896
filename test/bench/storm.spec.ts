import { livesOf, percentile } from '../../src/bench/storm/witness';
import { attemptsMinOf, compressed, type Story } from '../../src/bench/storm/times';
import { DOUBLE_11 } from '../../src/bench/storm/double-11';
import { invertedShare, NIGHT_SHIFT, passedMost } from '../../src/bench/storm/night-shift';
import type { BenchResult } from '../../src/bench/result';
import { bench, type Benched } from '../support/bench';

const played = (...args: readonly string[]): Promise<Benched<BenchResult>> => bench<BenchResult>(args);

const promiseOf = ({ result }: { readonly result?: BenchResult }, promise: string) => result?.storm?.promises.find((one) => one.promise === promise);

describe('a night that went wrong, made short', () => {
  it('burst: every submit of a second is answered, and what was taken comes to its end', async () => {
    const night = await played('--profile', 'burst', '--orders', '60');
    expect(night.result).toMatchObject({ profile: 'burst', lost: 0, duplicates: 0, storm: { compress: 1, figures: { burst: 60 } } });
    expect(night.result?.storm?.promises.filter(({ kept }) => !kept)).toEqual([]);
    expect(night.code).toBe(0);
  }, 240_000);

  it('lost-thirty: nobody who paid is shown that it failed, and everybody gets the goods or the money', async () => {
    const night = await played('--profile', 'lost-thirty', '--orders', '10', '--compress', '180');
    expect(night.said).toContain('all times divided by 180');
    expect(night.result).toMatchObject({ lost: 0, duplicates: 0, storm: { compress: 180 } });
    for (const promise of [
      'every order ends',
      'nobody who paid is shown that it failed',
      'who paid gets the goods or the money',
      'the recovery report tells orders and money',
    ])
      expect(promiseOf(night, promise)).toMatchObject({ kept: true });
    const { reportedOrders = 0, reportedMinor = 0, worthMinor = 0 } = night.result?.storm?.figures ?? {};
    expect(reportedOrders).toBeGreaterThan(0);
    expect(reportedMinor).toBe((worthMinor / 10) * reportedOrders);
  }, 240_000);

  it('double-11: the main channel hangs on most of its calls, with diversion and without, and nothing is lost or doubled', async () => {
    const night = await played('--profile', 'double-11', '--orders', '60', '--compress', '12');
    expect(night.result).toMatchObject({ profile: 'double-11', lost: 0, duplicates: 0, storm: { compress: 12 } });
    for (const promise of ['no acknowledged order is lost', 'nobody is charged twice', 'no card is sold twice'])
      expect(promiseOf(night, promise)).toMatchObject({ kept: true });
  }, 300_000);

  it('night-shift: the only channel is away for an hour; all are delivered, an alarm goes off, and nobody has to do anything', async () => {
    const night = await played('--profile', 'night-shift', '--orders', '60', '--compress', '60');
    expect(night.result).toMatchObject({ profile: 'night-shift', lost: 0, duplicates: 0, storm: { compress: 60 } });
    for (const promise of ['all are delivered', 'an alarm while the channel hangs', 'nobody had to do anything'])
      expect(promiseOf(night, promise)).toMatchObject({ kept: true });
    expect(night.result?.storm?.figures['waitingWhenItCameBack']).toBeGreaterThan(0);
  }, 300_000);

  it('canary: a worse policy is rolled back by itself, a better one is promoted, and both are told side by side', async () => {
    const night = await played('--profile', 'canary', '--orders', '96', '--compress', '60');
    expect(night.result).toMatchObject({ profile: 'canary', lost: 0, duplicates: 0, storm: { compress: 60 } });
    expect(night.result?.storm?.promises.filter(({ kept }) => !kept)).toEqual([]);
    const { worseSuccess = 1, besideWorseSuccess = 0, betterSuccess = 0, besideBetterSuccess = 1 } = night.result?.storm?.figures ?? {};
    expect(worseSuccess).toBeLessThan(besideWorseSuccess);
    expect(betterSuccess).toBeGreaterThan(besideBetterSuccess);
    expect(night.code).toBe(0);
  }, 300_000);

  it('a bench that cannot have the stores it was told says so at once, and ends', async () => {
    const { code, said } = await played('--profile', 'steady', '--store', 'cluster');
    expect({ code, said }).toEqual({ code: 1, said: '--store cluster needs CARDRAIL_EVENTSTORE_URL and CARDRAIL_MONGODB_URL\n' });
  });

  it('wrong use is told in one line, and nothing is started', async () => {
    const told = await played('--profile', 'burst', '--orders', '0');
    expect(told.code).toBe(2);
    expect(told.said).toMatch(/^usage: bench /);
  });
});

describe('how a night is counted', () => {
  const logged = (id: string, type: string, second: number) => ({
    ...{ stream: `order-${id}`, type, occurredAt: new Date(second * 1_000).toISOString(), data: {} },
    metadata: { actor: { kind: 'ENGINE', id: 'e' } },
  });

  it('an order begins with its first event, is delivered the first time, and keeps all its ends', () => {
    const lives = livesOf([
      logged('a', 'OrderSubmitted', 1),
      logged('a', 'PaymentConfirmed', 3),
      logged('a', 'OrderDelivered', 7),
      logged('a', 'Compensated', 9),
    ]);
    expect(lives.get('a')).toEqual({ submittedAt: 1_000, paidAt: 3_000, deliveredAt: 7_000, ends: ['OrderDelivered', 'Compensated'] });
  });

  it('an order that is delivered more than a second before older ones has passed them', () => {
    const life = (submittedAt: number, deliveredSeconds: number) => ({ submittedAt, deliveredAt: deliveredSeconds * 1_000, ends: [] });
    expect(passedMost([life(1, 11), life(2, 12), life(3, 13)])).toBe(0);
    expect(passedMost([life(1, 13.1), life(2, 12.1), life(3, 11)])).toBe(2);
    expect(passedMost([life(1, 13.1), life(2, 11.9), life(3, 11)])).toBe(1);
    expect(passedMost([life(1, 11.9), life(2, 11.5), life(3, 11)])).toBe(0);
  });

  it('the order of service is measured by pairs: none, half of them by chance, all of them the other way round', () => {
    const life = (submittedAt: number, deliveredAt: number) => ({ submittedAt, deliveredAt, ends: [] });
    expect(invertedShare([])).toBe(0);
    expect(invertedShare([life(1, 11), life(2, 12), life(3, 13)])).toBe(0);
    expect(invertedShare([life(1, 12), life(2, 11), life(3, 13)])).toBeCloseTo(1 / 3);
    expect(invertedShare([life(1, 13), life(2, 12), life(3, 11)])).toBe(1);
  });

  it('a channel is judged by fewer attempts only where a sale sends fewer', () => {
    const judgedBy = (story: Story, orders: readonly number[]) => orders.map((count) => attemptsMinOf(count, story));
    expect(judgedBy(DOUBLE_11, [6_000, 480, 240, 60])).toEqual([20, 20, 10, 5]);
    expect(judgedBy(NIGHT_SHIFT, [5_000, 4_000, 2_500, 120])).toEqual([20, 11, 6, 5]);
  });

  it('a percentile is a value that occurred', () => {
    expect(percentile([4, 1, 3, 2], 0.5)).toBe(2);
    expect(percentile([4, 1, 3, 2], 0.99)).toBe(4);
    expect(percentile([], 0.5)).toBe(0);
  });

  it('every time is divided, what may be done in a minute is multiplied, and no call is made shorter than a machine can answer', () => {
    expect(compressed(1)).toMatchObject({ CARDRAIL_ISSUE_TIMEOUT_MS: '10000', CARDRAIL_RETRY_BUDGET_PER_MINUTE: '60' });
    expect(compressed(10)).toMatchObject({
      CARDRAIL_ISSUE_TIMEOUT_MS: '1000',
      CARDRAIL_CHECK_STAGES_MS: '1500,6000,18000,42000',
      CARDRAIL_RETRY_BUDGET_PER_MINUTE: '600',
    });
    expect(compressed(1_000)).toMatchObject({
      CARDRAIL_ISSUE_TIMEOUT_MS: '1000',
      CARDRAIL_HEALTH_WINDOW_MS: '2000',
      CARDRAIL_HEALTH_RAMP_STEP_MS: '1000',
    });
  });
});
