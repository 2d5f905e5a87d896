import type { LoadResult } from '../raw-load';
import { round, type BenchResult } from '../result';
import type { NightOptions, Progress } from './burst';
import { reportOf, soundness, usageOf, type Usage } from './report';
import { StormShop } from './storm-shop';
import { asMs, attemptsMinOf, MINUTE_MS, SECOND_MS, type Story } from './times';
import { firstAt, percentile, witness, type Witness } from './witness';

/** Offered for each order that the healthy channel sells. */
const OVERLOAD = 1.25;
const SALE_MS = 2 * MINUTE_MS;
export const DOUBLE_11: Story = { orders: 6_000, withinMs: SALE_MS };
const HANGING_PERCENT = 80;
const WITHIN_MS = 120 * SECOND_MS;
const DIVERTED_WITHIN_MS = 10 * SECOND_MS;
const SUCCESS = 0.92;
const REACTION_MS = 1_000;
const DRAIN_MS = 10 * MINUTE_MS;
const MAIN = 'channel-upstream-a';
interface Sale {
  readonly shop: StormShop;
  readonly before: Usage;
  readonly offered: number;
  readonly accepted: LoadResult;
  readonly seen: Witness;
  /** Of what was acknowledged, delivered in time after its payment. */
  readonly success: number;
}

async function sale(
  { orders, compress }: NightOptions,
  diversion: boolean,
  then: (sale: Sale) => Promise<BenchResult | null>,
): Promise<BenchResult | null> {
  const seconds = asMs(SALE_MS, compress) / SECOND_MS;
  const offered = orders / seconds;
  const backup = Math.max(1, Math.round(offered / OVERLOAD));
  const shop = await StormShop.open({
    ...{ compress, cards: 0, diversion, onDoubt: 'REROUTE', deliverWithinMs: asMs(30 * MINUTE_MS, compress) },
    settings: { CARDRAIL_HEALTH_ATTEMPTS_MIN: String(attemptsMinOf(orders, DOUBLE_11)) },
    channels: {
      'upstream-a': { flags: ['replay', 'lookup', 'cancel'], priority: 1 },
      'upstream-b': { flags: ['lookup', 'cancel', 'partialFill'], priority: 2, ratePerSecond: backup },
    },
  });
  try {
    // Charged, and told only by a notice that comes 15 s late or by our own question.
    await shop.faults('gateway', [{ fault: 'pending', path: '/payments' }, { fault: 'late-notice' }]);
    await shop.faults('upstream-a', [{ fault: 'hang', method: 'POST', path: '/purchases', percent: HANGING_PERCENT }]);
    const before = await usageOf(shop);
    const accepted = await shop.offer(offered, seconds);
    await shop.drained(Math.min(DRAIN_MS, asMs(40 * MINUTE_MS, compress)));
    const seen = await witness(shop);
    const lives = shop.submits.acknowledged.flatMap((id) => seen.lives.get(id) ?? []);
    const inTime = lives.filter(({ paidAt, deliveredAt }) => deliveredAt !== undefined && deliveredAt - (paidAt ?? 0) <= asMs(WITHIN_MS, compress));
    return await then({ shop, before, offered, accepted, seen, success: inTime.length / Math.max(1, shop.submits.acknowledged.length) });
  } finally {
    await shop.close();
  }
}

/** The sale of the article, and beside it the same one by a policy that diverts nothing. */
export async function benchDouble11(options: NightOptions, progress: Progress): Promise<BenchResult> {
  const { compress } = options;
  let without = 0;
  await sale(options, false, async ({ success }) => {
    without = success;
    progress(`without diversion: ${round(100 * success, 1)} % in time`);
    return null;
  });
  const result = await sale(options, true, async ({ shop, before, offered, accepted, seen, success }) => {
    const timedOutAt = firstAt(seen.log, ({ type, data }) => type === 'PurchaseTimedOut' && data['channelId'] === 'upstream-a');
    const divertedAt = firstAt(seen.log, ({ stream, type }) => stream === MAIN && type === 'HealthChanged');
    const divertedMs = timedOutAt === undefined || divertedAt === undefined ? undefined : Math.max(0, divertedAt - timedOutAt);
    // A machine reacts as fast as it does, however the times are compressed.
    const allowedMs = Math.max(REACTION_MS, asMs(DIVERTED_WITHIN_MS, compress));
    progress(`with diversion: ${round(100 * success, 1)} % in time, diverted ${divertedMs ?? 'never'} ms after the first time-out`);
    const paidToDelivered = [...seen.lives.values()].flatMap(({ paidAt, deliveredAt }) =>
      paidAt === undefined || deliveredAt === undefined ? [] : [deliveredAt - paidAt],
    );
    return reportOf({
      ...{ profile: 'double-11', compress, shop, before, offered, accepted, seen },
      promises: [
        { promise: '92 % are delivered within 120 s of payment', kept: success >= SUCCESS, measured: `${round(100 * success, 2)} %` },
        {
          promise: 'diverted within 10 s of the first time-out',
          kept: (divertedMs ?? Infinity) <= allowedMs,
          measured: `${divertedMs ?? 'never'} ms`,
        },
        ...soundness(seen),
      ],
      figures: {
        success: round(success, 4),
        successWithoutDiversion: round(without, 4),
        overload: OVERLOAD,
        paidToDeliveredP99Ms: percentile(paidToDelivered, 0.99),
        divertedMs: divertedMs ?? -1,
      },
    });
  });
  if (result === null) throw new Error('the sale was not measured');
  return result;
}
