import { runRefusalLog } from '../../src/application/refusal-log/run-refusal-log';
import type { EventStore } from '../../src/application/ports/event-store';
import { StoreUnavailable } from '../../src/application/ports/event-store';
import type { RefusedRequests } from '../../src/domain/refusal/events';
import { RefusalBook } from '../../src/domain/refusal/refusal-book';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { openShop, type TestShop } from './commands-shop';

/** Does not wait: a second of the log is a turn of the event loop. */
class HurriedRuntime extends SystemRuntime {
  override async sleep(_ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted !== true) await new Promise((resolve) => setImmediate(resolve));
  }
}

const refused = (operation: string) => ({ operation, code: 'FORBIDDEN', requestId: 'request-1' }) as const;

describe('the log of refusals', () => {
  let shop: TestShop;
  let fault: 'none' | 'away' | 'answer-lost' = 'none';
  const faults = (store: EventStore): EventStore => ({
    ...store,
    read: (...asked) => store.read(...asked),
    head: () => store.head(),
    subscribe: (options) => store.subscribe(options),
    append: async (stream, expected, events) => {
      if (!stream.startsWith('refusal-') || fault === 'none') return store.append(stream, expected, events);
      if (fault === 'away') throw new StoreUnavailable('away');
      await store.append(stream, expected, events);
      throw new StoreUnavailable('the answer was lost');
    },
  });
  beforeEach(async () => (shop = await openShop({ around: faults })));
  afterEach(async () => {
    fault = 'none';
    await shop.close();
  });

  const stored = async (): Promise<readonly RefusedRequests[]> => {
    const day = new Date(shop.commands.clock.now()).toISOString().slice(0, 10);
    return (await shop.store.read(`refusal-${day}`)).map(({ data }) => data as RefusedRequests);
  };
  const run = (book: RefusalBook) => {
    const stop = new AbortController();
    const failures: unknown[] = [];
    const onFailed = (error: unknown): void => void failures.push(error);
    const done = runRefusalLog({ commands: shop.commands, runtime: new HurriedRuntime(), book, onFailed }, stop.signal);
    return { stop: () => stop.abort(), done, failures };
  };
  const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it('stores what is new at once, and what is left when it is told to stop', async () => {
    const book = new RefusalBook();
    const log = run(book);
    book.note(refused('voidCard'), shop.commands.clock.now());
    await until(async () => (await stored()).length === 1);
    for (let again = 0; again < 5; again++) book.note(refused('voidCard'), shop.commands.clock.now());
    log.stop();
    await log.done;
    expect((await stored()).map(({ operation, count }) => [operation, count])).toEqual([
      ['voidCard', 1],
      ['voidCard', 5],
    ]);
  });

  it.each(['away', 'answer-lost'] as const)('stores each of them once when the store is %s for a while', async (kind) => {
    fault = kind;
    const book = new RefusalBook();
    const log = run(book);
    book.note(refused('voidCard'), shop.commands.clock.now());
    await until(() => log.failures.length > 0);
    book.note(refused('voidBatch'), shop.commands.clock.now());
    fault = 'none';
    await until(async () => (await stored()).some(({ operation }) => operation === 'voidBatch'));
    log.stop();
    await log.done;
    expect((await stored()).map(({ operation, count }) => [operation, count])).toEqual([
      ['voidCard', 1],
      ['voidBatch', 1],
    ]);
  });
});
