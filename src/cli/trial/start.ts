import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type Config, readConfig } from '../../config';
import { Refused } from '../exit';
import { say } from '../output';
import { untilInterrupted } from '../session';
import { timelineText } from '../timeline-text';
import { importCards } from '../verbs/import-cards';
import { listenProblem } from '../verbs/doctor';
import { readTimeline } from '../verbs/orders';
import { buy, OrderRefused, type Purchase, unitsShown } from './buyer';
import { CARDS_FILE, SHOP_FILE, SKU_ID } from './examples';
import { ShopAway } from './shop-client';
import { newTrialKeys, type TrialKeys } from './trial-keys';
import { TrialShop } from './trial-shop';
import { wishAt } from './wishes';

const SANDBOX_PORT = 4_101;
const CHANNEL_PORTS = [4_201, 4_202, 4_203] as const;
/** Doubts should resolve while somebody is watching. What the environment says goes before. */
const LIVELY: Readonly<Record<string, string>> = {
  CARDRAIL_PAYMENT_TIMEOUT_MS: '1000',
  CARDRAIL_ISSUE_TIMEOUT_MS: '1000',
  CARDRAIL_PURCHASE_ASK_MS: '500',
  CARDRAIL_ANSWER_SLACK_MS: '200',
  CARDRAIL_RETRY_BASE_MS: '200',
  CARDRAIL_RETRY_JITTER_MS: '200',
  CARDRAIL_CHECK_STAGES_MS: '1000,3000,10000,30000,60000,180000,420000',
  CARDRAIL_LOG_LEVEL: 'warn',
};
const FAULTS = [
  { fault: 'commit-then-hang', percent: 15 },
  { fault: 'hang', percent: 10 },
  { fault: 'no-notice', percent: 20 },
  { fault: 'duplicate-notice', percent: 20 },
];
/** A hanging call of a minute hangs for a few seconds. */
const DELAY_SCALE = 0.1;
const PATIENCE_MS = 60_000;

/** `npm start`: a development shop that makes everything it needs and stays up until Ctrl-C. What it made, it finds again. */
export async function start({ orders }: { readonly orders: number }): Promise<void> {
  const asked = readConfig();
  if (asked.production) throw new Refused('TRIAL_IN_PRODUCTION');
  const folder = resolve(asked.values.CARDRAIL_DATA_DIR);
  const isNew = !existsSync(join(folder, 'events.db'));
  if (!isNew && !(await isAtRest(folder))) throw new Refused('TRIAL_RUNNING', { folder });
  say(isNew ? `making a shop in ${folder}` : `found the shop in ${folder}`);
  const interrupted = untilInterrupted();
  const keys = keysIn(folder);
  const trial = await TrialShop.start({
    folder,
    keys,
    settings: await settingsFor(asked),
    sandbox: {
      port: await freePort('127.0.0.1', SANDBOX_PORT),
      channelPorts: await freePorts(CHANNEL_PORTS),
      delayScale: DELAY_SCALE,
      data: join(folder, 'sandbox-ledger.jsonl'),
    },
    shopFile: SHOP_FILE,
    stock: importExamples,
  });
  try {
    const ended = trial.anyEnded();
    const isInterrupted = new Promise<null>((settle) =>
      interrupted.aborted ? settle(null) : interrupted.addEventListener('abort', () => settle(null)),
    );
    const first = await Promise.race([ended, isInterrupted, welcome(trial, keys, orders)]);
    const name = first === undefined ? await Promise.race([ended, isInterrupted]) : first;
    if (name !== null && !interrupted.aborted) throw new Error(`the ${name} ended; see ${join(folder, `${name}.log`)}`);
  } finally {
    await trial.stop();
  }
}

/** Two at once would each point the gateway at a sandbox of their own, and whoever ends first takes it along. */
async function isAtRest(folder: string): Promise<boolean> {
  const { isFreeAfterFolding } = await import('../../workbench');
  return isFreeAfterFolding(join(folder, 'events.db'));
}

/** What the environment says stands; the port is another one when somebody else has the usual one. */
async function settingsFor({ values: { CARDRAIL_HOST: host, CARDRAIL_PORT: port } }: Config): Promise<Readonly<Record<string, string>>> {
  const given = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (name.startsWith('CARDRAIL_') && value !== undefined ? [[name, value] as const] : [])),
  );
  const { CARDRAIL_DATA_DIR: _folder, ...settings } = given;
  const usable = given['CARDRAIL_PORT'] === undefined ? await freePort(host, port) : port;
  return { ...LIVELY, ...settings, CARDRAIL_PORT: String(usable) };
}

