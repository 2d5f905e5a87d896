import { setTimeout as pause } from 'node:timers/promises';
import { round, type BenchResult } from '../result';
import type { NightOptions, Progress } from './burst';
import { reportOf, soundness, usageOf } from './report';
import { IN_FLIGHT_MAX, StormShop } from './storm-shop';
import { asMs, attemptsMinOf, MINUTE_MS, SECOND_MS, type Story } from './times';
import { firstAt, witness, type Life } from './witness';

const HOUR_MS = 60 * MINUTE_MS;
/** The article's shop had 5,000 waiting when somebody looked; ours is to say so at 500. */
const ALARM_SHARE = 0.1;
/** Of the hour, in which the orders come. */
const COMING_SHARE = 0.5;
export const NIGHT_SHIFT: Story = { orders: 5_000, withinMs: HOUR_MS * COMING_SHARE };
/** Longer than any of our time-outs. */
const HANG_MS = 10 * MINUTE_MS;
const ALARMS: readonly unknown[] = ['ORDERS_WAITING', 'CALLS_IN_DOUBT'];
const DRAIN_MS = 30 * MINUTE_MS;
/** Orders are taken up by the oldest first, several at once: one may pass another by so much of all of them. */
const PASSED_SHARE = 0.05;
const SAME_MOMENT_MS = SECOND_MS;
/** Of pairs, so many may be served the other way round: those that a probe took up, and those that were served at once. */
const INVERTED_SHARE = 0.1;

/** Calls under way at once, as many as the product has for the whole story: a small night in which half of the orders are served at one moment has no order of service. */
const inFlightOf = (orders: number): number => Math.max(4, Math.min(IN_FLIGHT_MAX, Math.round((orders * IN_FLIGHT_MAX) / NIGHT_SHIFT.orders)));

/** When each was delivered, the oldest order first. */
const byAge = (lives: readonly Life[]): readonly number[] =>
  [...lives].sort((a, b) => a.submittedAt - b.submittedAt).map(({ deliveredAt }) => deliveredAt ?? Infinity);

/**
 * Older orders that were delivered more than a second after a younger one, at the most of any younger one. What is delivered within the same
 * second is delivered at once: a channel that has come back serves hundreds in it, many at a time.
 */
export function passedMost(lives: readonly Life[]): number {
  const delivered = byAge(lives);
  return delivered.reduce((most, at, place) => {
    const passed = delivered.slice(0, place).filter((older) => older > at + SAME_MOMENT_MS).length;
    return Math.max(most, passed);
  }, 0);
}

/** Of all pairs of orders, the share in which the younger one was delivered first: 0 is by age, a half is chance. */
export function invertedShare(lives: readonly Life[]): number {
  const delivered = byAge(lives);
  let inverted = 0;
  for (const [place, at] of delivered.entries())
    for (let later = place + 1; later < delivered.length; later++) if ((delivered[later] ?? at) < at) inverted++;
  const pairs = (delivered.length * (delivered.length - 1)) / 2;
  return pairs === 0 ? 0 : inverted / pairs;
}

/** The night shift: the only channel, which can be asked but not told to forget, hangs for an hour while paid orders come. */
export async function benchNightShift({ orders, compress }: NightOptions, progress: Progress): Promise<BenchResult> {
  const outageMs = asMs(HOUR_MS, compress);
  const alarmAt = Math.max(2, Math.round(orders * ALARM_SHARE));
  const shop = await StormShop.open({
    ...{ compress, cards: 0, deliverWithinMs: 2 * outageMs },
    channels: { 'upstream-a': { flags: ['lookup'], priority: 1, maxInFlight: inFlightOf(orders) } },
    // Its buyers are promised two hours: the shop sells on while its channel is away for one.
    settings: {
      CARDRAIL_INCIDENT_WAITING_ORDERS: String(alarmAt),
      CARDRAIL_INCIDENT_CALLS_IN_DOUBT: String(alarmAt),
      CARDRAIL_HEALTH_HOPELESS_AFTER_MS: String(3 * HOUR_MS),
      CARDRAIL_HEALTH_ATTEMPTS_MIN: String(attemptsMinOf(orders, NIGHT_SHIFT)),
    },
  });
  try {
    await shop.faults('upstream-a', [
      { fault: 'hang', path: '/purchases', ms: HANG_MS },
      { fault: 'hang', path: '/purchases/*', ms: HANG_MS },
    ]);
    const before = await usageOf(shop);
    const beganAt = Date.now();
    const comingSeconds = (outageMs * COMING_SHARE) / SECOND_MS;
    const accepted = await shop.offer(orders / comingSeconds, comingSeconds);
    await pause(Math.max(0, outageMs - (Date.now() - beganAt)));
    const waiting = await shop.count(['PROCESSING']);
    progress(`${waiting} orders wait; the channel is back`);
    await shop.faults('upstream-a', []);
    const backAt = Date.now();
    await shop.drained(Math.min(DRAIN_MS, 2 * outageMs + MINUTE_MS));
    const seen = await witness(shop);
    const lives = shop.submits.acknowledged.flatMap((id) => seen.lives.get(id) ?? []);
    const delivered = lives.filter(({ deliveredAt }) => deliveredAt !== undefined);
    const alarm = firstAt(seen.log, ({ type, data }) => type === 'IncidentOpened' && ALARMS.includes(data['kind']));
    const submittedBefore = alarm === undefined ? lives.length : lives.filter(({ submittedAt }) => submittedAt <= alarm).length;
    const [passed, inverted] = [passedMost(delivered), invertedShare(delivered)];
    return await reportOf({
      ...{ profile: 'night-shift', compress, shop, before, accepted, seen, offered: orders / comingSeconds },
      promises: [
        { promise: 'all are delivered', kept: delivered.length === lives.length, measured: `${delivered.length} of ${lives.length}` },
        {
          promise: 'an alarm while the channel hangs',
          kept: (alarm ?? Infinity) <= backAt,
          measured: `${submittedBefore} had come, threshold ${alarmAt}`,
        },
        {
          promise: 'the oldest first',
          kept: inverted <= INVERTED_SHARE && passed <= Math.max(64, lives.length * PASSED_SHARE),
          measured: `${round(100 * inverted, 1)} % of pairs the other way round, ${passed} passed by more than a second at most`,
        },
        { promise: 'nobody had to do anything', kept: seen.interventions === 0, measured: `${seen.interventions} interventions` },
        ...soundness(seen),
      ],
      figures: {
        waitingWhenItCameBack: waiting,
        alarmAfterOrders: submittedBefore,
        drainSeconds: round((Math.max(backAt, ...delivered.map(({ deliveredAt }) => deliveredAt ?? 0)) - backAt) / SECOND_MS),
        placesPassed: passed,
        invertedShare: round(inverted, 4),
      },
    });
  } finally {
    await shop.close();
  }
}
