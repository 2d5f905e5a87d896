import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { StoreUnavailable } from '../../../src/application/ports/event-store';
import { ConnectionStringRefused, openEventStoreDb } from '../../../src/infrastructure/eventstoredb';
import { connect } from '../../../src/infrastructure/eventstoredb/client-connection';
import type { Connection } from '../../../src/infrastructure/eventstoredb/wire';
import { OneClusterPerProcess } from '../../../src/infrastructure/eventstoredb/connections';
import { SystemRuntime } from '../../../src/infrastructure/runtime/system-runtime';
import { StreamBuilder } from '../../support/event-builders';
import { startFakeEventStoreDb, type FakeEventStoreDb } from '../../support/fake-eventstoredb';
import { openTestStore } from '../../support/open-eventstoredb';

const UNAVAILABLE = 14;
const never = new AbortController().signal;
const event = (id: string, data: object) => ({ id, type: 'NoteAdded', data, metadata: {} });

describe('The connection to EventStoreDB', () => {
  let fake: FakeEventStoreDb;
  let order: StreamBuilder;
  let closing: { close(): Promise<void> }[];

  beforeEach(async () => {
    fake = await startFakeEventStoreDb();
    order = new StreamBuilder(`order-${randomUUID()}`);
    closing = [];
  });
  afterEach(async () => {
    for (const each of closing) await each.close();
    fake.crash();
  });

  const kept = <T extends { close(): Promise<void> }>(opened: T): T => {
    closing.push(opened);
    return opened;
  };
  const open = async (connectionString = fake.connectionString, options = {}) => kept(await openTestStore(connectionString, options));

  describe('in a cluster', () => {
    let follower: FakeEventStoreDb;

    beforeEach(async () => {
      follower = await startFakeEventStoreDb(fake.log);
      follower.faults.leaderElsewhere = { host: '127.0.0.1', port: fake.port };
      for (const node of [fake, follower])
        node.members = [
          { port: fake.port, state: 'leader' },
          { port: follower.port, state: 'follower' },
        ];
    });
    afterEach(() => follower.crash());

    const cluster = (...ports: number[]): string => `esdb://${ports.map((port) => `127.0.0.1:${port}`).join(',')}?tls=false&discoveryInterval=10`;

    it('finds the leader by asking any node', async () => {
      const store = await open(cluster(follower.port, fake.port));
      expect(await store.append(order.stream, 'none', order.batch())).toMatchObject({ outcome: 'committed' });
      expect(await store.read(order.stream)).toHaveLength(1);
      expect([fake.appends.length, follower.appends.length]).toEqual([1, 0]);
    });

    it('is sent on to the leader by a node that is none: reads and appends end there', async () => {
      const store = await open(follower.connectionString);
      expect(await store.append(order.stream, 'none', order.batch(2))).toMatchObject({ outcome: 'committed', revision: 1 });
      expect(await store.read(order.stream)).toHaveLength(2);
      expect([fake.appends.length, follower.appends.length]).toEqual([1, 0]);
      expect(follower.reads).toBe(0);
      expect(fake.reads).toBeGreaterThan(0);
    });

    it('reads a stream, the log and its end from the leader alone, also when that is the first it does', async () => {
      await (await open()).append(order.stream, 'none', order.batch(2));
      const reads = [
        (from: Connection) => from.readStream(order.stream, 0, 10, never),
        (from: Connection) => from.readLog(undefined, 10, never),
        (from: Connection) => from.readLogEnd(undefined, 10, never),
      ];
      // The follower answers no such read; it says who is the leader, and the next one goes there.
      for (const read of reads) {
        const connection = kept(connect(follower.connectionString));
        await expect(read(connection)).rejects.toThrow();
        expect(await read(connection)).not.toHaveLength(0);
      }
      expect(follower.reads).toBe(0);
    });

    it('survives a change of the leader with appends under way: each is committed once', async () => {
      const store = await open(cluster(fake.port, follower.port));
      await store.append(order.stream, 'none', order.batch());
      fake.faults.leaderElsewhere = { host: '127.0.0.1', port: follower.port };
      follower.faults.leaderElsewhere = undefined;
      const orders = Array.from({ length: 20 }, () => new StreamBuilder(`order-${randomUUID()}`));
      const results = await Promise.all(orders.map((each) => store.append(each.stream, 'none', each.batch())));
      expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['committed']));
      for (const { stream } of orders) expect(fake.log.visibleStream(stream)).toHaveLength(1);
    });

    it('appends in batches again after the whole cluster was away for longer than the client looks for it', async () => {
      const store = await open(`${cluster(fake.port, follower.port)}&maxDiscoverAttempts=1`, { appendTimeoutMs: 2_000, singleTimeoutMs: 500 });
      await store.append(order.stream, 'none', order.batch());
      fake.crash();
      follower.crash();
      for (let i = 0; i < 3; i++) expect(await store.append(order.stream, 0, order.proposed())).toMatchObject({ outcome: 'unknown' });
      await fake.start();
      await follower.start();
      const before = fake.appends.length;
      let result = await store.append(order.stream, 0, order.proposed());
      for (let tries = 0; result.outcome !== 'committed' && tries < 20; tries++) result = await store.append(order.stream, 0, order.proposed());
      expect(result).toMatchObject({ outcome: 'committed' });
      const later = new StreamBuilder(`order-${randomUUID()}`);
      expect(await store.append(later.stream, 'none', later.batch())).toMatchObject({ outcome: 'committed' });
      expect(fake.appends.slice(before).at(-1)).toMatchObject({ path: 'batch', stream: later.stream });
    });
  });

  it('is one for all stores of the process, and outlives the first that is closed', async () => {
    const first = await openTestStore(fake.connectionString);
    const second = await open();
    await first.close();
    expect(await second.append(order.stream, 'none', order.batch())).toMatchObject({ outcome: 'committed' });
  });

  it('is closed by one store while another has appends under way: none of them notices', async () => {
    const first = await openTestStore(fake.connectionString);
    const lookedAfter: string[] = [];
    const second = await open(fake.connectionString, { observer: { resolved: (outcome: string) => lookedAfter.push(outcome) } });
    fake.faults.append = () => ({ kind: 'late', ms: 100 });
    const orders = Array.from({ length: 20 }, () => new StreamBuilder(`order-${randomUUID()}`));
    const appending = Promise.all(orders.map((each) => second.append(each.stream, 'none', each.batch())));
    while (fake.appends.length < 20) await new Promise((resolve) => setTimeout(resolve, 2));
    await first.close();
    expect(new Set((await appending).map(({ outcome }) => outcome))).toEqual(new Set(['committed']));
    expect(lookedAfter).toEqual([]);
  });

  it('goes to one cluster at a time: a second one is refused while the first is in use', async () => {
    await open();
    const other = await startFakeEventStoreDb();
    await expect(openTestStore(other.connectionString)).rejects.toThrow(OneClusterPerProcess);
    other.crash();
  });

  it('keeps trouble of reads away from appends under way', async () => {
    const lookedAfter: string[] = [];
    const store = await open(fake.connectionString, { observer: { resolved: (outcome: string) => lookedAfter.push(outcome) } });
    await store.append(order.stream, 'none', order.batch());
    fake.faults.append = () => ({ kind: 'late', ms: 600 });
    const waiting = store.append(order.stream, 0, order.batch());
    while (fake.appends.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    // The reader is sent to a node that does not answer: its client lets go of its channel, and the next read opens another.
    fake.faults.leaderElsewhere = { host: '127.0.0.1', port: 1 };
    await expect(store.read(order.stream)).rejects.toThrow(StoreUnavailable);
    fake.faults.leaderElsewhere = undefined;
    expect(await waiting).toMatchObject({ outcome: 'committed', revision: 1 });
    expect(lookedAfter).toEqual([]);
  });

  it('keeps one stream of appends also when reads have opened another channel: what breaks then ends no process', async () => {
    const store = await open();
    await store.append(order.stream, 'none', order.batch());
    const later = new StreamBuilder(`order-${randomUUID()}`);
    fake.faults.append = ({ stream }) =>
      stream === order.stream ? { kind: 'late', ms: 400 } : { kind: 'break', stored: true, code: UNAVAILABLE, details: '' };
    const waiting = store.append(order.stream, 0, order.batch());
    while (fake.appends.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    fake.faults.leaderElsewhere = { host: '127.0.0.1', port: 1 };
    await expect(store.read(order.stream)).rejects.toThrow(StoreUnavailable);
    fake.faults.leaderElsewhere = undefined;
    // Over the same stream this fails both; over a second one, the answer to the first would meet an empty table.
    expect(await store.append(later.stream, 'none', later.batch())).toMatchObject({ outcome: 'committed' });
    expect(await waiting).toMatchObject({ outcome: 'committed', revision: 1 });
    fake.faults.append = () => ({ kind: 'late', ms: 500 });
    expect(await store.append(later.stream, 0, later.batch())).toMatchObject({ outcome: 'committed' });
  });

  it('lets go of a client that did not answer one append only when nobody waits for another any more', async () => {
    const connection = kept(connect(fake.connectionString));
    const later = new StreamBuilder(`order-${randomUUID()}`);
    fake.faults.append = ({ stream }) => (stream === order.stream ? { kind: 'silence', stored: true } : { kind: 'late', ms: 500 });
    const append = (stream: string, signal: AbortSignal) =>
      connection.append(stream, undefined, [event(randomUUID(), {})], { kind: 'batch', deadlineMs: 1_000 }, signal);
    const givenUp = new AbortController();
    const unanswered = append(order.stream, givenUp.signal).catch(() => 'let go of');
    const waiting = append(later.stream, never);
    while (fake.appends.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    givenUp.abort();
    expect(await waiting).toMatchObject({ outcome: 'written', revision: 0 });
    expect(await unanswered).toBe('let go of');
  });

  it('sends nothing more by a client that was let go of, for its stream would break that of the next one', async () => {
    const store = await open(fake.connectionString, { appendTimeoutMs: 300 });
    let answerAtLast: () => void = () => undefined;
    fake.faults.featuresAfter = new Promise((resolve) => (answerAtLast = resolve));
    // The first append is given up before its client has learned what the server can do, and written by a call of its own.
    expect(await store.append(order.stream, 'none', order.batch())).toMatchObject({ outcome: 'committed' });
    fake.faults.featuresAfter = undefined;
    const later = new StreamBuilder(`order-${randomUUID()}`);
    expect(await store.append(later.stream, 'none', later.batch())).toMatchObject({ outcome: 'committed' });
    fake.faults.append = ({ stream }) =>
      stream === order.stream ? { kind: 'late', ms: 200 } : { kind: 'break', stored: true, code: UNAVAILABLE, details: '' };
    answerAtLast();
    expect(await store.append(later.stream, 0, later.batch())).toMatchObject({ outcome: 'committed' });
    fake.faults.append = () => ({ kind: 'late', ms: 250 });
    expect(await store.append(later.stream, 1, later.batch())).toMatchObject({ outcome: 'committed' });
    expect(fake.appends.filter(({ stream }) => stream === order.stream).map(({ path }) => path)).toEqual(['single']);
  });

  it.each(['esdb:/user:secret@host', 'http://user:secret@host:2113', 'esdb://user:secret@host?tls=maybe&x'])(
    'refuses %s without quoting the password',
    async (connectionString) => {
      const refused = openTestStore(connectionString);
      await expect(refused).rejects.toThrow(ConnectionStringRefused);
      await expect(refused).rejects.not.toThrow(/secret/);
    },
  );

  it('refuses the option with which a failed append answers a wrong revision', async () => {
    await expect(openTestStore(`${fake.connectionString}&throwOnAppendFailure=false`)).rejects.toThrow(/wrong revisions/);
  });

  it('tells at once that nobody is there', async () => {
    fake.crash();
    const opening = openEventStoreDb({ connectionString: fake.connectionString, runtime: new SystemRuntime(), readTimeoutMs: 2_000 });
    await expect(opening).rejects.toThrow(StoreUnavailable);
  });

  describe('of the server itself, which is why things are as they are:', () => {
    it('an append without an answer never ends, and a broken call fails others that were stored', async () => {
      const connection = kept(connect(fake.connectionString));
      fake.faults.append = ({ index }) =>
        index < 2 ? { kind: 'silence', stored: true } : { kind: 'break', stored: false, code: UNAVAILABLE, details: '' };
      const waiting = ['a', 'b'].map((name) =>
        connection.append(`${order.stream}-${name}`, undefined, [event(randomUUID(), {})], { kind: 'batch', deadlineMs: 1_000 }, never),
      );
      const settledFirst = await Promise.race([...waiting, new Promise((resolve) => setTimeout(resolve, 500, 'still waiting'))]);
      expect(settledFirst).toBe('still waiting');
      await expect(
        connection.append(order.stream, undefined, [event(randomUUID(), {})], { kind: 'batch', deadlineMs: 1_000 }, never),
      ).rejects.toThrow();
      for (const each of waiting) await expect(each).rejects.toThrow();
      for (const name of ['a', 'b']) expect(fake.log.visibleStream(`${order.stream}-${name}`)).toHaveLength(1);
    });

    it('two clients that append in one process end the process when one of them breaks', async () => {
      const other = await startFakeEventStoreDb();
      fake.faults.append = () => ({ kind: 'break', stored: false, code: UNAVAILABLE, details: '' });
      other.faults.append = () => ({ kind: 'late', ms: 1_000 });
      const script = `
        const { EventStoreDBClient, jsonEvent } = require('@eventstore/db-client');
        const append = (address) => EventStoreDBClient.connectionString(address)
          .appendToStream('order-1', jsonEvent({ type: 'A', data: {} }), { expectedRevision: 'no_stream' }).catch(() => undefined);
        const waiting = append(process.argv[2]);
        setTimeout(() => append(process.argv[1]), 300);
        setTimeout(() => process.exit(0), 5_000);`;
      const child = spawn(process.execPath, ['-e', script, fake.connectionString, other.connectionString], { stdio: ['ignore', 'ignore', 'pipe'] });
      let said = '';
      child.stderr.on('data', (text: Buffer) => (said += text.toString()));
      const [code] = (await once(child, 'exit')) as [number | null];
      other.crash();
      expect(said).toMatch(/TypeError: undefined is not iterable|is not iterable/);
      expect(code).toBe(1);
    });
  });
});
