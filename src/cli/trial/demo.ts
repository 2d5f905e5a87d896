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
import { readLedger } from '../verbs/finance';
import { importCards } from '../verbs/import-cards';
import { readTimeline } from '../verbs/orders';
import { buy, isSettled, lookAgain, type Purchase, unitsShown } from './buyer';
import { SHOP_FILE, SKU_ID } from './examples';
import { goodsOff, type GoodsTally, inDoubt, tallyGoods } from './goods-tally';
import { ledgerOff, type LedgerTally, tallyLedger } from './ledger-tally';
import type { FaultRule } from './sandbox-control';
import type { ShopFile } from '../shop-file/shop-file';
import type { Wish } from './shop-client';
import { readShopBooks } from './shop-books';
import { isMoneyOff, tally, type Tally } from './tally';
import { newTrialKeys } from './trial-keys';
import { type OtherLedgers, TrialShop } from './trial-shop';
import { wishAt } from './wishes';

export interface DemoOptions {
  readonly orders: number;
  readonly profile: 'calm' | 'faults';
  readonly seed: number;
  readonly json?: true;
}

/** At the gateway and at every channel three in ten answers do not come: half of them to calls that did nothing, half to calls that did. The notices are no better. */
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
  CARDRAIL_ISSUE_TIMEOUT_MS: '500',
  CARDRAIL_PURCHASE_ASK_MS: '200',
  CARDRAIL_CHANNEL_ASK_MS: '500',
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
    if (open + duplicateCharges + duplicateCards + lost + goodsOff(result) + ledgerOff(result) > 0) throw new BadNews('promises were broken');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface DemoResult extends Tally, GoodsTally, LedgerTally {
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
  const wishes = Array.from({ length: orders }, (_, at) => wishAt(at, `demo-${at}`));
  const codes = codesFor(wishes);
  say(`starting a shop for ${orders} orders, profile ${profile}, seed ${seed}`);
  const trial = await TrialShop.start({
    folder: join(folder, 'data'),
    keys: newTrialKeys(),
    settings: SETTINGS,
    sandbox: { port: 0, channelPorts: [0, 0, 0], delayScale: DELAY_SCALE },
    shopFile: SHOP_FILE,
    adapt: hasten,
    stock: async (config) => void (await importCards(config, await cardFile(folder, codes), { sku: SKU_ID, json: true })),
  });
  try {
    if (profile === 'faults') await trial.setFaults(seed, FAULTS);
    const startedMs = performance.now();
    const ended = trial.anyEnded().then((name) => Promise.reject(new Error(`the ${name} ended`)));
    const stopped = new Promise<never>((_, reject) => interrupted.addEventListener('abort', () => reject(new Error('interrupted'))));
    const purchases = await Promise.race([shopping(trial, wishes, BUYERS_AT_ONCE[profile]), ended, stopped]);
    const { settled, counted } = await settle(trial, purchases, codes);
    const seconds = Math.round(performance.now() - startedMs) / 1_000;
    return { ...counted, seconds, timeline: await hardestLife(trial, settled) };
  } finally {
    await trial.stop();
  }
}

const hasten = (shop: ShopFile): ShopFile => ({
  ...shop,
  gateways: shop.gateways.map(({ id, settings }) => ({ id, settings: { ...settings, notFoundFinalAfterSeconds: 1 } })),
  channels: shop.channels.map(({ id, settings }) => ({ id, settings: { ...settings, notFoundFinalAfterSeconds: 1 } })),
  skus: shop.skus.map(({ id, settings }) => ({
    id,
    settings: { ...settings, payWithinSeconds: DEADLINE_SECONDS, deliverWithinSeconds: DEADLINE_SECONDS },
  })),
});

/** Made-up codes for so much of what is wanted of the pool; the rest has to come from channels, and not one card may go astray. */
const POOL_SHARE = 0.6;

function codesFor(wishes: readonly Wish[]): readonly string[] {
  const wanted = wishes.reduce((sum, { skuId, quantity }) => sum + (skuId === SKU_ID ? quantity : 0), 0);
  return Array.from({ length: Math.ceil(wanted * POOL_SHARE) }, () => `DEMO-${randomBytes(10).toString('hex')}`);
}

async function cardFile(folder: string, codes: readonly string[]): Promise<string> {
  const file = join(folder, 'cards.txt');
  await writeFile(file, codes.map((code) => `${code}\n`).join(''), { mode: 0o600 });
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

interface Settled {
  readonly settled: readonly Purchase[];
  readonly counted: Tally & GoodsTally & LedgerTally;
}

/** Looks again at what had not come to rest when its buyer left, and counts when all has, or nobody waits any longer. */
async function settle(trial: TrialShop, purchases: readonly Purchase[], codes: readonly string[]): Promise<Settled> {
  let settled = purchases;
  const until = performance.now() + SETTLE_MS;
  for (;;) {
    const ledger = await trial.ledger();
    const isRestless = (purchase: Purchase): boolean =>
      purchase.seen !== null && (!isSettled(purchase.seen) || isMoneyOff(purchase, ledger.payments));
    if (performance.now() >= until || !settled.some(isRestless)) {
      const counted = { ...tally(settled, ledger.payments), ...(await countBooks(trial, settled, codes, ledger)) };
      if (performance.now() >= until || goodsOff(counted) + ledgerOff(counted) === 0) return { settled, counted };
    }
    await pause(SETTLE_LOOK_MS);
    settled = await Promise.all(settled.map(async (purchase) => (isRestless(purchase) ? lookAgain(trial.shop, purchase) : purchase)));
  }
}

async function countBooks(
  { config }: TrialShop,
  purchases: readonly Purchase[],
  imported: readonly string[],
  ledger: OtherLedgers,
): Promise<GoodsTally & LedgerTally> {
  const { filesOf } = await import('../../stores');
  const books = await readShopBooks(filesOf(config).events);
  const goods = tallyGoods({ purchases, ledger: ledger.purchases, imported, books });
  return { ...goods, ...tallyLedger(await readLedger(config), ledger, inDoubt({ purchases, books })) };
}

async function hardestLife({ config }: TrialShop, purchases: readonly Purchase[]): Promise<DemoResult['timeline']> {
  const delivered = purchases.filter((purchase) => unitsShown(purchase) > 0);
  const [hardest] = [...delivered].sort((a, b) => (b.seen?.revision ?? 0) - (a.seen?.revision ?? 0));
  if (hardest === undefined) return [];
  const timeline = await readTimeline(config, hardest.orderId);
  return timeline.map(({ revision, type, occurredAt, summary, actor }) => ({ revision, type, occurredAt, summary, actor: { kind: actor.kind } }));
}

function textOf({ timeline, ...counted }: DemoResult): string {
  const numbers = Object.entries(counted).map(([name, value]) => `${name.padEnd(20)}${wordsOf(value)}`);
  return [...numbers, '', 'The delivered order that had the hardest time:', timelineText(timeline)].join('\n');
}

/** A number, or numbers by reason. */
const wordsOf = (value: number | Readonly<Record<string, number>>): string => {
  if (typeof value === 'number') return String(value);
  const reasons = Object.entries(value).map(([reason, count]) => `${count} ${reason}`);
  return reasons.length === 0 ? '0' : reasons.join(', ');
};
