import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BadNews } from '../exit';
import { answer, say } from '../output';
import { progressOf } from '../progress';
import { untilInterrupted } from '../session';
import { timelineText } from '../timeline-text';
import { importCards } from '../verbs/import-cards';
import { readTimeline } from '../verbs/orders';
import { buy, isSettled, lookAgain, type Purchase } from './buyer';
import { SHOP_FILE, SKU_ID } from './examples';
import type { FaultRule } from './sandbox-control';
import type { ShopFile } from '../shop-file/shop-file';
import { isMoneyOff, tally, type Tally } from './tally';
import { newTrialKeys } from './trial-keys';
import { TrialShop } from './trial-shop';

export interface DemoOptions {
  readonly orders: number;
  readonly profile: 'calm' | 'faults';
  readonly seed: number;
  readonly json?: true;
}

/** Three in ten answers do not come: half of them to calls that did nothing, half to calls that did. The notices are no better. */
const FAULTS: readonly FaultRule[] = [
  { fault: 'hang', percent: 15 },
  { fault: 'commit-then-hang', percent: (15 / 85) * 100 },
  { fault: 'no-notice', percent: 25 },
  { fault: 'late-notice', percent: 33 },
  { fault: 'duplicate-notice', percent: 50 },
];

/** Every waiting time scaled down, so that what takes minutes at a shop takes a second here. */
const SETTINGS: Readonly<Record<string, string>> = {
  CARDRAIL_ENV: 'test',
  CARDRAIL_PORT: '0',
  CARDRAIL_LOG_LEVEL: 'warn',
  CARDRAIL_PAYMENT_TIMEOUT_MS: '500',
  CARDRAIL_PERFORM_WITHIN_MS: '2000',
  CARDRAIL_ANSWER_SLACK_MS: '200',
  CARDRAIL_RETRY_BASE_MS: '100',
  CARDRAIL_RETRY_CAP_MS: '1000',
  CARDRAIL_RETRY_JITTER_MS: '100',
  CARDRAIL_CHECK_STAGES_MS: '400,1200,3000,8000,20000',
  CARDRAIL_AFTER_CARE_STAGES_MS: '1000,3000,8000',
  CARDRAIL_PENDING_ASK_MS: '200',
  CARDRAIL_ENGINE_STUCK_FIRST_MS: '50',
  CARDRAIL_ENGINE_STUCK_MAX_MS: '500',
  CARDRAIL_DRAIN_MS: '3000',
};
const DELAY_SCALE = 0.05;
const DEADLINE_SECONDS = 60;
const BUYERS_AT_ONCE = { calm: 48, faults: 128 } as const;
const PATIENCE_MS = 150_000;
/** After the last buyer has gone, money that is on its way back gets so long to arrive. */
const SETTLE_MS = 60_000;
const SETTLE_LOOK_MS = 250;

