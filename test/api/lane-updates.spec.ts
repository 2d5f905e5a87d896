import { createClient as createSocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ApiShop, key } from './support/api-shop';

interface Lane {
  readonly name: string;
  readonly depth: number;
  readonly oldestAgeSeconds: number;
  readonly drainedPerSecond: number | null;
  readonly concurrency: number;
  readonly concurrencyNow: number | null;
}
const QUERY = 'subscription { laneUpdated { name depth oldestAgeSeconds drainedPerSecond concurrency concurrencyNow } }';

describe('laneUpdated', () => {
  let shop: ApiShop;
  const open: { dispose(): unknown }[] = [];
  beforeAll(async () => {
    shop = await ApiShop.start({ CARDRAIL_SUBSCRIPTIONS_MAX: '4' });
  });
  afterEach(() => {
    for (const client of open.splice(0)) void client.dispose();
    expect(shop.defects.splice(0)).toEqual([]);
  });
  afterAll(() => shop.close());

  interface Answer {
    readonly data?: { readonly laneUpdated: Lane } | null;
    readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
  }
  type Updates = AsyncIterableIterator<Answer, undefined>;
  /** Follows over a connection of its own, as often as it is called. */
  const connect = (papers: Record<string, string>): (() => Updates) => {
    const client = createSocketClient({
      url: `${shop.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: papers,
      retryAttempts: 0,
    });
    open.push(client);
    return () => client.iterate({ query: QUERY }) as Updates;
  };
  const follow = (papers: Record<string, string>): Updates => connect(papers)();
  const as = (role: keyof ApiShop['keys']): Record<string, string> => ({ authorization: `Bearer ${shop.keys[role]}` });
  const refusal = async (updates: Updates): Promise<string | undefined> => {
    try {
      const { value } = await updates.next();
      return value?.errors?.[0]?.extensions?.code;
    } catch (error) {
      return (error as readonly { extensions?: { code?: string } }[])[0]?.extensions?.code;
    }
  };

  test('begins with every lane as it is, and tells that an order has come into one', async () => {
    const updates = follow(as('OPS'));
    const lanes = new Map<string, Lane>();
    const next = async (): Promise<Lane> => {
      const { value } = await updates.next();
      if (value?.data == null) throw new Error(JSON.stringify(value));
      lanes.set(value.data.laneUpdated.name, value.data.laneUpdated);
      return value.data.laneUpdated;
    };
    for (let n = 0; n < 3; n++) await next();
    expect([...lanes.keys()]).toEqual(['vip', 'default', 'overflow']);
    expect(lanes.get('default')).toMatchObject({ depth: 0, concurrency: 256, concurrencyNow: 256 });
    await shop.stock('game', 500);
    let isSeen = false;
    // One order may come and go between two looks; a flow of them does not.
    const ordering = (async () => {
      while (!isSeen) await shop.order();
    })();
    for (let lane = await next(); lane.depth === 0 && lane.drainedPerSecond === null; lane = await next());
    isSeen = true;
    await ordering;
    await updates.return?.();
  });

  test('is for people of the shop only', async () => {
    expect(await refusal(follow(as('STOREFRONT')))).toBe('FORBIDDEN');
    await expect(follow({ authorization: `Bearer ${key()}` }).next()).rejects.toBeDefined();
  });

  test('counts as a live subscription of the node', async () => {
    const again = connect(as('SUPPORT'));
    const four = [again(), again(), again(), again()];
    for (const updates of four) await updates.next();
    expect(await refusal(again())).toBe('SERVICE_UNAVAILABLE');
    await four[0]?.return?.();
    await shop.until(async () => (await refusal(again())) === undefined, 'a place is free again');
  });
});
