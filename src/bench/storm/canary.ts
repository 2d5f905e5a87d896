import { setTimeout as pause } from 'node:timers/promises';
import type { BenchResult } from '../result';
import type { NightOptions, Progress } from './burst';
import { reportOf, soundness, usageOf } from './report';
import { StormShop } from './storm-shop';
import { asMs, MINUTE_MS, SECOND_MS } from './times';
import { witness } from './witness';

/** Half of the orders, so that a short run has enough on either side; the product's own share is 5 %. */
const PERCENT = 50;
const TRIAL_MS = 10 * MINUTE_MS;
/** Of the purchases that the sick channel is asked for. */
const REFUSED_PERCENT = 60;
const ORDERS_MIN = 50;
const JUDGED_WITHIN_MS = 2 * MINUTE_MS;
const DRAIN_MS = 10 * MINUTE_MS;
const LOOK_MS = 250;

type ChannelId = 'upstream-a' | 'upstream-b';

interface Arm {
  readonly orders: number;
  readonly success: number | null;
  readonly meanSecondsPerCard: number;
  readonly p50SecondsPerCard: number;
  readonly p95SecondsPerCard: number;
  readonly p99SecondsPerCard: number;
  readonly unitCostMinor: string | null;
}
interface SideBySide {
  readonly canary: Arm;
  readonly control: Arm;
}

/** A policy that asks one channel before the other. */
const preferring = (version: string, first: ChannelId) => ({
  version,
  channels: (['upstream-a', 'upstream-b'] as const).map((channelId) => ({ channelId, priority: channelId === first ? 1 : 2 })),
});

/** One trial after the other of the same shop, over its GraphQL API as an operator would. */
class Trials {
  private attempts = 0;

  constructor(private readonly shop: StormShop) {}

  async start(version: string, first: ChannelId): Promise<void> {
    const code = await this.change('startCanary', 'StartCanaryInput', { percent: PERCENT, policy: preferring(version, first) });
    if (code !== null) throw new Error(`the trial of ${version} was refused: ${code}`);
  }

  /** The code of what keeps it from being promoted; null once it is. */
  promote(version: string): Promise<string | null> {
    return this.change('promoteCanary', 'PromoteCanaryInput', { version });
  }

  /** Whether any trial still runs. */
  async isRunning(): Promise<boolean> {
    const { routingPolicy } = await this.shop.ask<{ readonly routingPolicy: { readonly canary: object | null } }>(
      'query { routingPolicy { canary { percent } } }',
    );
    return routingPolicy.canary !== null;
  }

  async report(version: string): Promise<SideBySide> {
    const arm = 'orders success meanSecondsPerCard p50SecondsPerCard p95SecondsPerCard p99SecondsPerCard unitCostMinor';
    const { canaryReport } = await this.shop.ask<{ readonly canaryReport: SideBySide }>(
      `query ($version: ID) { canaryReport(version: $version) { canary { ${arm} } control { ${arm} } } }`,
      { version },
    );
    return canaryReport;
  }

