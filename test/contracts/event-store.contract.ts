import { randomUUID } from 'node:crypto';
import type { EventToAppend, Position, StoredEvent } from '../../src/domain/kernel/event';
import { APPEND_EVENTS_MAX, type AppendResult, type EventStore, type SubscriptionBatch } from '../../src/application/ports/event-store';
import { StreamBuilder } from '../support/event-builders';

export interface EventStoreUnderTest {
  readonly store: EventStore;
  /** A second handle on the same log, as another process would hold it; closed together with the first. */
  another(): Promise<EventStore>;
  /** Closes and opens again, for stores that live in a file. */
  reopen?(): Promise<EventStore>;
  close(): Promise<void>;
}

const RACE_ROUNDS = 200;

/**
 * What every event store must do, whatever it is made of. The log may hold other people's events:
 * each test writes to streams of its own and reads from where the log stood when it began.
 */
export function describeEventStoreContract(name: string, openFresh: () => Promise<EventStoreUnderTest>): void {
  describe(`${name} keeps the event store contract`, () => {
    let under: EventStoreUnderTest;
    let store: EventStore;
    let start: Position | null;
    let run: string;
    let stops: AbortController;

    beforeEach(async () => {
      under = await openFresh();
      store = under.store;
      start = await store.head();
      run = randomUUID();
      stops = new AbortController();
    });
    afterEach(async () => {
      stops.abort();
      await under.close();
    });

    const streamOf = (category = 'order', id = '1'): StreamBuilder => new StreamBuilder(`${category}-${run}-${id}`);
    const ours = (category = 'order'): readonly string[] => [`${category}-${run}`];
    const append = (builder: StreamBuilder, count = 1): Promise<AppendResult> => store.append(builder.stream, builder.expected, builder.batch(count));
    const follow = (
      after: Position | null,
      options: { streamPrefixes?: readonly string[]; batchMax?: number; signal?: AbortSignal; from?: EventStore } = {},
    ) => {
      const { from = store, streamPrefixes = ours(), batchMax, signal = stops.signal } = options;
      return from.subscribe({ after, streamPrefixes, signal, ...(batchMax !== undefined && { batchMax }) });
    };

    describe('append', () => {
      it('answers the revision of the last event, its position and, if it tells the time, that of the store', async () => {
        const order = streamOf();
        const result = await append(order, 3);
        const stored = await store.read(order.stream);
        const last = stored.at(-1);
        const tellsTime = result.outcome === 'committed' && result.recordedAt !== undefined;
        expect(result).toEqual({ outcome: 'committed', revision: 2, position: last?.position, ...(tellsTime && { recordedAt: last?.recordedAt }) });
      });

      it('stores what it was given, exactly', async () => {
        const order = streamOf();
        const data = {
          中文: '充值卡 💳',
          quote: '"\\\u0000\n',
          lone: '\ud800',
          nested: [{ a: null, b: 1.5, c: true }],
          big: 9_007_199_254_740_991,
          empty: {},
        };
        const events = order.batch(1, { data: () => data });
        await store.append(order.stream, 'none', events);
        const [stored] = await store.read(order.stream);
        expect(stored).toEqual({ ...events[0], stream: order.stream, revision: 0, position: expect.any(String), recordedAt: expect.any(String) });
      });

      it('holds as many events as the port allows, and events of many kilobytes', async () => {
        const order = streamOf();
        const events = order.batch(APPEND_EVENTS_MAX, { data: (revision) => ({ text: `${revision} 卡`.repeat(500) }) });
        expect(await store.append(order.stream, 'none', events)).toMatchObject({ outcome: 'committed', revision: APPEND_EVENTS_MAX - 1 });
        expect(withoutPlace(await store.read(order.stream))).toEqual(events);
      });

      it.each([0, APPEND_EVENTS_MAX + 1])('refuses a batch of %i events as a defect of the caller', async (count) => {
        await expect(append(streamOf(), count)).rejects.toThrow(RangeError);
      });

      it('conflicts when the stream should not exist and does', async () => {
        const order = streamOf();
        await append(order, 2);
        expect(await store.append(order.stream, 'none', order.proposed())).toEqual({ outcome: 'conflict', actual: 1 });
      });

      it('conflicts when the stream should exist and does not', async () => {
        const order = streamOf();
        expect(await store.append(order.stream, 0, order.proposed())).toEqual({ outcome: 'conflict', actual: 'none' });
      });

      it.each([1, 3])('conflicts when the stream is at 2 and %i was expected', async (expected) => {
        const order = streamOf();
        await append(order, 3);
        expect(await store.append(order.stream, expected, order.proposed())).toEqual({ outcome: 'conflict', actual: 2 });
        expect(await store.read(order.stream)).toHaveLength(3);
      });

      it('stores a batch whole or not at all', async () => {
        const order = streamOf();
        await append(order);
        await store.append(order.stream, 'none', order.proposed(5));
        expect(await store.read(order.stream)).toHaveLength(1);
      });

      it('gives later commits later positions, and never an earlier time', async () => {
        const stored: StoredEvent[] = [];
        for (const id of ['a', 'b', 'c']) {
          const order = streamOf('order', id);
          await append(order, 2);
          stored.push(...(await store.read(order.stream)));
        }
        const positions = stored.map((event) => event.position);
        expect(positions).toEqual([...new Set(positions)].sort());
        expect(new Set(positions.map((position) => position.length)).size).toBe(1);
        const times = stored.map((event) => event.recordedAt);
        expect(times).toEqual([...times].sort());
      });
    });

    describe('a repeated append', () => {
      it('answers committed with the first revision and changes nothing', async () => {
        const order = streamOf();
        const events = order.batch(2);
        const first = await store.append(order.stream, 'none', events);
        expect(await store.append(order.stream, 'none', events)).toEqual(first);
        expect(await store.read(order.stream)).toHaveLength(2);
      });

      it('is recognised behind later events too', async () => {
        const order = streamOf();
        await append(order, 2);
        const expected = order.expected;
        const events = order.batch(2);
        const first = await store.append(order.stream, expected, events);
        await append(order, 3);
        expect(await store.append(order.stream, expected, events)).toEqual(first);
        expect(await store.read(order.stream)).toHaveLength(7);
      });

      it('is the same whatever the order of its members', async () => {
        const order = streamOf();
        const first = await store.append(order.stream, 'none', order.batch(1, { data: () => ({ a: 1, b: { c: 2, d: 3 } }) }));
        const again = streamOf().batch(1, { data: () => ({ b: { d: 3, c: 2 }, a: 1 }) });
        expect(await store.append(order.stream, 'none', again)).toEqual(first);
      });

      it.each<[string, (event: EventToAppend) => EventToAppend]>([
        ['data', (event) => ({ ...event, data: { note: 'another' } })],
        ['metadata', (event) => ({ ...event, metadata: { ...event.metadata, reason: 'another' } })],
        ['type', (event) => ({ ...event, type: 'NoteRemoved' })],
        ['schema version', (event) => ({ ...event, schemaVersion: 2 })],
        ['time', (event) => ({ ...event, occurredAt: '2027-01-01T00:00:00.000Z' })],
      ])('with the same ids and other %s conflicts', async (_what, change) => {
        const order = streamOf();
        const events = order.batch(2);
        await store.append(order.stream, 'none', events);
        const changed = events.map((event, index) => (index === 1 ? change(event) : event));
        expect(await store.append(order.stream, 'none', changed)).toEqual({ outcome: 'conflict', actual: 1 });
      });

      it('that begins or ends elsewhere conflicts: a part is not the whole', async () => {
        const order = streamOf();
        const events = order.batch(2);
        const longer = [...events, ...order.proposed(1)];
        await store.append(order.stream, 'none', events);
        expect(await store.append(order.stream, 'none', longer)).toEqual({ outcome: 'conflict', actual: 1 });
        expect(await store.append(order.stream, 'none', events.slice(1))).toEqual({ outcome: 'conflict', actual: 1 });
      });
    });

    describe('two writers at the same step', () => {
      it('are told Committed exactly once per revision, whoever is first', async () => {
        const other = await under.another();
        const order = streamOf();
        for (let round = 0; round < RACE_ROUNDS; round++) {
          const { expected } = order;
          const [left, right] = [order.proposed(1, { writer: `left ${round}` }), order.proposed(1, { writer: `right ${round}` })];
          const results = await Promise.all([store.append(order.stream, expected, left), other.append(order.stream, expected, right)]);
          expect(results.map((result) => result.outcome).sort()).toEqual(['committed', 'conflict']);
          const winner = results[0].outcome === 'committed' ? 'left' : 'right';
          order.batch(1, { writer: `${winner} ${round}` });
          const [stored] = await store.read(order.stream, { from: round });
          expect(stored?.metadata.actor.id).toBe(`${winner} ${round}`);
        }
        expect(await store.read(order.stream)).toHaveLength(RACE_ROUNDS);
      });

      it('through one handle are told Committed exactly once too', async () => {
        const order = streamOf();
        const writers = Array.from({ length: 50 }, (_, writer) => order.proposed(1, { writer: `writer ${writer}` }));
        const results = await Promise.all(writers.map((events) => store.append(order.stream, 'none', events)));
        expect(results.filter((result) => result.outcome === 'committed')).toHaveLength(1);
        expect(results.filter((result) => result.outcome === 'conflict' && result.actual === 0)).toHaveLength(49);
      });

      it('with the very same batch are both told the same', async () => {
        const other = await under.another();
        const order = streamOf();
        const events = order.batch(2);
        const [left, right] = await Promise.all([store.append(order.stream, 'none', events), other.append(order.stream, 'none', events)]);
        expect(left).toEqual(right);
        expect(await store.read(order.stream)).toHaveLength(2);
      });
    });

    describe('read', () => {
      it('answers nothing for a stream that is not there', async () => {
        expect(await store.read(streamOf().stream)).toEqual([]);
      });

      it('numbers from 0 without gaps, from any revision, up to any limit', async () => {
        const order = streamOf();
        for (const count of [1, 4, 5]) await append(order, count);
        expect((await store.read(order.stream)).map((event) => event.revision)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        expect((await store.read(order.stream, { from: 4, limit: 3 })).map((event) => event.revision)).toEqual([4, 5, 6]);
        expect(await store.read(order.stream, { from: 10 })).toEqual([]);
      });

      it('tells streams apart whose names begin alike', async () => {
        const [short, long] = [streamOf('order', '1'), streamOf('order', '1-1')];
        await append(short);
        await append(long, 2);
        expect(await store.read(short.stream)).toHaveLength(1);
      });

      it('sees at once what another handle was told is committed', async () => {
        const other = await under.another();
        const order = streamOf();
        await append(order, 2);
        expect(await other.read(order.stream)).toHaveLength(2);
      });

      it('sees after a restart what was there before', async () => {
        if (under.reopen === undefined) return;
        const order = streamOf();
        await append(order, 3);
        const before = await store.read(order.stream);
        store = await under.reopen();
        expect(await store.read(order.stream)).toEqual(before);
        expect(await append(order)).toMatchObject({ outcome: 'committed', revision: 3 });
      });
    });

    describe('head', () => {
      it('is the position of the newest event', async () => {
        await append(streamOf());
        const result = await append(streamOf('order', '2'), 3);
        expect(result).toMatchObject({ outcome: 'committed', position: await store.head() });
      });
    });

    describe('subscribe', () => {
      it('delivers what is there, then what comes, in log order and once', async () => {
        const order = streamOf();
        await append(order, 3);
        const seen = collect(follow(start), 6);
        await append(order, 2);
        await append(order, 1);
        const events = (await seen).flatMap((batch) => batch.events);
        expect(events).toEqual(await store.read(order.stream));
      });

      it('hears what another handle appends', async () => {
        const other = await under.another();
        const order = streamOf();
        const seen = collect(follow(start), 2);
        await other.append(order.stream, 'none', order.batch(2));
        expect((await seen).flatMap((batch) => batch.events)).toEqual(await store.read(order.stream));
      });

      it('continues behind any position it has given, and repeats what lies behind an earlier one', async () => {
        const order = streamOf();
        for (let i = 0; i < 4; i++) await append(order, 2);
        const all = await store.read(order.stream);
        for (const [index, event] of all.slice(0, -1).entries()) {
          const batches = await collect(follow(event.position), all.length - index - 1);
          expect(batches.flatMap((batch) => batch.events)).toEqual(all.slice(index + 1));
        }
      });

      it('delivers only the streams that were asked for, and tells how far it has read all the same', async () => {
        const [order, card, sku] = [streamOf('order'), streamOf('card'), streamOf('sku')];
        for (const stream of [order, card, sku, order, card, sku]) await append(stream, 2);
        const batches = await collect(follow(start, { streamPrefixes: [...ours('order'), ...ours('card')] }), 8);
        const events = batches.flatMap((batch) => batch.events);
        expect(events.map((event) => event.position)).toEqual(events.map((event) => event.position).sort());
        expect(new Set(events.map((event) => event.stream))).toEqual(new Set([order.stream, card.stream]));
        expect(batches.every((batch) => batch.events.every((event) => event.position <= batch.position))).toBe(true);
      });

      it('loses nothing while many write, seen through batches of any size', async () => {
        const streams = Array.from({ length: 20 }, (_, id) => streamOf('order', String(id)));
        const followers = [1, 7, 512].map((batchMax) => collect(follow(start, { batchMax }), 200));
        await Promise.all(
          streams.map(async (stream) => {
            for (let i = 0; i < 5; i++) await append(stream, 2);
          }),
        );
        for (const [index, batches] of (await Promise.all(followers)).entries()) {
          const events = batches.flatMap((batch) => batch.events);
          expect(events.map((event) => event.position)).toEqual([...new Set(events.map((event) => event.position))].sort());
          for (const stream of streams)
            expect(events.filter((event) => event.stream === stream.stream).map((event) => event.revision)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
          expect(Math.max(...batches.map((batch) => batch.events.length))).toBeLessThanOrEqual([1, 7, 512][index] ?? 0);
        }
      });

      it('waits for a slow consumer, who sees everything in the end', async () => {
        const order = streamOf();
        await append(order);
        const slow = follow(start, { batchMax: 4 })[Symbol.asyncIterator]();
        const events = [...batchOf(await slow.next()).events];
        for (let i = 0; i < 10; i++) await append(order, 10);
        while (events.length < 101) {
          const { events: more } = batchOf(await slow.next());
          expect(more.length).toBeLessThanOrEqual(4);
          events.push(...more);
        }
        expect(events).toEqual(await store.read(order.stream));
        await slow.return?.();
      });

      it('says that it has caught up when it has', async () => {
        const order = streamOf();
        await append(order, 3);
        const batches = await collect(follow(start, { batchMax: 2 }), 3);
        expect(batches.at(-1)?.caughtUp).toBe(true);
        expect(batches[0]?.caughtUp).toBe(false);
      });

      it('ends without an error when its signal aborts: while it waits, between batches, or before it began', async () => {
        const stop = new AbortController();
        const waiting = collect(follow(await store.head(), { signal: stop.signal }), 1);
        stop.abort();
        expect(await waiting).toEqual([]);

        const between = new AbortController();
        await append(streamOf(), 4);
        const seen: SubscriptionBatch[] = [];
        for await (const batch of follow(start, { signal: between.signal, batchMax: 1 })) {
          seen.push(batch);
          between.abort();
        }
        expect(seen).toHaveLength(1);
        expect(await collect(follow(start, { signal: AbortSignal.abort() }), 1)).toEqual([]);
      });
    });
  });
}

const withoutPlace = (events: readonly StoredEvent[]): readonly EventToAppend[] =>
  events.map(({ stream: _stream, revision: _revision, position: _position, recordedAt: _recordedAt, ...event }) => event);

/** Batches until so many events have come, or the subscription ends. */
async function collect(subscription: AsyncIterable<SubscriptionBatch>, eventsWanted: number): Promise<readonly SubscriptionBatch[]> {
  const batches: SubscriptionBatch[] = [];
  let events = 0;
  for await (const batch of subscription) {
    batches.push(batch);
    events += batch.events.length;
    if (events >= eventsWanted) break;
  }
  return batches;
}

function batchOf(result: IteratorResult<SubscriptionBatch>): SubscriptionBatch {
  if (result.done === true) throw new Error('the subscription ended early');
  return result.value;
}
