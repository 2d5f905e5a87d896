import { Worker } from 'node:worker_threads';
import { StoreUnavailable, type AppendResult, type SubscriptionBatch } from '../../src/application/ports/event-store';
import type { EventToAppend, StoredEvent } from '../../src/domain/kernel/event';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { AppendQueue, QUEUE_APPENDS_MAX } from '../../src/infrastructure/sqlite/event-store/append-queue';
import { APPEND_CHARS_MAX, appendRequest } from '../../src/infrastructure/sqlite/event-store/append-request';
import { GroupCommitter } from '../../src/infrastructure/sqlite/event-store/group-committer';
import { EVENT_FILE } from '../../src/infrastructure/sqlite/event-store/schema';
import { startWorker } from '../../src/infrastructure/sqlite/event-store/start-worker';
import { openDatabase } from '../../src/infrastructure/sqlite/open-database';
import { EventFile } from '../support/event-file';
import { StreamBuilder } from '../support/event-builders';

describe('the writer of the embedded store', () => {
  let file: EventFile;
  beforeEach(() => {
    file = new EventFile();
  });
  afterEach(() => file.remove());

  it('commits what is appended in one turn together, and a conflict in the middle leaves its neighbours alone', async () => {
    const groups: number[] = [];
    const store = await file.open({ observer: { committed: ({ appends }) => groups.push(appends) } });
    const streams = ['a', 'b', 'c', 'd', 'e'].map((id) => new StreamBuilder(`order-${id}`));
    const results = await Promise.all(streams.map((stream, index) => store.append(stream.stream, index === 2 ? 7 : 'none', stream.batch(2))));
    expect(groups).toEqual([5]);
    expect(results.map((result) => result.outcome)).toEqual(['committed', 'committed', 'conflict', 'committed', 'committed']);
    expect(await Promise.all(streams.map(async ({ stream }) => (await store.read(stream)).length))).toEqual([2, 2, 0, 2, 2]);
  });

  it('tells followers what it has stored without reading it again, in the order of the log, with what others store in between', async () => {
    const [store, other] = [await file.open(), await file.open()];
    const follower = store.subscribe({ after: null, signal: new AbortController().signal })[Symbol.asyncIterator]();
    const told: StoredEvent[] = [];
    const appended: EventToAppend[] = [];
    for (const [writer, name] of [
      [store, 'a'],
      [store, 'b'],
      [other, 'c'],
      [store, 'd'],
      [store, 'a'],
      [other, 'e'],
    ] as const) {
      const order = new StreamBuilder(`order-${name}-${appended.length}`);
      const batch = order.batch(2);
      // The same batch again is answered with its old place, and told once.
      for (let time = 0; time < 2; time++)
        expect(await writer.append(order.stream, 'none', batch)).toMatchObject({ outcome: 'committed', revision: 1 });
      appended.push(...batch);
      while (told.length < appended.length) told.push(...((await follower.next()).value as SubscriptionBatch).events);
    }
    const stored = await Promise.all([...new Set(told.map(({ stream }) => stream))].map((stream) => other.read(stream)));
    expect(told).toEqual(stored.flat());
    expect(told.map(({ data }, index) => data === appended[index]?.data)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('lets appends to one stream follow each other within one group', async () => {
    const store = await file.open();
    const order = new StreamBuilder('order-1');
    const appends: Promise<AppendResult>[] = [];
    for (let i = 0; i < 20; i++) appends.push(store.append(order.stream, order.expected, order.batch(3)));
    const results = await Promise.all(appends);
    expect(results.map((result) => (result.outcome === 'committed' ? result.revision : result.outcome))).toEqual(
      results.map((_, index) => index * 3 + 2),
    );
    expect(await file.findings()).toEqual([]);
  });

  it('never answers committed for an event id that stands elsewhere, in another stream or further up in the same', async () => {
    const store = await file.open();
    const [first, other] = [new StreamBuilder('order-1'), new StreamBuilder('order-2')];
    const events = first.batch(2);
    await store.append(first.stream, 'none', events);
    const [fresh] = other.proposed(1);
    expect(await store.append(other.stream, 'none', events)).toEqual({ outcome: 'conflict', actual: 'none' });
    expect(await store.append(first.stream, 1, events)).toEqual({ outcome: 'conflict', actual: 1 });
    expect(await store.append(other.stream, 'none', [...(fresh ? [fresh] : []), ...events.slice(1)])).toEqual({
      outcome: 'conflict',
      actual: 'none',
    });
    expect(await store.append(other.stream, 'none', fresh ? [fresh] : [])).toMatchObject({ outcome: 'committed', revision: 0 });
    expect(await file.findings()).toEqual([]);
  });

  it.each([
    ['a negative revision', 'order-1', -1],
    ['a revision that is no whole number', 'order-1', 0.5],
    ['a stream without a name', '', 'none'],
    ['a stream name that could not be read back', 'order-\ud800', 'none'],
  ] as const)('refuses %s as a defect of the caller', async (_what, stream, expected) => {
    const store = await file.open();
    await expect(store.append(stream, expected, new StreamBuilder('order-1').batch())).rejects.toThrow(RangeError);
  });

  it('refuses the same event id twice in one append, and more text than one append may hold', async () => {
    const store = await file.open();
    const [event] = new StreamBuilder('order-1').batch();
    if (event === undefined) throw new Error('no event');
    await expect(store.append('order-1', 'none', [event, event])).rejects.toThrow('twice');
    await expect(store.append('order-1', 'none', [{ ...event, data: { text: 'x'.repeat(APPEND_CHARS_MAX) } }])).rejects.toThrow('at most');
  });

  it('answers unknown when it was not told in time, and reading back tells the truth', async () => {
    const store = await file.open({ appendTimeoutMs: 50 });
    const order = new StreamBuilder('order-1');
    const events = order.batch(2);
    await file.whileLocked(async () => {
      expect(await store.append(order.stream, 'none', events)).toMatchObject({ outcome: 'unknown' });
      expect(await store.read(order.stream)).toEqual([]);
    });
    const until = async (): Promise<AppendResult> => {
      const result = await store.append(order.stream, 'none', events);
      return result.outcome === 'unknown' ? until() : result;
    };
    expect(await until()).toMatchObject({ outcome: 'committed', revision: 1 });
    expect(await store.read(order.stream)).toHaveLength(2);
  });

  it('writes nothing when another process keeps the file for too long', () => {
    const db = openDatabase({ ...EVENT_FILE, file: file.path, busyTimeoutMs: 0 });
    const committer = new GroupCommitter(db, () => 0, 5);
    const request = appendRequest(1, 'order-1', 'none', new StreamBuilder('order-1').batch());
    file.sql((other) => {
      other.exec('BEGIN IMMEDIATE');
      expect(committer.commit([request])).toEqual({ outcome: 'busy' });
    });
    expect(committer.commit([request])).toMatchObject({ outcome: 'done', members: [{ outcome: 'committed', position: 1 }] });
    db.close();
  });

  it('never lets the time of the log go back when the clock of the machine does', () => {
    const db = openDatabase({ ...EVENT_FILE, file: file.path });
    const order = new StreamBuilder('order-1');
    const times = [5_000, 1_000, 7_000].map((wallMs, id) => {
      const result = new GroupCommitter(db, () => wallMs).commit([appendRequest(id, order.stream, order.expected, order.batch())]);
      const [member] = result.outcome === 'done' ? result.members : [];
      return member?.outcome === 'committed' ? member.recordedAtMs : member;
    });
    db.close();
    expect(times).toEqual([5_000, 5_000, 7_000]);
  });

  it('answers unknown to all in flight when its thread dies, refuses what comes later, and says so once', async () => {
    await file.open();
    const fatal: string[] = [];
    const worker = startWorker({ file: file.path });
    const queue = new AppendQueue(worker, { runtime: new SystemRuntime(), onCommit: () => undefined, onFatal: (cause) => fatal.push(cause) });
    await file.whileLocked(async () => {
      const inFlight = ['a', 'b', 'c'].map((id) => queue.append(`order-${id}`, 'none', new StreamBuilder(`order-${id}`).batch()));
      await new Promise(setImmediate);
      await worker.terminate();
      expect((await Promise.all(inFlight)).map((result) => result.outcome)).toEqual(['unknown', 'unknown', 'unknown']);
    });
    await expect(queue.append('order-d', 'none', new StreamBuilder('order-d').batch())).rejects.toThrow(StoreUnavailable);
    expect(fatal).toHaveLength(1);
    await queue.close();
  });

  it('that is held by its disk is waited for, and then left to end by itself: what it was given is unknown', async () => {
    const worker = new Worker("require('node:worker_threads').parentPort.on('message', () => undefined)", { eval: true });
    const runtime = new SystemRuntime();
    const sleep = runtime.sleep.bind(runtime);
    // The time of an append is over later than that of the end.
    jest.spyOn(runtime, 'sleep').mockImplementation((ms, signal) => sleep(ms / 20, signal));
    const queue = new AppendQueue(worker, { runtime, appendTimeoutMs: 600_000, onCommit: () => undefined, onFatal: () => undefined });
    const taken = queue.append('order-a', 'none', new StreamBuilder('order-a').batch());
    await queue.close();
    expect(await taken).toEqual({ outcome: 'unknown', cause: 'the writer did not end in time' });
    // Zero or less once it has ended.
    expect(worker.threadId).toBeGreaterThan(0);
    await worker.terminate();
  });

  it('stops accepting when the disk is full, stays readable, and has kept every acknowledged event', async () => {
    const fatal: string[] = [];
    const store = await file.open({ fileBytesMax: 400_000, onFatal: (cause) => fatal.push(cause) });
    const order = new StreamBuilder('order-1');
    let acknowledged = 0;
    let last: AppendResult['outcome'] = 'committed';
    while (last === 'committed') {
      const expected = order.expected;
      last = (await store.append(order.stream, expected, order.batch(8, { data: () => ({ text: 'x'.repeat(2_000) }) }))).outcome;
      if (last === 'committed') acknowledged += 8;
    }
    expect(last).toBe('unknown');
    expect(fatal).toEqual([expect.stringContaining('full')]);
    await expect(store.append('order-2', 'none', new StreamBuilder('order-2').batch())).rejects.toThrow(StoreUnavailable);
    expect(await store.read(order.stream)).toHaveLength(acknowledged);
    await file.close();
    const again = await file.open();
    expect(await again.read(order.stream)).toHaveLength(acknowledged);
    expect(await again.append('order-2', 'none', new StreamBuilder('order-2').batch())).toMatchObject({ outcome: 'committed' });
    expect(await file.findings()).toEqual([]);
  });

  it('refuses the append that is one too many, and takes appends again when the queue is shorter', async () => {
    const store = await file.open();
    const events = new StreamBuilder('order-1').batch();
    const taken = Array.from({ length: QUEUE_APPENDS_MAX }, (_, id) => store.append(`order-${id}`, 'none', events));
    await expect(store.append('order-x', 'none', events)).rejects.toThrow(StoreUnavailable);
    expect(store.appendsWaiting).toBe(QUEUE_APPENDS_MAX);
    expect((await Promise.all(taken)).filter((result) => result.outcome === 'committed')).toHaveLength(1);
    expect(store.appendsWaiting).toBe(0);
    expect((await store.append('order-y', 'none', new StreamBuilder('order-y').batch())).outcome).toBe('committed');
  });

  it('ends what it has accepted before it closes, and then rejects everything as away', async () => {
    const store = await file.open();
    const order = new StreamBuilder('order-1');
    const accepted = store.append(order.stream, 'none', order.batch());
    const subscription = store.subscribe({ after: null, signal: new AbortController().signal });
    await store.close();
    expect((await accepted).outcome).toBe('committed');
    await expect(store.append(order.stream, 0, order.batch())).rejects.toThrow(StoreUnavailable);
    await expect(store.read(order.stream)).rejects.toThrow(StoreUnavailable);
    await expect(store.head()).rejects.toThrow(StoreUnavailable);
    await expect(subscription.next()).rejects.toThrow(StoreUnavailable);
  });

  it('ends a subscription that waits when it closes', async () => {
    const store = await file.open();
    const next = store.subscribe({ after: null, signal: new AbortController().signal }).next();
    const ended = expect(next).rejects.toThrow(StoreUnavailable);
    await store.close();
    await ended;
  });
});