  private async change(mutation: string, type: string, input: object): Promise<string | null> {
    const answer = await this.shop.ask<Readonly<Record<string, { readonly userErrors: readonly { readonly code: string }[] }>>>(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code } } }`,
      { input: { idempotencyKey: `${mutation} ${++this.attempts}`, reason: 'bench', ...input } },
    );
    return answer[mutation]?.userErrors[0]?.code ?? null;
  }
}

/** Looks again and again until it is so. False when that takes too long. */
async function comesTrue(is: () => Promise<boolean>): Promise<boolean> {
  for (const until = performance.now() + JUDGED_WITHIN_MS; !(await is()); await pause(LOOK_MS)) if (performance.now() > until) return false;
  return true;
}

/** As people read it: n, the share that got what was asked for at once, seconds for each card, and what one cost. */
const armWords = (arm: Arm): string =>
  `n=${arm.orders}, success ${arm.success ?? 0}, ${arm.meanSecondsPerCard} s a card (P50 ${arm.p50SecondsPerCard}, P95 ${arm.p95SecondsPerCard}, ` +
  `P99 ${arm.p99SecondsPerCard}), ${arm.unitCostMinor ?? 'no'} minor units`;
const sideBySide = ({ canary, control }: SideBySide): string => `\n  canary:  ${armWords(canary)}\n  control: ${armWords(control)}`;

const figuresOf = (name: string, arm: Arm): Readonly<Record<string, number>> => ({
  [`${name}Orders`]: arm.orders,
  [`${name}Success`]: arm.success ?? 0,
  [`${name}MeanSecondsPerCard`]: arm.meanSecondsPerCard,
  [`${name}P50SecondsPerCard`]: arm.p50SecondsPerCard,
  [`${name}P95SecondsPerCard`]: arm.p95SecondsPerCard,
  [`${name}P99SecondsPerCard`]: arm.p99SecondsPerCard,
  [`${name}UnitCostMinor`]: Number(arm.unitCostMinor ?? 0),
});

const shopOf = ({ orders, compress }: NightOptions): Promise<StormShop> =>
  StormShop.open({
    ...{ compress, cards: 0, deliverWithinMs: asMs(120 * MINUTE_MS, compress) },
    channels: {
      'upstream-a': { flags: ['replay', 'lookup', 'cancel'], priority: 1 },
      'upstream-b': { flags: ['lookup', 'cancel'], priority: 2 },
    },
    settings: { CARDRAIL_CANARY_ORDERS_MIN: String(Math.min(ORDERS_MIN, Math.max(10, Math.floor(orders / 8)))) },
  });

/** Two trials on live orders: of a worse policy, which is rolled back by itself, and of a better one, which the gate lets through. */
export async function benchCanary(options: NightOptions, progress: Progress): Promise<BenchResult> {
  const { orders, compress } = options;
  const seconds = asMs(TRIAL_MS, compress) / SECOND_MS;
  const perSecond = orders / 2 / seconds;
  const shop = await shopOf(options);
  const trials = new Trials(shop);
  const refusing = [{ fault: 'refuse', method: 'POST', path: '/purchases', percent: REFUSED_PERCENT }];
  try {
    const before = await usageOf(shop);
    await shop.faults('upstream-b', refusing);
    await trials.start('worse', 'upstream-b');
    const accepted = await shop.offer(perSecond, seconds);
    const isOver = await comesTrue(async () => !(await trials.isRunning()));
    const worse = await trials.report('worse');
    progress(`the worse policy ${isOver ? 'is rolled back' : 'still runs'}${sideBySide(worse)}`);
    if (!isOver) throw new Error('no other trial can begin while the worse policy runs');

    await shop.faults('upstream-b', []);
    await shop.faults('upstream-a', refusing);
    await trials.start('better', 'upstream-b');
    const early = await trials.promote('better');
    await shop.offer(perSecond, seconds);
    const gate: (string | null)[] = [];
    const isPromoted = await comesTrue(async () => gate.push(await trials.promote('better')) > 0 && gate.at(-1) === null);
    const held = gate.at(-1) ?? 'it was';
    const better = await trials.report('better');
    progress(`the better policy ${isPromoted ? 'is promoted' : `is held (${held})`}${sideBySide(better)}`);

    await shop.faults('upstream-a', []);
    const isDrained = await shop.drained(DRAIN_MS);
    const seen = await witness(shop);
    const rolledBack = seen.log.find(({ type, data }) => type === 'CanaryRolledBack' && data['version'] === 'worse')?.data;
    return await reportOf({
      ...{ profile: 'canary', compress, shop, before, accepted, seen, offered: perSecond },
      promises: [
        {
          promise: 'a worse policy is rolled back by itself',
          kept: rolledBack?.['cause'] === 'WORSE',
          measured: `worse by ${JSON.stringify(rolledBack?.['worseBy'] ?? 'nothing')}, ${worse.canary.orders} against ${worse.control.orders} orders`,
        },
        { promise: 'nothing is promoted on few orders', kept: early !== null, measured: early ?? 'it was' },
        {
          promise: 'a better one is promoted',
          kept: isPromoted,
          measured: `${held}, ${better.canary.orders} against ${better.control.orders} orders`,
        },
        { promise: 'every order of both trials ends', kept: isDrained, measured: `${shop.submits.acknowledged.length} taken` },
        ...soundness(seen),
      ],
      figures: {
        percent: PERCENT,
        ...figuresOf('worse', worse.canary),
        ...figuresOf('besideWorse', worse.control),
        ...figuresOf('better', better.canary),
        ...figuresOf('besideBetter', better.control),
      },
    });
  } finally {
    await shop.close();
  }
}
