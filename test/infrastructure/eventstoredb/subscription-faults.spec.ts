import { randomUUID } from 'node:crypto';
import { StoreUnavailable, type SubscriptionBatch } from '../../../src/application/ports/event-store';
import { LogRewound, StreamDamaged, type EventStoreDb } from '../../../src/infrastructure/eventstoredb';
import { connect } from '../../../src/infrastructure/eventstoredb/client-connection';
import { StreamBuilder } from '../../support/event-builders';
import { startFakeEventStoreDb, type FakeEventStoreDb } from '../../support/fake-eventstoredb';
import { openTestStore, type TestOptions } from '../../support/open-eventstoredb';

describe('A subscription to EventStoreDB', () => {
  let fake: FakeEventStoreDb;
  let store: EventStoreDb;
  let order: StreamBuilder;
  let losses: string[];
  let foreign: string[];
  let stop: AbortController;

  const open = async (options: TestOptions = {}): Promise<void> => {
    store = await openTestStore(fake.connectionString, {
      readTimeoutMs: 2_000,
      lookEveryMs: 40,
      overdueMs: 200,
      observer: {
        subscriptionLost: (cause) => losses.push(cause),
        foreignEvent: (stream, revision) => foreign.push(`${stream} ${revision}`),
      },
      ...options,
    });
  };

  beforeEach(async () => {
    losses = [];
    foreign = [];
    fake = await startFakeEventStoreDb();
    await open();
    order = new StreamBuilder(`order-${randomUUID()}`);
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await store.close();
    fake.crash();
  });

  const append = (count = 1, builder = order) => store.append(builder.stream, builder.expected, builder.batch(count));
  const follow = (batchMax = 512) => store.subscribe({ after: null, streamPrefixes: ['order-'], batchMax, signal: stop.signal });
  /** Revisions of our order, until so many have come. */
  const revisions = async (wanted: number, subscription = follow()): Promise<readonly number[]> => {
    const seen: number[] = [];
    for await (const { events } of subscription) {
      seen.push(...events.map(({ revision }) => revision));
      if (seen.length >= wanted) break;
    }
    return seen;
  };

  it.each<[string, 'end' | 'stall' | 'skip']>([
    ['ends without an error', 'end'],
    ['stays silent for good', 'stall'],
    ['leaves out the last event', 'skip'],
  ])('that %s is begun anew from where it was, and loses and repeats nothing', async (_what, fault) => {
    await append(10);
    fake.faults.deliver = (record, subscription) => (subscription === 0 && record.revision === 6 ? fault : undefined);
    if (fault === 'skip') fake.faults.deliver = (record, subscription) => (subscription === 0 && record.revision >= 6 ? fault : undefined);
    expect(await revisions(10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(losses).toHaveLength(1);
  });

  it('goes on after the server has crashed and come back', async () => {
    await append(5);
    const seen = revisions(10);
    await until(() => fake.subscriptions === 1);
    fake.crash();
    await fake.start();
    let result = await append(5);
    // The batch is one: what is unknown while the server comes back is repeated as it is.
    for (let tries = 0; result.outcome === 'unknown' && tries < 20; tries++) result = await store.append(order.stream, 4, again(order.stream));
    expect(await seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(losses.length).toBeGreaterThan(0);
  });

  it('ends with StoreUnavailable when the server stays away, so that its consumer can say so', async () => {
    await append(1);
    const seen: number[] = [];
    const ended = (async () => {
      for await (const { events } of follow()) seen.push(...events.map(({ revision }) => revision));
    })();
    await until(() => seen.length === 1);
    fake.crash();
    await expect(ended).rejects.toThrow(StoreUnavailable);
    expect(seen).toEqual([0]);
  });

  it('ends with StoreUnavailable when the server is frozen', async () => {
    await store.close();
    await open({ readTimeoutMs: 100 });
    await append(1);
    const thaw = fake.freeze();
    await expect(revisions(1)).rejects.toThrow(StoreUnavailable);
    thaw();
  });

  it('never says that it is further than what it has handed over, whatever the server says of being caught up', async () => {
    fake.faults.earlyCaughtUp = true;
    await append(50);
    fake.faults.deliver = (record, subscription) => (subscription === 0 && record.revision === 20 ? 'stall' : undefined);
    let handedOver = -1;
    for await (const { events, position } of follow(7)) {
      handedOver = events.at(-1)?.revision ?? handedOver;
      const behind = fake.log.visibleStream(order.stream).filter(({ position: place }) => String(place).padStart(20, '0') <= position.slice(0, 20));
      expect(behind.length).toBe(handedOver + 1);
      if (handedOver === 49) break;
    }
    expect(handedOver).toBe(49);
  });

  it('tells how far the server is only when everything before it has been handed over, however slowly', async () => {
    for (let i = 0; i < 5; i++) await append(60);
    const connection = connect(fake.connectionString);
    let handedOver = -1n;
    const told: boolean[] = [];
    await new Promise<void>((resolve, reject) => {
      const following = connection.follow(
        undefined,
        { prefixes: ['order-'] },
        {
          event: ({ place, revision }) => {
            handedOver = place.commit;
            if (revision === 299) return resolve();
            // One at a time: others wait in the stream meanwhile, and what is told of progress must wait with them.
            following.pause();
            setTimeout(() => following.resume(), 2);
          },
          passed: (place) => void told.push(place.commit <= handedOver),
          caughtUp: () => undefined,
          fellBehind: () => undefined,
          lost: (cause) => reject(cause instanceof Error ? cause : new Error(String(cause))),
        },
      );
    });
    await connection.close();
    expect(told).toEqual([true]);
  });

  it('of a server that never says "caught up" finds the end by itself', async () => {
    fake.faults.neverCaughtUp = true;
    await append(3);
    const batches: SubscriptionBatch[] = [];
    for await (const batch of follow()) {
      batches.push(batch);
      if (batch.caughtUp) break;
    }
    expect(batches.at(-1)).toMatchObject({ position: await store.head(), caughtUp: true });
  });

  it('moves on over what nobody asked for, up to the end of the log, so that who waits for a position is not left waiting', async () => {
    const card = new StreamBuilder(`card-${randomUUID()}`);
    await append(1);
    await append(1, card);
    const head = await store.head();
    let reached: SubscriptionBatch | undefined;
    for await (const batch of follow()) {
      reached = batch;
      if (head !== null && batch.position >= head) break;
    }
    expect(reached).toMatchObject({ position: head, caughtUp: true });
  });

  it('lets the server wait for a slow consumer: what it holds is bounded', async () => {
    const total = 3_000;
    for (let written = 0; written < total; written += 60) await append(60);
    let sent = 0;
    fake.faults.deliver = () => {
      sent++;
      return undefined;
    };
    const slow = follow(1)[Symbol.asyncIterator]();
    await slow.next();
    await settled(() => sent);
    // What waits here and on the way, and not everything.
    expect(sent).toBeLessThan(2_000);
    const rest = await revisions(total - 1, { [Symbol.asyncIterator]: () => slow });
    expect(rest).toEqual(Array.from({ length: total - 1 }, (_, index) => index + 1));
  });

  it('whose log was restored to an earlier state says so instead of going on', async () => {
    await append(5);
    const before = fake.log.size;
    await append(5);
    const seen: number[] = [];
    const following = (async () => {
      for await (const { events } of follow()) seen.push(...events.map(({ revision }) => revision));
    })();
    await until(() => seen.length === 10);
    fake.crash();
    fake.log.restoreTo(before);
    await fake.start();
    await expect(following).rejects.toThrow(LogRewound);
  });

  it('leaves out what another program wrote, and tells of it; a read of that stream refuses', async () => {
    await append(1);
    const stranger = connect(fake.connectionString);
    const strange = { id: randomUUID(), type: 'Strange', data: {}, metadata: {} };
    await stranger.append(order.stream, 0, [strange], { kind: 'batch', deadlineMs: 1_000 }, new AbortController().signal);
    await stranger.close();
    const other = new StreamBuilder(`order-${randomUUID()}`);
    await append(1, other);
    const seen: string[] = [];
    for await (const { events } of follow()) {
      seen.push(...events.map(({ stream }) => stream));
      if (seen.length >= 2) break;
    }
    expect(seen).toEqual([order.stream, other.stream]);
    expect(foreign).toEqual([`${order.stream} 1`]);
    await expect(store.read(order.stream)).rejects.toThrow(StreamDamaged);
  });

  it("to everything brings all streams but the server's own, which are no part of the head either", async () => {
    fake.log.writeSystemEvent('$$order-1');
    await append(2);
    const head = await store.head();
    for (let i = 0; i < 600; i++) fake.log.writeSystemEvent('$stats-1');
    expect(await store.head()).toBe(head);
    const streams = new Set<string>();
    for await (const { events, caughtUp } of store.subscribe({ after: null, signal: stop.signal })) {
      for (const { stream } of events) streams.add(stream);
      if (caughtUp) break;
    }
    expect([...streams]).toEqual([order.stream]);
  });

  it.each([[['$stats-']], [['']], [Array.from({ length: 33 }, (_, index) => `p${index}-`)], [[]]])(
    'refuses the prefixes %j',
    async (streamPrefixes) => {
      await expect(drain(store.subscribe({ after: null, streamPrefixes, signal: stop.signal }))).rejects.toThrow(RangeError);
    },
  );

  it('refuses a position that no such log gave out', async () => {
    await expect(drain(store.subscribe({ after: '0000000000000007', signal: stop.signal }))).rejects.toThrow(RangeError);
  });

  it('ends with StoreUnavailable when the store is closed', async () => {
    // Another one keeps the connection open.
    const other = await openTestStore(fake.connectionString);
    const ended = drain(follow());
    await until(() => fake.subscriptions === 1);
    await store.close();
    await expect(ended).rejects.toThrow(/the store is closed/);
    await expect(drain(follow())).rejects.toThrow(StoreUnavailable);
    await other.close();
  });
});

function again(stream: string) {
  const builder = new StreamBuilder(stream);
  builder.batch(5);
  return builder.batch(5);
}

async function drain(subscription: AsyncIterable<SubscriptionBatch>): Promise<void> {
  for await (const _batch of subscription);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Waits until a number stays what it is. */
async function settled(value: () => number): Promise<void> {
  for (let before = -1; before !== value();) {
    before = value();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
