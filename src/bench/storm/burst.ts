import type { BenchResult } from '../result';
import { reportOf, soundness, usageOf } from './report';
import { StormShop } from './storm-shop';
import { asMs, MINUTE_MS, SECOND_MS } from './times';
import { firstAt, witness } from './witness';

export interface NightOptions {
  readonly orders: number;
  /** All times are divided by this. */
  readonly compress: number;
}

export type Progress = (line: string) => void;

/** Of 5,000 in a second 3,000 enter at once; a smaller burst is let in by the same share. */
const ADMITTED_SHARE = 0.6;
const CALM_PER_SECOND = 10;
const CALM_SECONDS = 3;
const CONNECTIONS = 256;
const DRAIN_MS = 10 * MINUTE_MS;

/** All submits of a sale within one second, on top of a calm load. Nothing in it waits for a time, so nothing in it is compressed. */
export async function benchBurst({ orders }: NightOptions, progress: Progress): Promise<BenchResult> {
  const settings = { CARDRAIL_ADMISSION_PER_SECOND: String(Math.max(1, Math.round(orders * ADMITTED_SHARE))) };
  const cards = orders + 1_000;
  const shop = await StormShop.open({ compress: 1, cards, channels: {}, deliverWithinMs: asMs(30 * MINUTE_MS, 1), settings });
  try {
    await shop.offer(CALM_PER_SECOND, CALM_SECONDS);
    const before = await usageOf(shop);
    const [busyBefore, beganAt] = [shop.submits.busy, Date.now()];
    const calm = shop.offer(CALM_PER_SECOND, CALM_SECONDS);
    const burst = await shop.offer(orders, 1, CONNECTIONS);
    await calm;
    const busy = shop.submits.busy - busyBefore;
    progress(`burst of ${burst.sent}: ${burst.answered} taken, ${busy} told that the shop is busy, ${shop.submits.queued} given a place in the line`);
    const isDrained = await shop.drained(DRAIN_MS);
    const seen = await witness(shop);
    const delivered = [...seen.lives.values()].flatMap(({ deliveredAt }) => deliveredAt ?? []);
    const unanswered = burst.failed - busy;
    return await reportOf({
      ...{ profile: 'burst', compress: 1, shop, before, seen, offered: orders, accepted: burst },
      promises: [
        { promise: 'every submit is answered', kept: unanswered <= 0, measured: `${Math.max(0, unanswered)} of ${burst.sent} were not` },
        { promise: 'everything that was taken comes to its end', kept: isDrained, measured: `${delivered.length} delivered` },
        ...soundness(seen),
      ],
      figures: {
        burst: burst.sent,
        queued: shop.submits.queued,
        drainSeconds: (Math.max(beganAt, ...delivered) - beganAt) / SECOND_MS,
        answerP99Ms: burst.p99Ms,
        secondsToSend: burst.seconds,
        lastEnteredAfterSeconds: ((firstAt([...seen.log].reverse(), ({ type }) => type === 'OrderRouted') ?? beganAt) - beganAt) / SECOND_MS,
      },
    });
  } finally {
    await shop.close();
  }
}
