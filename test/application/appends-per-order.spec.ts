import type { EventStore } from '../../src/application/ports/event-store';
import { openEngineShop, type EngineShop, type Surroundings } from './engine-shop';

/** In a cluster the number of appends is what an order costs: a count, and no time. */
const APPENDS_MAX = 6;
const ORDERS = 20;

/** Counts what an engine stores. */
class CountedStore {
  readonly streams: string[] = [];

  around = (surroundings: Surroundings): Surroundings => ({ ...surroundings, store: this.over(surroundings.store) });

  private over(store: EventStore): EventStore {
    return {
      read: (stream, options) => store.read(stream, options),
      head: () => store.head(),
      subscribe: (options) => store.subscribe(options),
      append: (stream, expected, events) => {
        this.streams.push(stream);
        return store.append(stream, expected, events);
      },
    };
  }
}

let shop: EngineShop;
beforeEach(async () => {
  shop = await openEngineShop();
  await shop.sandbox.faults([{ fault: 'no-notice' }]);
});
afterEach(() => shop.close());

it(`an order that is charged directly and filled from the pool costs at most ${APPENDS_MAX} appends, the buyer's submit among them`, async () => {
  await shop.stock('sku', ORDERS + 5);
  const counted = new CountedStore();
  shop.startEngine({ around: counted.around });
  const appends: number[] = [];
  for (let n = 0; n < ORDERS; n++) {
    const before = counted.streams.length;
    const orderId = await shop.submit('sku');
    await shop.until(orderId, 'DELIVERED');
    appends.push(1 + counted.streams.length - before);
  }
  console.info(`appends per order: ${Math.min(...appends)} to ${Math.max(...appends)}`);
  expect(Math.max(...appends)).toBeLessThanOrEqual(APPENDS_MAX);
  expect(Math.min(...appends)).toBeGreaterThan(2);
});
