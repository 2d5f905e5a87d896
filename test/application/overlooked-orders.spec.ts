import { takeUpOverlooked } from '../../src/application/overlooked-orders';
import type { EventStore } from '../../src/application/ports/event-store';
import { MINUTE_MS } from '../../src/domain/kernel/time';
import { type EngineShop, openEngineShop, type Surroundings } from './engine-shop';

/** Leaves out what began an order, as a subscription of a cluster may. */
const deaf = (surroundings: Surroundings): Surroundings => {
  const { store } = surroundings;
  const subscribe: EventStore['subscribe'] = async function* (options) {
    for await (const batch of store.subscribe(options)) yield { ...batch, events: batch.events.filter(({ type }) => type !== 'OrderSubmitted') };
  };
  const skipping = new Proxy(store, {
    get: (target, name): unknown => {
      const value: unknown = Reflect.get(target, name);
      return name === 'subscribe' ? subscribe : typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { ...surroundings, store: skipping };
};

describe('an order that the engine was not told of', () => {
  let shop: EngineShop;
  beforeEach(async () => {
    shop = await openEngineShop();
  });
  afterEach(() => shop.close());

  it('is taken up when it is a minute old, and only then; those that are known are left alone', async () => {
    await shop.stock('sku', 5);
    const engine = shop.startEngine({ around: deaf });
    const orderId = await shop.submit('sku', 'CHARGE');
    const stop = new AbortController();
    const takenUp: string[][] = [];
    const failures: unknown[] = [];
    let aheadMs = 0;
    let looks = 0;
    const until = async (rows: number): Promise<void> => {
      for (let found = -1; found !== rows;) {
        found = (await shop.readModels.find('orders', { filter: { phase: { eq: 'QUEUED' } }, limit: 5 })).length;
        if (found !== rows) await shop.runtime.sleep(10);
      }
    };
    await until(1);
    await takeUpOverlooked(
      {
        readModels: shop.readModels,
        engine,
        clock: { now: () => shop.commands.clock.now() + aheadMs },
        // A minute of the test is none: the first look finds a young order, the second an old one, the third none that is new.
        runtime: {
          sleep: async () => {
            if (++looks === 2) aheadMs = MINUTE_MS;
            if (looks === 3) await until(0);
            if (looks === 4) stop.abort();
          },
        },
        onTakenUp: (orderIds) =>
          takenUp.push(
            [...orderIds],
            orderIds.filter((id) => engine.takeUp(id)),
          ),
        onFailed: (error) => failures.push(error),
      },
      stop.signal,
    );
    expect({ takenUp, failures }).toEqual({ takenUp: [[orderId], []], failures: [] });
    await shop.until(orderId, 'DELIVERED');
    expect(await shop.captured(orderId)).toEqual([4_800]);
    await engine.stop();
  });
});
