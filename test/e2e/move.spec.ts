import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LiveShop } from '../support/live-shop';
import { clusterStores } from '../support/shop-stores';
import { Shopper } from '../support/shopper';
import { WebhookSink } from '../support/webhook-sink';
import { pause, verify } from './support/busy-shop';
import { expectWebhooksSent } from './support/told';

interface MovedHouse {
  readonly events: number;
  readonly copied: number;
  readonly buyerKeys: { readonly to: string; readonly keys: number; readonly erasures: number };
}

let sink: WebhookSink;
let shop: LiveShop;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cardrail-move-'));
  const [cluster, webhooks] = await Promise.all([clusterStores(), WebhookSink.start()]);
  sink = webhooks;
  const { CARDRAIL_STORE: _store, CARDRAIL_READ_MODELS: _models, ...addresses } = cluster.environment;
  shop = await LiveShop.start({
    skus: { game: {} },
    // Both addresses are known, and it begins on the embedded stores.
    stores: { ...cluster, environment: addresses },
    environment: {
      CARDRAIL_WEBHOOK_URL: sink.url,
      CARDRAIL_WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
    },
  });
}, 120_000);
afterAll(async () => {
  await shop.close();
  await sink.close();
  rmSync(folder, { recursive: true, force: true });
});

const CLUSTER = { CARDRAIL_STORE: 'eventstoredb', CARDRAIL_READ_MODELS: 'mongodb' } as const;

/** Messages that their receiver has not been noted to have taken. */
async function messagesUnderWay(): Promise<number> {
  const page = await (await fetch(`${shop.url}/metrics`)).text();
  const [, count] = /^cardrail_outbox_waiting\S* (\d+)$/m.exec(page) ?? [];
  if (count === undefined) throw new Error('the shop does not tell how many messages are under way');
  return Number(count);
}

/** Sells so many, and waits until the buyers have them and the shop's own system was told of everything. */
async function sell(count: number): Promise<readonly string[]> {
  const shopper = new Shopper(shop);
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const { order } = await shopper.submit({ skuId: 'game', ...(n === 0 ? { contact: { email: 'buyer@example.org' } } : {}) });
    if (order === null) throw new Error('the order was refused');
    ids.push(order.id);
  }
  for (const id of ids) await shopper.until(id, ({ status }) => status === 'COMPLETED', 'delivered');
  await expectWebhooksSent(shop, sink, ids);
  // What has arrived is not yet noted down as told: a shop that is stopped in between tells it again.
  while ((await messagesUnderWay()) > 0) await pause(20);
  return ids;
}

const move = async (from: string, to: string, over: Readonly<Record<string, string>>): Promise<MovedHouse> => {
  const { code, stdout, stderr } = await shop.cli(['migrate', '--from', from, '--to', to, '--yes', '--json'], over);
  if (code !== 0) throw new Error(`migrate ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as MovedHouse;
};

/** Keys of buyers in the place where a shop with these settings looks for them; null: it is told that they lie elsewhere. */
async function buyerKeys(over: Readonly<Record<string, string>> = {}): Promise<number | null> {
  const file = join(folder, `${randomBytes(4).toString('hex')}.keys`);
  const { code, stdout, stderr } = await shop.cli(['backup', 'buyer-keys', file, '--json'], over);
  if (code === 0) return (JSON.parse(stdout) as { keys: number }).keys;
  expect(stderr).toContain('the keys of persons lie in');
  return null;
}

const exported = async (over: Readonly<Record<string, string>> = {}): Promise<readonly object[]> => {
  const { stdout } = await shop.cli(['events', 'export'], over);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { position: _position, recordedAt: _recordedAt, ...kept } = JSON.parse(line) as { position: string; recordedAt: string };
      return kept;
    });
};

it('a shop moves to the cluster, sells there, and moves back: no event, message or card is lost, and none comes twice', async () => {
  await shop.stock('game', 40);
  const first = await sell(6);
  const running = await shop.cli(['migrate', '--from', 'embedded', '--to', 'eventstoredb', '--yes']);
  expect([running.code, running.stderr]).toEqual([3, expect.stringContaining('stop every process')]);
  await shop.stop();
  const atHome = await exported();
  const sealed = await buyerKeys();
  expect(sealed).toBeGreaterThan(0);

  expect(await move('embedded', 'eventstoredb', {})).toMatchObject({
    ...{ events: atHome.length, copied: atHome.length },
    buyerKeys: { to: 'mongodb', keys: sealed, erasures: 0 },
  });
  expect([await buyerKeys(), await buyerKeys(CLUSTER)]).toEqual([null, sealed]);
  expect(await exported(CLUSTER)).toEqual(atHome);
  const stale = await shop.cli(['serve']);
  expect([stale.code, stale.stderr]).toEqual([3, expect.stringContaining('has moved to EventStoreDB')]);

  // Cut off at its very end, or run again by somebody who is not sure: nothing is left to do, and the keys stay.
  expect(await move('embedded', 'eventstoredb', CLUSTER)).toMatchObject({ copied: 0, buyerKeys: { keys: 0 } });

  await shop.serve([], CLUSTER);
  const second = await sell(5);
  await shop.stop();
  const inCluster = await exported(CLUSTER);
  expect((await shop.cli(['verify', '--json'], CLUSTER)).code).toBe(0);
  const { stdout: found } = await shop.cli(['doctor', '--json'], CLUSTER);
  expect(JSON.parse(found)).toMatchObject({
    checks: expect.arrayContaining([
      expect.objectContaining({ check: 'event log', state: 'ok', detail: expect.stringContaining('EventStoreDB answers') }),
      expect.objectContaining({ check: 'read models', state: 'ok', detail: expect.stringContaining('MongoDB answers') }),
    ]),
  });
  expect((await shop.cli(['backup', 'create', 'x.db'], CLUSTER)).stderr).toContain('its own tools');

  expect(await move('eventstoredb', 'embedded', CLUSTER)).toMatchObject({ events: inCluster.length, copied: inCluster.length - atHome.length });
  expect(await buyerKeys(CLUSTER)).toBeNull();
  await shop.serve();
  const third = await sell(4);
  await shop.stop();
  const ended = await exported();
  expect(await buyerKeys()).toBeGreaterThan(sealed ?? 0);
  expect(ended.slice(0, inCluster.length)).toEqual(inCluster);
  expect(await verify(shop)).toMatchObject({ code: 0, violations: [], checked: { orders: first.length + second.length + third.length } });
  // A message may come twice when its sender ends before it has noted it down; here each of them ended in order.
  expect(sink.repeats()).toEqual([]);
}, 600_000);
