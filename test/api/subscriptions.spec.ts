import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ApiShop, key } from './support/api-shop';

interface Update {
  readonly revision: number;
  readonly order: { readonly status: string };
  readonly event: { readonly type: string; readonly revision: number } | null;
}

const QUERY =
  'subscription($orderId: ID!, $accessToken: String, $afterRevision: Int) { orderUpdated(orderId: $orderId, accessToken: $accessToken, afterRevision: $afterRevision) { revision order { status } event { type revision } } }';

/** Both transports, spoken by the reference clients of their protocols. */
const transports = {
  websocket: (shop: ApiShop, papers: Record<string, string>) => {
    const client = createSocketClient({
      url: `${shop.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: papers,
      retryAttempts: 0,
    });
    return {
      iterate: (variables: Record<string, unknown>) => client.iterate<{ orderUpdated: Update }>({ query: QUERY, variables }),
      dispose: () => client.dispose(),
    };
  },
  'server-sent events': (shop: ApiShop, papers: Record<string, string>) => {
    const client = createSseClient({ url: `${shop.url}/graphql/stream`, headers: papers, retryAttempts: 0 });
    return {
      iterate: (variables: Record<string, unknown>) => client.iterate<{ orderUpdated: Update }>({ query: QUERY, variables }),
      dispose: () => client.dispose(),
    };
  },
};

describe.each(Object.entries(transports))('orderUpdated over %s', (name, connect) => {
  let shop: ApiShop;
  const open: { dispose(): unknown }[] = [];
  beforeAll(async () => {
    shop = await ApiShop.start({ CARDRAIL_SUBSCRIPTIONS_MAX: '20' });
    await shop.stock('game', 20);
  });
  afterEach(() => {
    for (const client of open.splice(0)) client.dispose();
    expect(shop.defects.splice(0)).toEqual([]);
  });
  afterAll(() => shop.close());

  const follow = (papers: Record<string, string>, variables: Record<string, unknown>) => {
    const client = connect(shop, papers);
    open.push(client);
    return client.iterate(variables);
  };

  async function take(
    updates: AsyncIterableIterator<{ data?: { orderUpdated: Update } | null; errors?: readonly { extensions?: Record<string, unknown> }[] }>,
    until: (update: Update) => boolean,
  ): Promise<Update[]> {
    const taken: Update[] = [];
    for await (const { data, errors } of updates) {
      if (data == null) throw new Error(JSON.stringify(errors));
      taken.push(data.orderUpdated);
      if (until(data.orderUpdated)) return taken;
    }
    return taken;
  }

  test('begins with the order as it is, and tells every later revision once', async () => {
    const { id, token } = await shop.order({ payment: { gatewayId: 'main', kind: 'REDIRECT' } });
    const updates = follow({ 'X-Order-Token': token }, { orderId: id });
    const [first] = await take(updates as never, () => true);
    expect(first?.event).toBeNull();
    const rest = follow({ 'X-Order-Token': token }, { orderId: id, afterRevision: first?.revision });
    const all = take(rest as never, (update) => update.order.status === 'COMPLETED');
    await shop.until(async () => (await shop.sandbox.ledger()).payments.some(({ reference }) => reference.startsWith(id)), 'the page is open');
    const { payments } = await shop.sandbox.ledger();
    await shop.sandbox.pay(payments.find(({ reference }) => reference.startsWith(id))?.reference ?? '');
    const seen = (await all).map(({ revision }) => revision);
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => (first?.revision ?? 0) + 1 + i));
  });

  test('a reconnect that names its last revision loses nothing', async () => {
    const { id, token } = await shop.order();
    const whole = await take(
      follow({ 'X-Order-Token': token }, { orderId: id, afterRevision: -1 }) as never,
      ({ order }) => order.status === 'COMPLETED',
    );
    expect(whole.map(({ event }) => event?.revision)).toEqual(whole.map((_, i) => i));
    const middle = Math.floor(whole.length / 2);
    const again = await take(
      follow({ 'X-Order-Token': token }, { orderId: id, afterRevision: middle - 1 }) as never,
      ({ order }) => order.status === 'COMPLETED',
    );
    expect(again).toEqual(whole.slice(middle));
  });

  test('does not complete at an end, and ends when the token is renewed', async () => {
    const { id, token } = await shop.order();
    await shop.untilStatus(id, 'COMPLETED');
    const updates = follow({}, { orderId: id, accessToken: token });
    const seen: Update[] = [];
    const whole = take(updates as never, (update) => (seen.push(update), false));
    await shop.until(() => seen.length === 1, 'the first picture came');
    const NOTE = 'mutation($input: AddNoteInput!) { addNote(input: $input) { userErrors { code } } }';
    await shop.ask(NOTE, { input: { idempotencyKey: key(), orderId: id, text: 'hello' } }, shop.as('SUPPORT'));
    await shop.until(() => seen.length === 2, 'the note came');
    const ROTATE = 'mutation($input: RotateAccessTokenInput!) { rotateAccessToken(input: $input) { accessToken } }';
    await shop.ask(ROTATE, { input: { idempotencyKey: key(), orderId: id } });
    expect(await whole).toHaveLength(2);
  });

  test('somebody else gets nothing', async () => {
    const { id } = await shop.order();
    await expect(take(follow({ 'X-Order-Token': 'v1.wrong' }, { orderId: id }) as never, () => true)).rejects.toBeDefined();
    await expect(take(follow({ authorization: 'Bearer wrong' }, { orderId: id }) as never, () => true)).rejects.toBeDefined();
    await expect(take(follow({}, { orderId: id }) as never, () => true)).rejects.toBeDefined();
  });

  test('a client that leaves frees its place', async () => {
    const { id, token } = await shop.order();
    for (let i = 0; i < 40; i++) {
      const client = connect(shop, { 'X-Order-Token': token });
      const updates = client.iterate({ orderId: id });
      await updates.next();
      await updates.return?.();
      void client.dispose();
    }
    const places = (shop as unknown as { api: { get(token: unknown): { taken: number } } }).api.get(
      (await import('../../src/api/graphql/live')).LiveSeats,
    );
    await shop.until(() => places.taken === 0, `every place is free (${name})`);
  });
});
