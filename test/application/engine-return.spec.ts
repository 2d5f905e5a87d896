import { minutes, seconds } from '../support/given';
import type { IssuingChannel } from '../../src/application/ports/channel';
import { defaultHealthPolicy, type Health } from '../../src/domain/routing/health';
import { FROM_CHANNEL, openEngineShop, type EngineShop, type Surroundings } from './engine-shop';

let shop: EngineShop;
afterEach(() => shop.close());

const ORDERS = 12;
/** Two are asked at once and each brings two more: an order may be served beside its neighbours, and no further from its place. */
const BESIDE = 4;
/** So long after the first silence nobody is asked about by his own time while this test runs; and no call is too slow on a busy machine. */
const patient = {
  ...{ retryBaseMs: seconds(120), retryJitterMs: seconds(120) },
  ...{ performWithinMs: seconds(10), paymentTimeoutMs: seconds(10), issueTimeoutMs: seconds(10) },
};

/** No deadline makes anybody look before the test is over. */
const lasting = { sources: [FROM_CHANNEL], deliverWithinSeconds: 3_600 };

/** Notes which purchases were asked about without an answer. */
const noting =
  (silent: Set<string>) =>
  (surroundings: Surroundings): Surroundings => {
    const { channel } = surroundings;
    const query: IssuingChannel['query'] = async (requestId, options) => {
      const answer = await channel.query(requestId, options);
      if (answer.outcome === 'unknown') silent.add(requestId);
      return answer;
    };
    const noted = new Proxy(channel, {
      get: (target, name): unknown => {
        const value: unknown = name === 'query' ? query : Reflect.get(target, name);
        return typeof value === 'function' && name !== 'query' ? value.bind(target) : value;
      },
    });
    return { ...surroundings, channel: noted };
  };

/** Waits until a word stands in the history of each of these orders. */
async function all(orderIds: readonly string[], type: string): Promise<void> {
  const until = performance.now() + seconds(60);
  for (;;) {
    const histories = await Promise.all(orderIds.map((orderId) => shop.types(orderId)));
    if (histories.every((types) => types.includes(type))) return;
    if (performance.now() > until) throw new Error(`not all have ${type}: ${histories.map((types) => types.join(' ')).join('\n')}`);
    await shop.runtime.sleep(10);
  }
}

/** When an event of this type was stored, by the order of the log. */
async function placeOf(orderId: string, type: string): Promise<string> {
  const found = (await shop.store.read(`order-${orderId}`)).find((event) => event.type === type);
  return found?.position ?? '';
}

const inOrderOf = async (orderIds: readonly string[], type: string): Promise<readonly string[]> => {
  const places = await Promise.all(orderIds.map(async (orderId) => ({ orderId, at: await placeOf(orderId, type) })));
  return places.sort((a, b) => (a.at < b.at ? -1 : 1)).map(({ orderId }) => orderId);
};

it.each([
  ['with room for all of them', 20],
  ['with room for few, so that others may take it in the last moment', 3],
])(
  'a channel is back: the first who is served there brings those in doubt, the longest waiting first, long before their own questions are due: %s',
  async (_, channelCallsMax) => {
    shop = await openEngineShop({ channelFlags: ['lookup'] });
    await shop.sandbox.faults([{ fault: 'no-notice' }]);
    await shop.upstream.faults([
      { method: 'POST', path: '/purchases', fault: 'commit-then-hang' },
      { path: '/purchases/*', fault: 'hang' },
    ]);
    const silent = new Set<string>();
    shop.startEngine({ timing: patient, around: noting(silent), channelCallsMax });
    const orderIds: string[] = [];
    for (let n = 0; n < ORDERS; n++) {
      const orderId = await shop.submit('sku', 'CHARGE', lasting);
      await all([orderId], 'PaymentConfirmed');
      orderIds.push(orderId);
    }
    await all(orderIds, 'PurchaseTimedOut');
    while (silent.size < ORDERS) await shop.runtime.sleep(10);
    await shop.upstream.faults([]);

    const first = await shop.submit('sku', 'CHARGE', lasting);
    await all([first, ...orderIds], 'OrderDelivered');
    const served = await inOrderOf(orderIds, 'OrderDelivered');
    const passed = served.map((orderId, turn) => orderIds.indexOf(orderId) - turn);
    expect(Math.max(...passed)).toBeLessThanOrEqual(BESIDE);
    expect((await shop.upstream.purchases()).filter(({ codeHashes }) => codeHashes.length > 0)).toHaveLength(ORDERS + 1);
    expect((await shop.verify()).violations).toEqual([]);
  },
  180_000,
);