/** A shop of its own, many buyers at once, and a count by independent witnesses. */
export async function demo(options: DemoOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cardrail-demo-'));
  const interrupted = untilInterrupted();
  try {
    const result = await runDemo(folder, options, interrupted);
    await answer(options.json, result, () => textOf(result));
    const { open, duplicateCharges, duplicateCards, lost } = result;
    if (open + duplicateCharges + duplicateCards + lost > 0) throw new BadNews('promises were broken');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface DemoResult extends Tally {
  readonly seconds: number;
  /** The life of the order that had the hardest time and was delivered. */
  readonly timeline: readonly {
    readonly revision: number;
    readonly type: string;
    readonly occurredAt: string;
    readonly summary: string;
    readonly actor: { readonly kind: string };
  }[];
}

async function runDemo(folder: string, options: DemoOptions, interrupted: AbortSignal): Promise<DemoResult> {
  const { orders, profile, seed } = options;
  const wishes = Array.from({ length: orders }, (_, at) => wishAt(at));
  say(`starting a shop for ${orders} orders, profile ${profile}, seed ${seed}`);
  const trial = await TrialShop.start({
    folder: join(folder, 'data'),
    keys: newTrialKeys(),
    settings: SETTINGS,
    sandbox: { port: 0, channelPorts: [0, 0, 0], delayScale: DELAY_SCALE },
    shopFile: SHOP_FILE,
    adapt: hasten,
    stock: async (config) =>
      void (await importCards(
        config,
        await cardFile(
          folder,
          wishes.reduce((sum, { quantity }) => sum + quantity, 0),
        ),
        { sku: SKU_ID, json: true },
      )),
  });
  try {
    if (profile === 'faults') await trial.gateway.setFaults(seed, FAULTS);
    const startedMs = performance.now();
    const ended = trial.anyEnded().then((name) => Promise.reject(new Error(`the ${name} ended`)));
    const stopped = new Promise<never>((_, reject) => interrupted.addEventListener('abort', () => reject(new Error('interrupted'))));
    const purchases = await Promise.race([shopping(trial, wishes, BUYERS_AT_ONCE[profile]), ended, stopped]);
    const settled = await settle(trial, purchases);
    const seconds = Math.round(performance.now() - startedMs) / 1_000;
    const counted = tally(settled, await trial.gateway.ledger());
    return { ...counted, seconds, timeline: await hardestLife(trial, settled) };
  } finally {
    await trial.stop();
  }
}

type Wish = Parameters<typeof buy>[2];

/** A mix: two of three charge a stored instrument, one pays on a page; one in ten wants two cards. */
const wishAt = (at: number): Wish => ({
  idempotencyKey: `demo-${at}`,
  skuId: SKU_ID,
  quantity: at % 10 === 9 ? 2 : 1,
  buyerRef: `buyer-${at}`,
  kind: at % 3 === 2 ? 'REDIRECT' : 'CHARGE',
});

const hasten = (shop: ShopFile): ShopFile => ({
  ...shop,
  gateways: shop.gateways.map(({ id, settings }) => ({ id, settings: { ...settings, notFoundFinalAfterSeconds: 1 } })),
  skus: shop.skus.map(({ id, settings }) => ({
    id,
    settings: { ...settings, payWithinSeconds: DEADLINE_SECONDS, deliverWithinSeconds: DEADLINE_SECONDS },
  })),
});

/** As many made-up codes as are wanted: not one card may go astray, or somebody gets none. */
async function cardFile(folder: string, count: number): Promise<string> {
  const file = join(folder, 'cards.txt');
  await writeFile(file, Array.from({ length: count }, () => `DEMO-${randomBytes(10).toString('hex')}\n`).join(''), { mode: 0o600 });
  return file;
}

/** So many buyers at once, each coming when another one leaves. Every fifth presses the button twice. */
async function shopping({ shop, gateway }: TrialShop, wishes: readonly Wish[], atOnce: number): Promise<readonly Purchase[]> {
  const progress = progressOf('orders');
  const purchases: Purchase[] = [];
  const waiting = wishes.entries();
  const buyer = async (): Promise<void> => {
    for (const [at, wish] of waiting) {
      purchases.push(await buy(shop, gateway, wish, at % 5 === 4 ? 2 : 1, { patienceMs: PATIENCE_MS }));
      progress.at(purchases.length, wishes.length, '');
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, wishes.length) }, buyer)).finally(() => progress.end());
  return purchases;
}

/** Looks again at what had not come to rest when its buyer left. */
async function settle({ shop, gateway }: TrialShop, purchases: readonly Purchase[]): Promise<readonly Purchase[]> {
  let current = purchases;
  const until = performance.now() + SETTLE_MS;
  for (;;) {
    const ledger = await gateway.ledger();
    const isRestless = (purchase: Purchase): boolean => purchase.seen !== null && (!isSettled(purchase.seen) || isMoneyOff(purchase, ledger));
    if (performance.now() >= until || !current.some(isRestless)) return current;
    await pause(SETTLE_LOOK_MS);
    current = await Promise.all(current.map(async (purchase) => (isRestless(purchase) ? lookAgain(shop, purchase) : purchase)));
  }
}

async function hardestLife({ config }: TrialShop, purchases: readonly Purchase[]): Promise<DemoResult['timeline']> {
  const delivered = purchases.filter(({ codes }) => codes.length > 0);
  const [hardest] = [...delivered].sort((a, b) => (b.seen?.revision ?? 0) - (a.seen?.revision ?? 0));
  if (hardest === undefined) return [];
  const timeline = await readTimeline(config, hardest.orderId);
  return timeline.map(({ revision, type, occurredAt, summary, actor }) => ({ revision, type, occurredAt, summary, actor: { kind: actor.kind } }));
}

function textOf({ timeline, ...counted }: DemoResult): string {
  const numbers = Object.entries(counted).map(([name, value]) => `${name.padEnd(18)}${value}`);
  return [...numbers, '', 'The delivered order that had the hardest time:', timelineText(timeline)].join('\n');
}
