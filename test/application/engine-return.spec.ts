import { seconds } from '../support/given';
import type { IssuingChannel } from '../../src/application/ports/channel';
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

it('a channel is back: the first who is served there brings those in doubt, the longest waiting first, long before their own questions are due', async () => {
  shop = await openEngineShop({ channelFlags: ['lookup'] });
  await shop.sandbox.faults([{ fault: 'no-notice' }]);
  await shop.upstream.faults([
    { method: 'POST', path: '/purchases', fault: 'commit-then-hang' },
    { path: '/purchases/*', fault: 'hang' },
  ]);
  const silent = new Set<string>();
  shop.startEngine({ timing: patient, around: noting(silent) });
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
}, 120_000);
