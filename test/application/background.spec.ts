import { Background, unlessAborted } from '../../src/application/background';
import { defaultEngineLimits } from '../../src/application/engine/engine-kit';
import { CommandHandling } from '../../src/application/handle-command';
import type { IssuingChannel } from '../../src/application/ports/channel';
import { ReadModelsUnavailable } from '../../src/application/ports/read-models';
import { ChannelOffers } from '../../src/application/processes/order/channel-offers';
import { CardPool } from '../../src/application/processes/order/pool';
import { StockHint } from '../../src/application/processes/order/stock-hint';
import { Engine } from '../../src/application/run-engine';
import { StoreClock } from '../../src/application/store-clock';
import { codecCatalog } from '../../src/infrastructure/codec/catalog';
import { createCodec } from '../../src/infrastructure/codec/codec';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { skuStock } from '../../src/projections/sku-stock';
import { EventFile } from '../support/event-file';
import { idleProcess } from './idle-process';

/** Knows what sleeps, and sleeps only a tenth: whoever asks again and again does it soon. */
class WatchedRuntime extends SystemRuntime {
  sleeping = 0;

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeping++;
    await super.sleep(ms / 10, signal);
    this.sleeping--;
  }
}

/** What is asked in the background, and how often: it comes to nothing, in one of three ways. */
const asking = {
  'never answers': () => new Promise<never>(() => undefined),
  fails: () => Promise.reject(new ReadModelsUnavailable('away')),
  'is behind': () => Promise.resolve({ row: null, upTo: null, expiring: [], lasting: [] }),
} as const;

describe.each(Object.entries(asking))('background work whose question %s', (name, ask) => {
  const runtime = new WatchedRuntime();
  let background: Background;
  let asked: number;
  beforeEach(() => {
    background = new Background();
    asked = 0;
  });
  const question = <T>(): Promise<T> => {
    asked++;
    return ask() as Promise<T>;
  };
  const head = '0000000000000009';

  async function endsFor(begin: () => void): Promise<void> {
    begin();
    // Into the middle of it: the first question is put, and what is asked again has been asked again.
    while (asked < (name === 'never answers' ? 1 : 3)) await runtime.sleep(20);
    await background.end();
    const before = asked;
    expect([background.size, runtime.sleeping]).toEqual([0, 0]);
    begin();
    await runtime.sleep(2_000);
    expect(asked).toBe(before);
  }

  it('ends when its owner does: how much can be promised of a SKU', async () => {
    const hint = new StockHint(skuStock, question, runtime, background, fail, () => undefined);
    hint.begin(head);
    await endsFor(() => void hint.sellable('sku', 'order'));
    expect(hint.sellable('sku', 'order')).toBeUndefined();
  });

  it('ends when its owner does: which cards there are', async () => {
    const filled: number[] = [];
    const pool = new CardPool(
      question,
      runtime,
      background,
      (_skuId, cards) => filled.push(cards),
      () => undefined,
      () => null,
      () => 0,
    );
    pool.begin(head);
    const look = (): void => void pool.candidates('sku', 1);
    const looking = setInterval(look, 5);
    try {
      await endsFor(look);
    } finally {
      clearInterval(looking);
    }
    expect(pool.candidates('sku', 1)).toEqual({ kind: 'LOADING' });
    expect(filled.filter((cards) => cards > 0)).toEqual([]);
  });
});

const fail = (): never => {
  throw new Error('nothing was known');
};

it('watching what a channel has ends with its owner, whatever the channel does', async () => {
  const runtime = new WatchedRuntime();
  const background = new Background();
  let asked = 0;
  const stock = async (_product: string, { signal }: { readonly signal?: AbortSignal }): Promise<{ outcome: 'unknown'; cause: string }> => {
    asked++;
    await unlessAborted(new Promise<never>(() => undefined), signal ?? AbortSignal.abort());
    return { outcome: 'unknown', cause: 'ABORTED' };
  };
  const channels = { find: () => ({ stock }) as unknown as IssuingChannel };
  const offers = new ChannelOffers({ channels, runtime, onNews: fail, background, askAgainMs: 10 });
  offers.offer('a', 'product');
  await background.end();
  expect(offers.offer('b', 'product')).toEqual({ kind: 'UNKNOWN' });
  expect([asked, background.size, runtime.sleeping]).toEqual([1, 0, 0]);
});

describe('a question that cannot be taken back', () => {
  it('is answered, refused, or left alone by whoever goes', async () => {
    const { signal } = new AbortController();
    await expect(unlessAborted(Promise.resolve(1), signal)).resolves.toBe(1);
    await expect(unlessAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
    await expect(unlessAborted(Promise.resolve(1), AbortSignal.abort())).resolves.toBeUndefined();
  });

  it('that is refused after everybody has gone is nobody’s failure', async () => {
    const heard: unknown[] = [];
    const hear = (error: unknown): void => void heard.push(error);
    process.on('unhandledRejection', hear);
    const gone = new AbortController();
    let refuse: (error: Error) => void = fail;
    const left = unlessAborted(new Promise<never>((_, reject) => (refuse = reject)), gone.signal);
    gone.abort();
    await expect(left).resolves.toBeUndefined();
    refuse(new Error('too late'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', hear);
    expect(heard).toEqual([]);
  });
});

it('an engine that was told to stop has ended everything of its own when it says so, the time it had for that too', async () => {
  const file = new EventFile();
  const store = await file.open();
  const runtime = new WatchedRuntime();
  const commands = new CommandHandling(store, createCodec(codecCatalog), new StoreClock(runtime), runtime);
  const background = new Background();
  let ended = false;
  const idle = idleProcess({
    begin: () =>
      background.run(async (signal) => {
        await runtime.sleep(600_000, signal);
        await runtime.turn();
        ended = true;
      }),
    end: () => background.end(),
  });
  const engine = new Engine(idle, {
    ...{ store, commands, runtime, limits: defaultEngineLimits },
    snapshots: { load: async () => null, save: async () => undefined },
    observer: { stuck: fail, failed: fail },
    shareOf: () => ({ weight: 1, max: 1 }),
  });
  const stopping = new AbortController();
  const done = engine.run(stopping.signal, 600_000);
  while (background.size === 0) await runtime.turn();
  stopping.abort();
  await done;
  expect(ended).toBe(true);
  await runtime.turn();
  expect(runtime.sleeping).toBe(0);
  await file.remove();
});