const freePorts = (ports: readonly number[]): Promise<readonly number[]> => Promise.all(ports.map((port) => freePort('127.0.0.1', port)));
const freePort = async (host: string, port: number): Promise<number> => ((await listenProblem(host, port)) === null ? port : 0);

const keyFile = z.record(z.string(), z.string());

/** The keys of this development shop: made once, kept in its folder, readable by their owner only. */
function keysIn(folder: string): TrialKeys {
  const file = join(folder, 'development-keys.json');
  const made = existsSync(file) ? keyFile.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
  const fresh = newTrialKeys();
  // A shop that an earlier version made gets the keys that it does not have yet.
  const keys = { ...fresh, ...made };
  if (Object.keys(fresh).every((name) => name in made)) return keys;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  return keys;
}

async function importExamples(config: Config): Promise<void> {
  const { batch, replayed } = await importCards(config, CARDS_FILE, { sku: SKU_ID, reason: 'examples' });
  say(replayed ? `the ${batch.rows} cards of ${CARDS_FILE} are in the pool already` : `${batch.accepted} cards imported from ${CARDS_FILE}`);
}

/** Places a few orders while gateway and channels do not always answer, and shows what came of them and how to go on. */
async function welcome(trial: TrialShop, keys: TrialKeys, orders: number): Promise<void> {
  await trial.setFaults(1, FAULTS);
  if (orders > 0) say(`placing ${orders} orders at a gateway and channels that leave a quarter of their calls unanswered`);
  const run = Math.floor(Date.now() / 1_000).toString(36);
  const settled = await Promise.allSettled(Array.from({ length: orders }, (_, at) => buyOne(trial, `${run}-${at}`, at)));
  const purchases = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  for (const one of settled) if (one.status === 'rejected') say(whyNot(one.reason));
  await trial.setFaults(1, []);
  const delivered = purchases.filter((purchase) => unitsShown(purchase) > 0);
  if (orders > 0) say(`${delivered.length} of ${orders} orders delivered\n`);
  const hardest = delivered.sort((a, b) => (b.seen?.revision ?? 0) - (a.seen?.revision ?? 0))[0];
  if (hardest !== undefined)
    process.stdout.write(`Order ${hardest.seen?.number ?? hardest.orderId}:\n${timelineText(await readTimeline(trial.config, hardest.orderId))}\n\n`);
  process.stdout.write(`${howToGoOn(trial, keys, hardest)}\n`);
}

const buyOne = ({ shop, gateway }: TrialShop, key: string, at: number): Promise<Purchase> =>
  buy(shop, gateway, wishAt(at, key), 1, { patienceMs: PATIENCE_MS });

function whyNot(reason: unknown): string {
  if (reason instanceof OrderRefused || reason instanceof ShopAway) return `an order was not taken: ${reason.message}`;
  throw reason;
}

function howToGoOn({ url, config }: TrialShop, { STOREFRONT_KEY }: TrialKeys, order: Purchase | undefined): string {
  const variables = {
    input: { idempotencyKey: 'my-first-order', skuId: SKU_ID, quantity: 1, buyer: { ref: 'me' }, payment: { gatewayId: 'main', kind: 'CHARGE' } },
  };
  const body = {
    query:
      'mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) { order { id number status } accessToken userErrors { code message } } }',
    variables,
  };
  const buyerPage = order?.seen == null ? [] : [`Buyer page      ${url}/buy/${encodeURIComponent(order.seen.number)}`];
  return [
    `GraphQL         ${url}/graphql`,
    ...buyerPage,
    `Metrics         ${url}/metrics`,
    `Data            ${resolve(config.values.CARDRAIL_DATA_DIR)}`,
    `Development key ${STOREFRONT_KEY}`,
    '',
    'Place an order:',
    `curl -s ${url}/graphql -H 'content-type: application/json' -H 'authorization: Bearer ${STOREFRONT_KEY}' -d '${JSON.stringify(body)}'`,
    '',
    'Look at it:     npx cardrail orders list',
    'Stop:           Ctrl-C',
  ].join('\n');
}
