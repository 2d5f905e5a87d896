import { randomUUID } from 'node:crypto';
import { ApiShop, type Answer } from './support/api-shop';

const SET = 'mutation ($input: SetLoadSheddingInput!) { setLoadShedding(input: $input) { loadShedding { mode active } userErrors { code } } }';
const SUBMIT = 'mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) { order { id } replayed userErrors { code retryAfterMs } } }';

describe('a shop that does without something', () => {
  let shop: ApiShop;
  let order: { readonly id: string; readonly token: string };
  const wish = { skuId: 'game', quantity: 1, buyer: { ref: 'buyer-1' }, payment: { gatewayId: 'main', kind: 'CHARGE' } };

  beforeAll(async () => {
    shop = await ApiShop.start();
    await shop.stock('game', 5);
    order = await shop.order();
  });
  afterAll(() => shop.close());

  const set = async (mode: 'AUTO' | 'MANUAL', ...shed: readonly string[]): Promise<void> => {
    const input = { idempotencyKey: randomUUID(), reason: 'a sale begins', mode, shed };
    const { data } = await shop.ask<{ setLoadShedding: { userErrors: readonly object[] } }>(SET, { input }, shop.as('OPS'));
    expect(data.setLoadShedding.userErrors).toEqual([]);
    const wanted = JSON.stringify(mode === 'AUTO' ? [] : shed);
    await shop.until(() => JSON.stringify(shop.parts.shedding.view().active) === wanted, 'the setting is heard of');
  };
  const submit = (
    key: string,
  ): Promise<Answer<{ submitOrder: { order: { id: string } | null; replayed: boolean; userErrors: readonly { code: string }[] } }>> =>
    shop.ask(SUBMIT, { input: { ...wish, idempotencyKey: key, allowAnother: true } }, shop.as('STOREFRONT'));
  const history = (): Promise<Answer> =>
    shop.ask('query ($id: ID!) { order(id: $id) { number history(first: 5) { nodes { type } } } }', { id: order.id }, shop.as('SUPPORT'));
  const search = (): Promise<Answer> => shop.ask('{ searchOrders(text: "nobody", first: 1) { nodes { id } } }', {}, shop.as('SUPPORT'));

  it('answers new orders SYSTEM_BUSY and stores nothing, while a repeat of an old key has its order', async () => {
    const key = randomUUID();
    const before = (await submit(key)).data.submitOrder.order?.id;
    await set('MANUAL', 'NEW_ORDERS');
    const fresh = randomUUID();
    expect((await submit(fresh)).data.submitOrder).toEqual({
      order: null,
      replayed: false,
      userErrors: [{ code: 'SYSTEM_BUSY', retryAfterMs: 5_000 }],
    });
    expect((await submit(key)).data.submitOrder).toMatchObject({ order: { id: before }, replayed: true, userErrors: [] });
    await set('AUTO');
    expect((await submit(fresh)).data.submitOrder).toMatchObject({ replayed: false, userErrors: [] });
  });

  it('turns timelines away with the number of the order and where to look, and still shows the order', async () => {
    await set('MANUAL', 'TIMELINES', 'SEARCH', 'LIVE_UPDATES', 'NEW_ORDERS');
    const { errors } = await history();
    const { data } = await shop.ask<{ order: { number: string; status: string } }>(
      'query ($id: ID!) { order(id: $id) { number status } }',
      { id: order.id },
      shop.as('SUPPORT'),
    );
    const { number } = data.order;
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      reason: 'SYSTEM_BUSY',
      orderNumber: number,
      lookAt: `/buy/${number}`,
      retryAfterMs: 5_000,
    });
    expect((await search()).errors?.[0]?.extensions).toMatchObject({ code: 'SERVICE_UNAVAILABLE', reason: 'SYSTEM_BUSY' });
  });

  it('tells lists without how many they have, and says why', async () => {
    const lists = '{ orders(first: 5) { totalCount uncountedBecause nodes { id } } reviews(first: 5) { totalCount uncountedBecause } }';
    interface Listed {
      readonly totalCount: number | null;
      readonly uncountedBecause: string | null;
      readonly nodes: readonly object[];
    }
    const seen = async () => (await shop.ask<{ orders: Listed; reviews: Listed }>(lists, {}, shop.as('SUPPORT'))).data;
    await shop.until(async () => ((await seen()).orders.totalCount ?? 1) > 0, 'the orders are listed');
    await set('MANUAL', 'COUNTS');
    const { orders, reviews } = await seen();
    expect([orders.totalCount, orders.uncountedBecause, orders.nodes.length > 0]).toEqual([null, 'COUNTS', true]);
    expect(reviews).toEqual({ totalCount: null, uncountedBecause: 'COUNTS' });
    await set('AUTO');
    expect(await seen()).toMatchObject({ orders: { uncountedBecause: null }, reviews: { totalCount: 0, uncountedBecause: null } });
    await set('MANUAL', 'TIMELINES', 'SEARCH', 'LIVE_UPDATES', 'NEW_ORDERS');
  });

  it('still opens what was paid for, and takes callbacks', async () => {
    await shop.until(async () => {
      const { data } = await shop.ask<{ order: { status: string } }>(
        'query ($id: ID!) { order(id: $id) { status } }',
        { id: order.id },
        shop.as('SUPPORT'),
      );
      return data.order.status === 'COMPLETED';
    }, 'the order is delivered');
    const input = { idempotencyKey: randomUUID(), orderId: order.id };
    const { data } = await shop.ask<{ revealCards: { cards: readonly { code: string }[] } }>(
      'mutation ($input: RevealCardsInput!) { revealCards(input: $input) { cards { code } userErrors { code } } }',
      { input },
      { 'x-order-token': order.token },
    );
    expect(data.revealCards.cards).toHaveLength(1);
    const callback = await fetch(`${shop.url}/callbacks/gateways/main`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(callback.status).toBe(401);
  });

  it('shows in system and in the metrics what it does without, and goes back to normal', async () => {
    const { data } = await shop.ask<{ system: { loadShedding: { mode: string; active: readonly string[]; load: number } } }>(
      '{ system { loadShedding { mode active load } } }',
      {},
      shop.as('OPS'),
    );
    expect(data.system.loadShedding).toMatchObject({ mode: 'MANUAL', active: ['TIMELINES', 'SEARCH', 'LIVE_UPDATES', 'NEW_ORDERS'] });
    expect(await shop.parts.metrics.text()).toMatch(/cardrail_shed_total\{what="timelines",process="main"\} [1-9]/);
    await set('AUTO');
    expect((await history()).errors).toBeUndefined();
    expect((await search()).errors).toBeUndefined();
  });

  it('is set by operators, with a reason that is kept', async () => {
    const input = { idempotencyKey: randomUUID(), reason: 'no', mode: 'MANUAL', shed: [] };
    expect((await shop.ask(SET, { input }, shop.as('SUPPORT'))).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    const [first] = await shop.parts.store.read('loadshedding-shop', { from: 0 });
    expect(first?.metadata).toMatchObject({ reason: 'a sale begins', actor: { kind: 'OPS' } });
  });

  it('sheds by its own load, first things first, and takes everything back when there is room', () => {
    const { shedding } = shop.parts;
    let load = 1;
    shedding.measure(() => load);
    const seen = new Set<string>();
    const until = Date.now() + 60_000;
    const steps = async (count: number): Promise<void> => {
      while (shedding.view().active.length !== count && Date.now() < until) {
        shedding.look(0);
        await new Promise((resolve) => setTimeout(resolve, 20));
        seen.add(shedding.view().active.join());
      }
    };
    return steps(2).then(async () => {
      expect([...seen].filter((words) => words !== '')).toEqual(['COUNTS', 'COUNTS,LIVE_UPDATES']);
      load = 0;
      await steps(0);
      expect(shedding.view().active).toEqual([]);
    });
  }, 90_000);
});
