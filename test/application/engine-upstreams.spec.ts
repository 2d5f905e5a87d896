import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssuingChannel } from '../../src/application/ports/channel';
import { buildChannel, type OpenChannel } from '../../src/infrastructure/channels/registry';
import { DUJIAO_CARD, dujiaoNextSettings, startDujiaoNextShop } from '../support/dujiao-next';
import { startTestChannel, type TestChannel } from '../support/sandbox-channel';
import { Life } from './engine-life';
import { FROM_CHANNEL, openEngineShop, type EngineShop, type Surroundings } from './engine-shop';

/** The engine at upstreams whose protocols are not ours. */
let shop: EngineShop;
let upstream: TestChannel;
let channel: OpenChannel;
const clean: (() => Promise<unknown> | void)[] = [];
beforeEach(async () => (shop = await openEngineShop()));
afterEach(async () => {
  await shop.close();
  await channel.release();
  await upstream.close();
  for (const one of clean.splice(0)) await one();
});

const through =
  (other: IssuingChannel) =>
  (all: Surroundings): Surroundings => ({ ...all, channel: other });
const sold = async (orderId: string): Promise<number> =>
  (await upstream.purchases()).filter(({ requestId, codeHashes }) => requestId.startsWith(orderId) && codeHashes.length > 0).length;
const untilIn = async (orderId: string, type: string): Promise<void> => {
  while (!(await shop.types(orderId)).includes(type)) await new Promise((resolve) => setImmediate(resolve));
};

describe('a Dujiao-Next shop', () => {
  const buys = { sources: [{ ...FROM_CHANNEL, product: DUJIAO_CARD }] } as const;
  beforeEach(async () => {
    upstream = await startDujiaoNextShop();
    channel = buildChannel(dujiaoNextSettings(upstream.url), { wallMs: Date.now, dropRoot: undefined });
  });

  it('sells behind our back, then is sold out and dearer: the order is found again by sending it again, and is sold once', async () => {
    await upstream.faults([{ method: 'POST', path: '/api/v1/upstream/orders', fault: 'commit-then-hang' }]);
    shop.startEngine({ around: through(channel) });
    const orderId = await shop.submit('sku', 'CHARGE', buys);
    await untilIn(orderId, 'PurchaseTimedOut');
    await upstream.setStock(DUJIAO_CARD, { available: 0, unitCostMinor: 9_999 });
    await upstream.faults([]);
    await shop.until(orderId, 'DELIVERED');
    expect(await sold(orderId)).toBe(1);
    expect((await shop.verify()).violations).toEqual([]);
  });
});

describe('an upstream that is served by files', () => {
  const buys = { sources: [FROM_CHANNEL] } as const;
  beforeEach(async () => {
    const root = mkdtempSync(join(tmpdir(), 'cardrail-drop-'));
    clean.push(() => rmSync(root, { recursive: true, force: true }));
    upstream = await startTestChannel({ folder: join(root, 'wholesaler') });
    const flags = { replay: true, lookup: true, cancel: false, partialFill: false };
    const account = { adapter: 'folder', currency: 'CNY', waitSeconds: 2, webhookSecrets: [], flags, notFoundFinalAfterSeconds: 60 } as const;
    channel = buildChannel({ id: 'wholesaler', ...account }, { wallMs: Date.now, dropRoot: root });
  });

  it.each(['before', 'after'] as const)(
    'an engine that dies %s any one of its awaits: the next one delivers, and the upstream sold once',
    async (side) => {
      let deaths = 0;
      for (let dieAt = 1; ; dieAt++) {
        const orderId = await shop.submit('sku', 'CHARGE', buys);
        const life = new Life(dieAt, side);
        const first = shop.startEngine({ around: (all) => life.around(through(channel)(all)) });
        const delivered = await Promise.race([life.death.then(() => false), shop.until(orderId, 'DELIVERED').then(() => true)]);
        if (!delivered) {
          deaths++;
          const next = shop.startEngine({ around: through(channel) });
          await shop.until(orderId, 'DELIVERED');
          await next.stop();
        }
        expect(await sold(orderId)).toBe(1);
        life.end();
        first.bury();
        if (delivered) break;
      }
      console.info(`died ${side} ${deaths} different awaits`);
      expect(deaths).toBeGreaterThan(8);
      expect((await shop.verify()).violations).toEqual([]);
    },
    300_000,
  );
});
