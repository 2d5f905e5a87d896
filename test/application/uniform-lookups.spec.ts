import { join } from 'node:path';
import { GetOrder, GetOrderByNumber, GetOrderHistory } from '../../src/application/queries';
import { GetOrderByNumberHandler } from '../../src/application/queries/get-order-by-number';
import { GetOrderHandler } from '../../src/application/queries/get-order';
import { GetOrderHistoryHandler } from '../../src/application/queries/get-order-history';
import type { EventStore } from '../../src/application/ports/event-store';
import type { Keyring } from '../../src/application/ports/keyring';
import type { ReadModels } from '../../src/application/ports/read-models';
import { runProjections, type RunningProjections } from '../../src/application/run-projections';
import { orderIdFor, orderNumberFor } from '../../src/domain/kernel/ids';
import { openSqliteReadModels, type SqliteReadModels } from '../../src/infrastructure/sqlite/read-models/sqlite-read-models';
import { orders } from '../../src/projections/orders';
import { nobody, openShop, submitted, type TestShop } from './commands-shop';

/** What a look costs: whoever measures times measures these. */
interface Path {
  streamReads: number;
  headReads: number;
  rowReads: number;
  macs: number;
}

/** The same part, with every call of some methods counted. */
function counted<T extends object>(part: T, counters: Partial<Record<keyof T, () => void>>): T {
  return new Proxy(part, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        counters[name as keyof T]?.();
        return (member as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}

describe('a look at an order that is missing, or not theirs', () => {
  const path: Path = { streamReads: 0, headReads: 0, rowReads: 0, macs: 0 };
  const stop = new AbortController();
  let shop: TestShop;
  let readModels: SqliteReadModels;
  let running: RunningProjections;
  let own: { readonly orderId: string; readonly accessToken: string };
  let other: typeof own;
  beforeAll(async () => {
    shop = await openShop({
      around: (store: EventStore) => counted(store, { read: () => path.streamReads++, head: () => path.headReads++ }),
    });
    readModels = openSqliteReadModels({ file: join(shop.folder, 'read-models.db') });
    running = runProjections({ store: shop.store, readModels, projections: [orders], codec: shop.codec, runtime: shop.runtime, signal: stop.signal });
    own = submitted(await shop.submit());
    other = submitted(await shop.submit());
    const head = await shop.store.head();
    expect(await running.waitFor('orders', head ?? '', 60_000)).toBe(true);
  });
  afterAll(async () => {
    stop.abort();
    await running.done;
    await readModels.close();
    await shop.close();
  });

  const ports = () => ({
    ...shop,
    keyring: counted<Keyring>(shop.keyring, { tokenMac: () => path.macs++ }),
    readModels: counted<ReadModels>(readModels, { find: () => path.rowReads++, checkpoint: () => path.rowReads++ }),
    waitForPosition: running.waitFor.bind(running),
  });
  const pathOf = async (look: () => Promise<unknown>): Promise<{ readonly path: Path; readonly answer: unknown }> => {
    Object.assign(path, { streamReads: 0, headReads: 0, rowReads: 0, macs: 0 });
    const answer = await look();
    return { path: { ...path }, answer };
  };
  const missing = orderIdFor('shop', 'no such key');
  const wrong = (): string => `${own.accessToken.slice(0, -1)}${own.accessToken.endsWith('A') ? 'B' : 'A'}`;
  const waitFor = async (): Promise<boolean> => true;

  it('by id takes the same path and gets the same answer, whichever it is', async () => {
    const look = (id: string, token: string) => pathOf(() => new GetOrderHandler(ports(), waitFor).execute(new GetOrder(nobody, id, token)));
    const foreign = await look(own.orderId, other.accessToken);
    expect(foreign).toEqual({ path: { streamReads: 1, headReads: 0, rowReads: 0, macs: 1 }, answer: { order: null, lagging: false } });
    expect(await look(own.orderId, wrong())).toEqual(foreign);
    expect(await look(missing, own.accessToken)).toEqual(foreign);
    expect(await look('no id at all', own.accessToken)).toEqual(foreign);
    expect((await look(own.orderId, own.accessToken)).answer).toMatchObject({ order: { id: own.orderId } });
  });

  it('by number does too, also for a number of no order', async () => {
    const look = (id: string, token: string) =>
      pathOf(() => new GetOrderByNumberHandler(ports()).execute(new GetOrderByNumber(nobody, orderNumberFor(id), token)));
    const foreign = await look(own.orderId, other.accessToken);
    expect(foreign).toEqual({ path: { streamReads: 1, headReads: 1, rowReads: 2, macs: 1 }, answer: null });
    expect(await look(own.orderId, wrong())).toEqual(foreign);
    expect(await look(missing, own.accessToken)).toEqual(foreign);
    expect((await look(own.orderId, own.accessToken)).answer).toMatchObject({ id: own.orderId });
  });

  it('by history does too: nothing of the log is read before the token fits', async () => {
    const mac = (text: string): string => shop.keyring.fingerprint(text, 'cursor');
    const look = (id: string, token: string) =>
      pathOf(() => new GetOrderHistoryHandler(shop.store, shop.codec, ports(), mac).execute(new GetOrderHistory(nobody, id, { first: 5 }, token)));
    const foreign = await look(own.orderId, other.accessToken);
    expect(foreign).toEqual({ path: { streamReads: 1, headReads: 0, rowReads: 0, macs: 1 }, answer: null });
    expect(await look(missing, own.accessToken)).toEqual(foreign);
  });
});