describe('a channel that was isolated is tried again', () => {
  const IN_DOUBT = 4;
  const WAITING = 20;
  /** Few are under way at once, and each of those in doubt is asked about before it buys: meanwhile so many of the others may be served. */
  const WHILE_ASKING = 10;
  const word = (of: 'ISOLATED' | 'PROBING'): Health => ({ word: of, since: shop.runtime.wallMs(), cause: 'ERRORS', isolations: 1 });

  /** Notes how many purchases are under way at once, at the most. */
  function counting(most: { atOnce: number }) {
    return (surroundings: Surroundings): Surroundings => {
      const { channel } = surroundings;
      let underWay = 0;
      const purchase: IssuingChannel['purchase'] = async (request, options) => {
        most.atOnce = Math.max(most.atOnce, ++underWay);
        try {
          return await channel.purchase(request, options);
        } finally {
          underWay--;
        }
      };
      const counted = new Proxy(channel, {
        get: (target, name): unknown => {
          const value: unknown = name === 'purchase' ? purchase : Reflect.get(target, name);
          return typeof value === 'function' && name !== 'purchase' ? value.bind(target) : value;
        },
      });
      return { ...surroundings, channel: counted };
    };
  }

  async function paidOrders(count: number): Promise<readonly string[]> {
    const orderIds: string[] = [];
    for (let n = 0; n < count; n++) {
      const orderId = await shop.submit('sku', 'CHARGE', lasting);
      await all([orderId], 'PaymentConfirmed');
      orderIds.push(orderId);
    }
    return orderIds;
  }

  const passedMost = (orderIds: readonly string[], served: readonly string[]): number =>
    Math.max(...served.map((orderId, turn) => orderIds.indexOf(orderId) - turn));

  it('by those that have waited longest, few at once: those that were never sent, and those that the channel never heard of', async () => {
    shop = await openEngineShop({ channelFlags: ['lookup'] });
    await shop.sandbox.faults([{ fault: 'no-notice' }]);
    await shop.upstream.faults([
      { method: 'POST', path: '/purchases', fault: 'hang' },
      { path: '/purchases/*', fault: 'hang' },
    ]);
    let health: Health | undefined;
    const [silent, most] = [new Set<string>(), { atOnce: 0 }];
    // The ramp does not rise while this test runs.
    const healthPolicy = { ...defaultHealthPolicy, rampStepMs: minutes(10) };
    const around = (surroundings: Surroundings): Surroundings => counting(most)(noting(silent)(surroundings));
    shop.startEngine({ timing: patient, around, healthPolicy, channelHealth: () => health });
    const inDoubt = await paidOrders(IN_DOUBT);
    await all(inDoubt, 'PurchaseTimedOut');
    while (silent.size < IN_DOUBT) await shop.runtime.sleep(10);
    health = word('ISOLATED');
    const waiting = await paidOrders(WAITING);
    most.atOnce = 0;
    await shop.upstream.faults([]);
    health = word('PROBING');

    const orderIds = [...inDoubt, ...waiting];
    await all(orderIds, 'OrderDelivered');
    expect(passedMost(waiting, await inOrderOf(waiting, 'PurchaseRequested'))).toBeLessThanOrEqual(BESIDE);
    const served = await inOrderOf(orderIds, 'OrderDelivered');
    expect(passedMost(orderIds, served)).toBeLessThanOrEqual(WHILE_ASKING);
    expect(most.atOnce).toBeLessThanOrEqual(defaultHealthPolicy.probesMin);
    for (const orderId of inDoubt) expect(await shop.types(orderId)).toContain('PurchaseWrittenOff');
    expect((await shop.upstream.purchases()).filter(({ codeHashes }) => codeHashes.length > 0)).toHaveLength(orderIds.length);
    expect((await shop.verify()).violations).toEqual([]);
  }, 180_000);
});
