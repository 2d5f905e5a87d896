import { randomUUID } from 'node:crypto';
import type { FakeMongodb } from '../support/fake-mongodb/fake-mongodb';
import { LiveShop } from '../support/live-shop';
import { clusterStores } from '../support/shop-stores';
import { Shopper, type SeenOrder } from '../support/shopper';
import { pause } from './support/busy-shop';

const PATIENCE_MS = 60_000;
const hasRealMongo = process.env['CARDRAIL_TEST_MONGODB_URL'] !== undefined;
if (hasRealMongo) console.info('not run: CARDRAIL_TEST_MONGODB_URL names a real server, which a test cannot restart empty or with an older copy');

/** The read models are disposable: what happens to MongoDB must not be felt by an order. One shop lives through all of it. */
(hasRealMongo ? describe.skip : describe)('a shop on the cluster, while its MongoDB', () => {
  let mongo: FakeMongodb;
  let shop: LiveShop;
  let shopper: Shopper;
  /** Orders that were taken so far. */
  let taken = 0;
  beforeAll(async () => {
    const stores = await clusterStores();
    if (stores.mongo === undefined) throw new Error('the fake MongoDB is needed here');
    mongo = stores.mongo;
    shop = await LiveShop.start({ skus: { game: {}, hasty: { payWithinSeconds: 3, oversell: true } }, stores });
    shopper = new Shopper(shop);
    await shop.stock('game', 30);
  }, 180_000);
  afterEach(() => mongo.start());
  afterAll(() => shop.close());

  const buy = async (skuId = 'game', kind: 'CHARGE' | 'REDIRECT' = 'CHARGE'): Promise<string> => {
    const { id } = await shopper.order({ skuId, kind });
    taken++;
    return id;
  };
  const delivered = (id: string): Promise<SeenOrder> => shopper.untilStatus(id, 'COMPLETED');

  /** How many orders the read models know of; undefined while they cannot be asked. */
  async function listed(): Promise<number | undefined> {
    const { data } = await shop.support<{ orders: { nodes: readonly unknown[] } } | null>('{ orders(first: 100) { nodes { id } } }');
    return data?.orders?.nodes.length;
  }

  async function untilAllListed(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    let seen = await listed();
    while (seen !== taken) {
      if (performance.now() > deadline) throw new Error(`read models list ${seen} of ${taken} orders: ${shop.log}`);
      await pause(100);
      seen = await listed();
    }
  }

  async function expectEqualByHash(): Promise<void> {
    const { code, stderr } = await shop.cli(['projections', 'verify', '--json']);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  }

  it('is away: orders are taken, paid and delivered, timers fire, and the read models come back by themselves', async () => {
    await delivered(await buy());
    await untilAllListed();
    const unpaid = await buy('hasty', 'REDIRECT');
    await shopper.untilPayable(unpaid);
    await mongo.stop();
    for (const id of [await buy(), await buy()]) await delivered(id);
    await shopper.untilStatus(unpaid, 'EXPIRED');
    await mongo.start();
    await untilAllListed();
    await expectEqualByHash();
  }, 180_000);

  it('is away: whoever leaves a contact, for which MongoDB keeps the key, is asked to come back, and does', async () => {
    const wish = { skuId: 'game', key: randomUUID(), buyer: randomUUID(), contact: { email: 'buyer@example.org' } };
    await mongo.stop();
    await expect(shopper.submit(wish)).rejects.toThrow('SERVICE_UNAVAILABLE');
    await mongo.start();
    taken++;
    await delivered((await shopper.order(wish)).id);
  }, 180_000);

  it('is away when the shop starts: it starts all the same, sells what the log says is for sale, and has its lists when MongoDB is back', async () => {
    await mongo.stop();
    expect(await shop.stop()).toBe(0);
    await shop.serve();
    for (const id of [await buy(), await buy()]) await delivered(id);
    await mongo.start();
    await untilAllListed();
    await expectEqualByHash();
  }, 180_000);

  it('comes back empty: everything that was in it is built anew from the log', async () => {
    await mongo.restartEmpty();
    await delivered(await buy());
    await untilAllListed();
    await expectEqualByHash();
  }, 180_000);

  it('comes back with an older copy: what lay between is caught up', async () => {
    const copy = mongo.copy();
    for (const id of [await buy(), await buy(), await buy()]) await delivered(id);
    await untilAllListed();
    await mongo.restore(copy);
    await delivered(await buy());
    await untilAllListed();
    await expectEqualByHash();
  }, 180_000);
});
