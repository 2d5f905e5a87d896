import type { FakeMongodb } from '../support/fake-mongodb/fake-mongodb';
import { LiveShop } from '../support/live-shop';
import { clusterStores, type ShopStores } from '../support/shop-stores';
import { Shopper, type SeenOrder } from '../support/shopper';
import { pause } from './support/busy-shop';

const PATIENCE_MS = 60_000;
const hasRealMongo = process.env['CARDRAIL_TEST_MONGODB_URL'] !== undefined;
if (hasRealMongo) console.info('not run: CARDRAIL_TEST_MONGODB_URL names a real server, which a test cannot restart empty or with an older copy');

/** The read models are disposable: what happens to MongoDB must not be felt by an order. */
const isAsked = process.env['CARDRAIL_TEST_STORE'] === 'cluster';
if (!isAsked)
  console.info('not run: it takes a minute of a quiet machine; CARDRAIL_TEST_STORE=cluster tells what happens to a shop without its MongoDB');

(hasRealMongo || !isAsked ? describe.skip : describe)('a shop on the cluster, while its MongoDB', () => {
  let stores: ShopStores;
  let mongo: FakeMongodb;
  let shop: LiveShop;
  let shopper: Shopper;
  beforeEach(async () => {
    stores = await clusterStores();
    if (stores.mongo === undefined) throw new Error('the fake MongoDB is needed here');
    mongo = stores.mongo;
    shop = await LiveShop.start({ skus: { game: {}, hasty: { payWithinSeconds: 3 } }, stores });
    shopper = new Shopper(shop);
    for (const skuId of ['game', 'hasty']) await shop.stock(skuId, 30);
  }, 120_000);
  afterEach(async () => {
    await mongo.start().catch(() => undefined);
    await shop.close();
  });

  const buy = async (skuId = 'game', kind: 'CHARGE' | 'REDIRECT' = 'CHARGE'): Promise<string> => {
    const { order, userErrors } = await shopper.submit({ skuId, kind, allowAnother: true });
    if (order === null) throw new Error(JSON.stringify(userErrors));
    return order.id;
  };
  const delivered = (id: string): Promise<SeenOrder> => shopper.until(id, ({ status }) => status === 'COMPLETED', 'delivered');

  /** How many orders the read models know of; undefined while they cannot be asked. */
  async function listed(): Promise<number | undefined> {
    const { data } = await shop.support<{ orders: { nodes: readonly unknown[] } } | null>('{ orders(first: 100) { nodes { id } } }');
    return data?.orders?.nodes.length;
  }

  async function untilListed(count: number): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    let seen = await listed();
    while (seen !== count) {
      if (performance.now() > deadline) throw new Error(`read models list ${seen} of ${count} orders: ${shop.log}`);
      await pause(100);
      seen = await listed();
    }
  }

  async function expectEqualByHash(): Promise<void> {
    const { code, stderr } = await shop.cli(['projections', 'verify', '--json']);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  }

  it('is away: orders are taken, paid and delivered, timers fire, and the read models come back by themselves', async () => {
    const before = await buy();
    await delivered(before);
    await untilListed(1);
    const unpaid = await buy('hasty', 'REDIRECT');
    await shopper.untilPayable(unpaid);
    await mongo.stop();
    const meanwhile = [await buy(), await buy()];
    for (const id of meanwhile) await delivered(id);
    await shopper.until(unpaid, ({ status }) => status === 'EXPIRED', 'expired');
    await mongo.start();
    await untilListed(4);
    await expectEqualByHash();
  }, 180_000);

  it('is away when the shop starts: it starts all the same, takes orders, and has its lists when MongoDB is back', async () => {
    await delivered(await buy());
    await untilListed(1);
    await mongo.stop();
    expect(await shop.stop()).toBe(0);
    await shop.serve();
    // What is for sale in the pool it learns from the read models, so the order waits for them.
    await buy();
    await mongo.start();
    await untilListed(2);
    await expectEqualByHash();
  }, 180_000);

  it('comes back empty: everything that was in it is built anew from the log', async () => {
    for (const id of [await buy(), await buy()]) await delivered(id);
    await untilListed(2);
    await mongo.restartEmpty();
    await delivered(await buy());
    await untilListed(3);
    await expectEqualByHash();
  }, 180_000);

  it('comes back with an older copy: what lay between is caught up', async () => {
    await delivered(await buy());
    await untilListed(1);
    const copy = mongo.copy();
    for (const id of [await buy(), await buy(), await buy()]) await delivered(id);
    await untilListed(4);
    await mongo.restore(copy);
    await delivered(await buy());
    await untilListed(5);
    await expectEqualByHash();
  }, 180_000);
});
