import { randomUUID } from 'node:crypto';
import { appendEvents } from '../../../src/application/append-events';
import { StoreUnavailable, type AppendResult } from '../../../src/application/ports/event-store';
import type { EventStoreDb } from '../../../src/infrastructure/eventstoredb';
import { SystemRuntime } from '../../../src/infrastructure/runtime/system-runtime';
import { StreamBuilder } from '../../support/event-builders';
import { startFakeEventStoreDb, type AppendFault, type FakeEventStoreDb, type SeenAppend } from '../../support/fake-eventstoredb';
import { openTestStore, type TestOptions } from '../../support/open-eventstoredb';

const [CANCELLED, INTERNAL, UNAVAILABLE] = [1, 13, 14];
const QUICK: TestOptions = { appendTimeoutMs: 400, singleTimeoutMs: 2_000, readTimeoutMs: 2_000 };

describe('An append to EventStoreDB', () => {
  let fake: FakeEventStoreDb;
  let store: EventStoreDb;
  let order: StreamBuilder;

  beforeEach(async () => {
    fake = await startFakeEventStoreDb();
    store = await openTestStore(fake.connectionString, QUICK);
    order = new StreamBuilder(`order-${randomUUID()}`);
  });
  afterEach(async () => {
    fake.faults.append = undefined;
    await store.close();
    fake.crash();
  });

  const onPath = (path: SeenAppend['path'], fault: AppendFault): void => {
    fake.faults.append = (append) => (append.path === path ? fault : undefined);
  };
  const append = (count = 1): Promise<AppendResult> => store.append(order.stream, order.expected, order.batch(count));
  const stored = (): readonly string[] => fake.log.visibleStream(order.stream).map(({ id }) => id);
  const expectOnce = (count: number): void => {
    expect(stored()).toHaveLength(count);
    expect(new Set(stored()).size).toBe(count);
  };

  describe('that is never answered', () => {
    it('and was stored, is found by reading back, and not sent again', async () => {
      onPath('batch', { kind: 'silence', stored: true });
      expect(await append(2)).toMatchObject({ outcome: 'committed', revision: 1 });
      expectOnce(2);
      expect(fake.appends.map(({ path }) => path)).toEqual(['batch']);
    });

    it('and was not stored, is sent once more by a call of its own', async () => {
      onPath('batch', { kind: 'silence', stored: false });
      expect(await append(2)).toMatchObject({ outcome: 'committed', revision: 1 });
      expectOnce(2);
      expect(fake.appends.map(({ path }) => path)).toEqual(['batch', 'single']);
    });

    it('by either way, is unknown, and rejects nobody', async () => {
      fake.faults.append = () => ({ kind: 'silence', stored: false });
      await store.close();
      store = await openTestStore(fake.connectionString, { ...QUICK, singleTimeoutMs: 200 });
      expect(await append()).toMatchObject({ outcome: 'unknown', cause: expect.stringMatching(/deadline|no answer/i) });
    });

    it('while somebody else appends at the same revision, is a conflict', async () => {
      await append();
      fake.faults.append = ({ index }) => (index === 1 ? { kind: 'silence', stored: false } : undefined);
      const waiting = store.append(order.stream, 0, order.proposed(1, { writer: 'mine' }));
      const other = await store.append(order.stream, 0, order.proposed(1, { writer: 'other' }));
      expect(other).toMatchObject({ outcome: 'committed' });
      expect(await waiting).toEqual({ outcome: 'conflict', actual: 1 });
      expectOnce(2);
    });
  });

  it('that is answered after our time is committed all the same, and only once', async () => {
    onPath('batch', { kind: 'late', ms: 900 });
    expect(await append()).toMatchObject({ outcome: 'committed', revision: 0 });
    fake.faults.append = undefined;
    expect(await append()).toMatchObject({ outcome: 'committed', revision: 1 });
    expectOnce(2);
  });

  it('that the single call stores after its own deadline is found by reading back once more', async () => {
    await store.close();
    store = await openTestStore(fake.connectionString, { ...QUICK, singleTimeoutMs: 300 });
    fake.faults.append = ({ path }) => (path === 'batch' ? { kind: 'silence', stored: false } : { kind: 'silence', stored: true });
    expect(await append()).toMatchObject({ outcome: 'committed', revision: 0 });
    expectOnce(1);
  });

  describe.each([
    ['unavailable, as of a server that crashed', UNAVAILABLE],
    ['internal, as of a server that was told to stop', INTERNAL],
    ['cancelled', CANCELLED],
  ])('whose call breaks with the code %s', (_what, code) => {
    it.each([true, false])('is looked after, whether it was stored (%s) or not', async (isStored) => {
      fake.faults.append = ({ index }) => (index === 0 ? { kind: 'break', stored: isStored, code, details: 'broken' } : undefined);
      expect(await append(3)).toMatchObject({ outcome: 'committed', revision: 2 });
      expectOnce(3);
    });
  });

  it('fails with all others under way on the same call, and each is looked after', async () => {
    // Long enough that none of them runs out of time, however busy the machine is: it is the break that fails them.
    await store.close();
    store = await openTestStore(fake.connectionString, { appendTimeoutMs: 30_000 });
    const orders = Array.from({ length: 60 }, () => new StreamBuilder(`order-${randomUUID()}`));
    fake.faults.append = ({ index }) =>
      index < 59 ? { kind: 'silence', stored: true } : { kind: 'break', stored: true, code: UNAVAILABLE, details: '' };
    const results = await Promise.all(orders.map((each) => store.append(each.stream, 'none', each.batch(2))));
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['committed']));
    for (const { stream } of orders) expect(fake.log.visibleStream(stream)).toHaveLength(2);
    expect(fake.appends).toHaveLength(60);
  });

  it('that the server has not replicated yet is unknown; repeated as rule 4 asks it becomes committed, once', async () => {
    fake.log.holdReplication();
    const batch = order.batch(2);
    expect(await store.append(order.stream, 'none', batch)).toMatchObject({ outcome: 'unknown' });
    const waiting = appendEvents(store, new SystemRuntime(), order.stream, 'none', batch);
    fake.log.replicate();
    expect(await waiting).toMatchObject({ outcome: 'committed', revision: 1 });
    expectOnce(2);
  });

  it('that was lost with the leader that had it, is written by the repeat', async () => {
    fake.log.holdReplication();
    const batch = order.batch(2);
    expect(await store.append(order.stream, 'none', batch)).toMatchObject({ outcome: 'unknown' });
    fake.log.loseUnreplicated();
    expect(await appendEvents(store, new SystemRuntime(), order.stream, 'none', batch)).toMatchObject({ outcome: 'committed', revision: 1 });
    expectOnce(2);
  });

  it('to a server that is gone is unknown, never refused; when it is back, appends work on the same store', async () => {
    fake.crash();
    expect(await append()).toMatchObject({ outcome: 'unknown' });
    await fake.start();
    order = new StreamBuilder(`order-${randomUUID()}`);
    expect(await append()).toMatchObject({ outcome: 'committed' });
    expectOnce(1);
  });

  it('to a frozen server ends within our time; what the server did when it thawed is found', async () => {
    await store.close();
    store = await openTestStore(fake.connectionString, { appendTimeoutMs: 200, singleTimeoutMs: 200, readTimeoutMs: 200 });
    const thaw = fake.freeze();
    const batch = order.batch();
    expect(await store.append(order.stream, 'none', batch)).toMatchObject({ outcome: 'unknown' });
    thaw();
    expect(await appendEvents(store, new SystemRuntime(), order.stream, 'none', batch)).toMatchObject({ outcome: 'committed', revision: 0 });
    expectOnce(1);
  });

  it('goes through although the clock of the server is a day ahead of ours', async () => {
    fake.faults.clockAheadMs = 24 * 3_600_000;
    expect(await append()).toMatchObject({ outcome: 'committed' });
    expect(fake.appends.map(({ path }) => path)).toEqual(['batch']);
  });

  it('larger than the server takes is refused before it is sent, as a defect of the caller', async () => {
    const batch = order.proposed(1, { data: () => ({ text: '卡'.repeat(350_000) }) });
    await expect(store.append(order.stream, 'none', batch)).rejects.toThrow(RangeError);
    expect(fake.appends).toEqual([]);
  });

  it('of the largest size goes through', async () => {
    const batch = order.proposed(1, { data: () => ({ text: 'x'.repeat(998_000) }) });
    expect(await store.append(order.stream, 'none', batch)).toMatchObject({ outcome: 'committed' });
  });

  it('to a stream that somebody deleted is told as damage, not as a success at another number', async () => {
    await append(3);
    fake.log.softDelete(order.stream);
    const again = new StreamBuilder(order.stream).batch();
    await expect(store.append(order.stream, 'none', again)).rejects.toThrow(/was deleted or cut/);
    await expect(store.read(order.stream)).rejects.toThrow(/was deleted or cut/);
  });

  it('to a tombstoned stream is unknown with its cause', async () => {
    await append();
    fake.log.tombstone(order.stream);
    expect(await append()).toMatchObject({ outcome: 'unknown', cause: expect.stringContaining('stream-deleted') });
  });

  it("to one of the server's own streams is refused as a defect of the caller", async () => {
    await expect(store.append('$ours', 'none', order.batch())).rejects.toThrow(RangeError);
  });

  it('under way ends before the store is closed; later ones are refused', async () => {
    onPath('batch', { kind: 'late', ms: 200 });
    const waiting = append();
    await store.close();
    expect(await waiting).toMatchObject({ outcome: 'committed' });
    await expect(append()).rejects.toThrow(StoreUnavailable);
    await expect(store.read(order.stream)).rejects.toThrow(StoreUnavailable);
  });

  it('tells the observer how it ended, and whether it had to be looked after', async () => {
    const told: string[] = [];
    await store.close();
    store = await openTestStore(fake.connectionString, {
      ...QUICK,
      observer: { appended: (ms, outcome) => told.push(`${ms >= 0} ${outcome}`), resolved: (outcome) => told.push(`resolved ${outcome}`) },
    });
    await append();
    onPath('batch', { kind: 'break', stored: true, code: UNAVAILABLE, details: '' });
    await append();
    fake.faults.append = undefined;
    await store.append(order.stream, 'none', order.proposed());
    expect(told).toEqual(['true committed', 'resolved committed', 'true committed', 'true conflict']);
  });
});
