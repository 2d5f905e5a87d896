import { setTimeout as pause } from 'node:timers/promises';
import { round, type BenchResult } from '../result';
import type { NightOptions, Progress } from './burst';
import { reportOf, soundness, usageOf } from './report';
import { PRICE_MINOR, StormShop } from './storm-shop';
import { asMs, MINUTE_MS, SECOND_MS } from './times';
import { witness } from './witness';

const OUTAGE_MS = 30 * MINUTE_MS;
const COMING_SHARE = 0.5;
const LOOK_MS = 200;
const DRAIN_MS = 30 * MINUTE_MS;
const REPORT_WITHIN_MS = MINUTE_MS;

interface Incident {
  readonly state: string;
  readonly summary: { readonly orders: number; readonly amounts: readonly { readonly amountMinor: string }[] } | null;
}

/** Orders that their buyers see failed while the gateway keeps their money. */
async function shownFailed(shop: StormShop): Promise<number> {
  const { orders } = await shop.ask<{ readonly orders: { readonly nodes: readonly { readonly id: string }[] } }>(
    'query { orders(first: 100, filter: { status: [FAILED, EXPIRED] }) { nodes { id } } }',
  );
  const failed = new Set(orders.nodes.map(({ id }) => id));
  const { payments } = await shop.ledger('gateway');
  return payments.filter(({ reference, capturedMinor, refundedMinor }) => capturedMinor > refundedMinor && failed.has(reference.split('.')[0] ?? ''))
    .length;
}

/** The recovery report: the incident that this was, once it is over, with the orders and the money concerned. */
async function recoveryReport(shop: StormShop): Promise<Incident | undefined> {
  const until = performance.now() + REPORT_WITHIN_MS;
  for (;;) {
    const { incidents } = await shop.ask<{ readonly incidents: { readonly nodes: readonly Incident[] } }>(
      'query { incidents(first: 100) { nodes { state summary { orders amounts { amountMinor } } } } }',
    );
    const told = incidents.nodes.find(({ state, summary }) => state === 'CLOSED' && (summary?.orders ?? 0) > 0);
    if (told !== undefined || performance.now() > until) return told;
    await pause(LOOK_MS);
  }
}

/** The thirty orders that were dropped because a time-out was called a failure: half an hour in which nobody can tell what the gateway did. */
export async function benchLostThirty({ orders, compress }: NightOptions, progress: Progress): Promise<BenchResult> {
  const outageMs = asMs(OUTAGE_MS, compress);
  const shop = await StormShop.open({
    ...{ compress, cards: orders + 100, channels: {}, deliverWithinMs: asMs(3 * 60 * MINUTE_MS, compress) },
    settings: { CARDRAIL_INCIDENT_CALLS_IN_DOUBT: String(Math.max(2, Math.round(orders / 5))) },
  });
  try {
    const before = await usageOf(shop);
    const beganAt = Date.now();
    await shop.faults('gateway', [
      { fault: 'commit-then-hang', method: 'POST', path: '/payments', percent: 50 },
      { fault: 'hang', percent: 95 },
      { fault: 'no-notice' },
    ]);
    const comingSeconds = (outageMs * COMING_SHARE) / SECOND_MS;
    const accepted = await shop.offer(orders / comingSeconds, comingSeconds);
    let failedInOutage = 0;
    for (; Date.now() < beganAt + outageMs; await pause(LOOK_MS)) failedInOutage = Math.max(failedInOutage, await shownFailed(shop));
    const inDoubt = await shop.count(['AWAITING_PAYMENT']);
    progress(`${inDoubt} orders of unknown outcome; the gateway is back`);
    await shop.faults('gateway', []);
    const isDrained = await shop.drained(DRAIN_MS);
    const report = await recoveryReport(shop);
    const failedAfter = await shownFailed(shop);
    const seen = await witness(shop);
    const money = (report?.summary?.amounts ?? []).reduce((sum, { amountMinor }) => sum + Number(amountMinor), 0);
    return await reportOf({
      ...{ profile: 'lost-thirty', compress, shop, before, accepted, seen, offered: orders / comingSeconds },
      promises: [
        { promise: 'every order ends', kept: isDrained, measured: `${shop.submits.acknowledged.length} taken` },
        { promise: 'nobody who paid is shown that it failed', kept: failedInOutage + failedAfter === 0, measured: `${failedInOutage + failedAfter}` },
        { promise: 'who paid gets the goods or the money', kept: seen.paidAndEmpty === 0, measured: `${seen.paidAndEmpty} have neither` },
        {
          promise: 'the recovery report tells orders and money',
          kept: money > 0,
          measured: report === undefined ? 'there is none' : `${report.summary?.orders ?? 0} orders, ${money} minor units`,
        },
        ...soundness(seen),
      ],
      figures: {
        inDoubt,
        reportedOrders: report?.summary?.orders ?? 0,
        reportedMinor: money,
        worthMinor: orders * PRICE_MINOR,
        interventions: round(seen.interventions),
      },
    });
  } finally {
    await shop.close();
  }
}
