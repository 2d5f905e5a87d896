import { ApiShop, key, SUBMIT } from './support/api-shop';

describe('GraphQL over real HTTP', () => {
  let shop: ApiShop;
  beforeAll(async () => {
    shop = await ApiShop.start();
    await shop.stock('game', 40);
  });
  afterAll(() => shop.close());
  afterEach(() => expect(shop.defects.splice(0)).toEqual([]));

  const input = (over: object = {}) => ({
    idempotencyKey: key(),
    skuId: 'game',
    quantity: 1,
    buyer: { ref: key() },
    payment: { gatewayId: 'main', kind: 'CHARGE' },
    ...over,
  });

  test('an order is submitted, paid, delivered, and its code revealed to its buyer alone', async () => {
    const { id, token } = await shop.order();
    await shop.untilStatus(id, 'COMPLETED');
    const reveal =
      'mutation($input: RevealCardsInput!) { revealCards(input: $input) { cards { id code firstViewedAt fields { name value } } order { firstViewedAt } userErrors { code } } }';
    const { data } = await shop.ask<{ revealCards: { cards: { code: string }[] } }>(
      reveal,
      { input: { idempotencyKey: key(), orderId: id } },
      { 'x-order-token': token },
    );
    expect(data.revealCards.cards).toHaveLength(1);
    expect(data.revealCards.cards[0]?.code).toMatch(/^CODE-/);
    const stranger = await shop.ask<{ revealCards: object }>(
      reveal,
      { input: { idempotencyKey: key(), orderId: id } },
      { 'x-order-token': `${token}x` },
    );
    expect(stranger.data.revealCards).toMatchObject({ cards: [], order: null, userErrors: [{ code: 'NOT_FOUND' }] });
  });

  test('three sendings of one key are one order and one answer', async () => {
    const once = input();
    const answers = await Promise.all(
      [1, 2, 3].map(() => shop.ask<{ submitOrder: { order: { id: string }; accessToken: string; replayed: boolean } }>(SUBMIT, { input: once })),
    );
    expect(new Set(answers.map(({ data }) => data.submitOrder.order.id + data.submitOrder.accessToken)).size).toBe(1);
    expect(answers.filter(({ data }) => data.submitOrder.replayed)).toHaveLength(2);
  });

  test('a refusal is a userError with HTTP 200, in the language of the request', async () => {
    const english = await shop.ask<{ submitOrder: { order: null; userErrors: { __typename: string; code: string; message: string }[] } }>(
      SUBMIT,
      { input: input({ quantity: 0 }) },
      { ...shop.as('STOREFRONT'), 'accept-language': 'en-GB, zh;q=0.4' },
    );
    expect(english.status).toBe(200);
    expect(english.data.submitOrder.userErrors).toMatchObject([
      { __typename: 'QuantityOutOfRangeError', code: 'QUANTITY_OUT_OF_RANGE', message: expect.stringContaining('whole number') },
    ]);
    const chinese = await shop.ask<typeof english.data>(SUBMIT, { input: input({ skuId: 'nothing' }) });
    expect(chinese.data.submitOrder.userErrors[0]).toMatchObject({ code: 'SKU_NOT_FOUND', message: expect.stringContaining('没有该商品') });
  });

  test('an open order for the same comes back with the refusal, opened for its buyer', async () => {
    const twice = { buyer: { ref: key() }, payment: { gatewayId: 'main', kind: 'REDIRECT' } };
    const { id, token } = await shop.order(twice);
    const { data } = await shop.ask<{ submitOrder: object }>(SUBMIT, { input: input(twice) });
    expect(data.submitOrder).toMatchObject({
      order: null,
      userErrors: [{ __typename: 'OpenOrderExistsError', code: 'OPEN_ORDER_EXISTS', order: { id }, accessToken: token }],
    });
  });

  test('an acknowledged order is never null, and a foreign, missing or wrongly opened one always is', async () => {
    const { id, number, token } = await shop.order();
    const ORDER =
      'query($id: ID!, $accessToken: String) { order(id: $id, accessToken: $accessToken) { id sku { name } queue { position } history(first: 1) { nodes { type summary data hash actor { kind id } } totalCount } asOf(revision: 0) { revision phase } } }';
    const seen = await shop.ask<{ order: object }>(ORDER, { id, accessToken: token }, { 'accept-language': 'en' });
    expect(seen.data.order).toMatchObject({
      id,
      sku: { name: 'Game card' },
      history: { nodes: [{ type: 'OrderSubmitted', data: null, actor: { kind: 'STOREFRONT', id: null } }] },
      asOf: { revision: 0 },
    });
    // Whether it still waits at this moment is the engine's affair; once it is delivered it waits for nothing.
    await shop.untilStatus(id, 'COMPLETED');
    expect((await shop.ask<{ order: object }>(ORDER, { id, accessToken: token })).data.order).toMatchObject({ queue: null });
    await shop.set('apiKey', 'other-shop', {
      clientId: 'other-shop',
      role: 'STOREFRONT',
      keyHash: (await import('../../src/domain/kernel/hash')).sha256Hex('k'.repeat(43)),
    });
    await shop.until(() => shop.parts.settings.allApiKeys().some((one) => one.id === 'other-shop'), 'the key is known');
    for (const [headers, variables] of [
      [{ authorization: `Bearer ${'k'.repeat(43)}` }, { id }],
      [{}, { id, accessToken: 'v1.wrong' }],
      [shop.as('STOREFRONT'), { id: 'no-such-order' }],
    ] as const)
      expect((await shop.ask(ORDER, variables, headers)).data).toEqual({ order: null });
    const NUMBER = 'query($number: String!, $token: String!) { orderByNumber(number: $number, accessToken: $token) { id } }';
    expect((await shop.ask(NUMBER, { number: ` ${number.toLowerCase()}`, token }, {})).data).toEqual({ orderByNumber: { id } });
    expect((await shop.ask(NUMBER, { number, token: 'v1.x' }, {})).data).toEqual({ orderByNumber: null });
  });

  test('minRevision waits, and meta says whether it came', async () => {
    const { id } = await shop.order();
    const { data, extensions } = await shop.ask<{ order: { revision: number } }>('query($id: ID!) { order(id: $id, minRevision: 1) { revision } }', {
      id,
    });
    expect(data.order.revision).toBeGreaterThanOrEqual(1);
    expect(extensions).toEqual({ meta: { lagging: expect.any(Boolean), lagMs: expect.any(Number), position: expect.stringMatching(/^\d+$/) } });
  });

  test('lists are pages with signed cursors, and cover nobody else’s orders', async () => {
    const ref = key();
    for (const checkoutId of ['a', 'b', 'c']) await shop.order({ buyer: { ref }, checkoutId, allowAnother: true });
    const ORDERS =
      'query($after: String, $filter: OrderFilter) { orders(first: 2, after: $after, filter: $filter, orderBy: { field: SUBMITTED_AT, direction: ASC }) { nodes { checkoutId } edges { cursor } pageInfo { hasNextPage endCursor } totalCount } }';
    type Listed = { orders: { nodes: { checkoutId: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string }; totalCount: number } };
    const filter = { buyerRef: ref, submittedAt: { from: '2020-01-01T00:00:00Z' } };
    await shop.until(async () => (await shop.ask<Listed>(ORDERS, { filter })).data.orders.totalCount === 3, 'three orders are listed');
    const first = (await shop.ask<Listed>(ORDERS, { filter })).data.orders;
    expect(first).toMatchObject({ nodes: [{ checkoutId: 'a' }, { checkoutId: 'b' }], pageInfo: { hasNextPage: true } });
    const second = (await shop.ask<Listed>(ORDERS, { filter, after: first.pageInfo.endCursor })).data.orders;
    expect(second).toMatchObject({ nodes: [{ checkoutId: 'c' }], pageInfo: { hasNextPage: false } });
    const forged = await shop.ask(ORDERS, { filter, after: `${first.pageInfo.endCursor}AA` });
    expect([forged.status, forged.errors?.[0]?.extensions['code']]).toEqual([400, 'BAD_USER_INPUT']);
    expect((await shop.ask<Listed>(ORDERS, { filter: { ...filter, checkoutId: 'b' } })).data.orders.nodes).toEqual([{ checkoutId: 'b' }]);
  });

  test('SKUs tell what is available, reserved and sold apart, and a sold-out one is refused before payment', async () => {
    await shop.sku('rare');
    await shop.stock('rare', 1);
    const buyer = { ref: key() };
    const { id } = await shop.order({ skuId: 'rare', buyer });
    await shop.untilStatus(id, 'COMPLETED');
    type Skus = { sku: { available: number; sold: number; soldOut: boolean } };
    await shop.until(async () => (await shop.ask<Skus>('{ sku(id: "rare") { available reserved sold soldOut } }')).data.sku.sold === 1, 'it is sold');
    expect((await shop.ask<Skus>('{ sku(id: "rare") { available reserved sold soldOut } }')).data.sku).toEqual({
      available: 0,
      reserved: 0,
      sold: 1,
      soldOut: true,
    });
    const { data } = await shop.ask<{ submitOrder: object }>(SUBMIT, { input: input({ skuId: 'rare' }) });
    expect(data.submitOrder).toMatchObject({ order: null, userErrors: [{ code: 'OUT_OF_STOCK' }] });
  });

  test('people need a reason, and what they do is in the history with it', async () => {
    const { id } = await shop.order();
    await shop.untilStatus(id, 'COMPLETED');
    const FREEZE = 'mutation($input: FreezeOrderInput!) { freezeOrder(input: $input) { order { frozen inReview } replayed userErrors { code } } }';
    const freeze = { idempotencyKey: key(), orderId: id, reason: 'the buyer complains' };
    expect((await shop.ask(FREEZE, { input: freeze }, shop.as('SUPPORT'))).data).toEqual({
      freezeOrder: { order: { frozen: true, inReview: true }, replayed: false, userErrors: [] },
    });
    expect((await shop.ask(FREEZE, { input: freeze }, shop.as('SUPPORT'))).data).toMatchObject({ freezeOrder: { replayed: true } });
    const HISTORY = 'query($id: ID!) { order(id: $id) { history(first: 100) { nodes { type reason } } } }';
    const { data } = await shop.ask<{ order: { history: { nodes: object[] } } }>(HISTORY, { id }, shop.as('SUPPORT'));
    expect(data.order.history.nodes).toContainEqual({ type: 'OrderFrozen', reason: 'the buyer complains' });
  });

  test('operators see how the shop runs; storefronts may not', async () => {
    const SYSTEM = '{ system { version roles position lagMs lagging parked } projections { name state lagMs parked progress { events } } }';
    const { data } = await shop.ask<{ projections: { name: string }[] }>(SYSTEM, {}, shop.as('OPS'));
    expect(data.projections.map(({ name }) => name)).toContain('orders');
    const refused = await shop.ask(SYSTEM);
    expect(refused.status).toBe(403);
    expect(refused.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });
});
