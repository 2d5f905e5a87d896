import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { type Generation, type ModelDefinition, ReadModelsUnavailable, type WriteBatch } from '../../src/application/ports/read-models';
import { positionWaiter } from '../../src/application/projections/position-waiter';
import type { ProjectionAlert, ProjectionStatus } from '../../src/application/projections/projection-status';
import { definitionOf } from '../../src/application/projections/seat';
import { runProjections, type RunningProjections, type RunProjectionsOptions } from '../../src/application/run-projections';
import { openSqliteReadModels, SqliteReadModels } from '../../src/infrastructure/sqlite/read-models/sqlite-read-models';
import type { AnyProjection, Projection } from '../../src/projections/projection';
import { codec, type CountRow, HastyRuntime, hashOf, orders, perType, type TotalRow } from './counted-projections';
import { FaultInjectingEventStore, place } from './fault-injecting-event-store';

/** Real read models that fail on request, before or after the write took place. */
class FailingReadModels extends SqliteReadModels {
  failsBefore: () => boolean = () => false;
  failsAfter: () => boolean = () => false;
  failsBuild: () => boolean = () => false;
  beforeGenerations: () => Promise<void> = async () => undefined;
  readonly written: WriteBatch[] = [];

  override async generations(...models: readonly string[]): Promise<readonly Generation[]> {
    await this.beforeGenerations();
    return super.generations(...models);
  }

  override async startBuild(definition: ModelDefinition): Promise<Generation> {
    if (this.failsBuild()) throw new ReadModelsUnavailable('before the build, by the test');
    return super.startBuild(definition);
  }

  override async write(generation: Generation, batch: WriteBatch): Promise<void> {
    if (this.failsBefore()) throw new ReadModelsUnavailable('before the write, by the test');
    await super.write(generation, batch);
    this.written.push(batch);
    if (this.failsAfter()) throw new ReadModelsUnavailable('after the write, by the test');
  }
}

const runtime = new HastyRuntime();
const WAIT_MS = 10_000;

let folder: string;
let store: FaultInjectingEventStore;
let readModels: FailingReadModels;
let stop: AbortController;
let alerts: ProjectionAlert[];
let states: ProjectionStatus[];
let running: RunningProjections | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardrail-projections-'));
  store = new FaultInjectingEventStore();
  readModels = new FailingReadModels({ file: join(folder, 'read-models.db') });
  [alerts, states] = [[], []];
});

afterEach(async () => {
  await halt();
  await readModels.close();
  rmSync(folder, { recursive: true });
});

function start(projections: readonly AnyProjection[] = [orders], more: Partial<RunProjectionsOptions> = {}): RunningProjections {
  stop = new AbortController();
  const onState = (status: ProjectionStatus): unknown => states.push(status);
  const observer = (alert: ProjectionAlert): unknown => alerts.push(alert);
  running = runProjections({ store, readModels, projections, codec, runtime, signal: stop.signal, onState, observer, ...more });
  return running;
}

async function halt(): Promise<void> {
  stop?.abort();
  await running?.done;
  running = undefined;
}

const head = (): string => place(store.log.length);
const statusOf = (name: string): ProjectionStatus | undefined => running?.statuses().find((status) => status.name === name);
const seen = async (stream: string): Promise<readonly number[] | undefined> => (await readModels.get<CountRow>('orders', stream))?.value.seen;
const alertsOf = (kind: ProjectionAlert['kind']): ProjectionAlert[] => alerts.filter((alert) => alert.kind === kind);

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = runtime.monotonicMs() + WAIT_MS;
  while (!(await holds())) {
    if (runtime.monotonicMs() > deadline)
      throw new Error(`not in time: ${what} (${JSON.stringify(running?.statuses())} ${JSON.stringify(alerts.slice(-3))})`);
    await runtime.sleep(1);
  }
}

/** For readers and, a moment later, for the projector that has heard of its own write. */
const untilCaughtUp = async (...names: string[]): Promise<void> => {
  for (const name of names) {
    await until(async () => (await readModels.checkpoint(name)) === head(), `${name} at the head`);
    await until(() => statusOf(name)?.position === head(), `${name} says that it is at the head`);
  }
};

describe('following the log', () => {
  it('projects what is there and what comes, and says how far it is', async () => {
    store.add('order-1', 'Opened');
    store.add('card-1', 'Stocked');
    start([orders, perType]);
    await untilCaughtUp('orders', 'perType');
    store.add('order-1', 'Paid');
    await untilCaughtUp('orders', 'perType');
    expect(await seen('order-1')).toEqual([0, 1]);
    expect((await readModels.get<TotalRow>('perType', 'all'))?.value.total).toBe(3);
    expect(statusOf('orders')).toMatchObject({ version: 1, state: 'RUNNING', position: place(3), lagMs: 0, parked: 0 });
  });

  it('one subscription feeds all projections that are at the same place', async () => {
    for (let i = 0; i < 10; i++) store.add('order-1', 'Paid');
    start([orders, perType]);
    await untilCaughtUp('orders', 'perType');
    expect(store.subscriptions).toBe(1);
  });

  it('a new projection catches up apart from the others and then joins them', async () => {
    for (let i = 0; i < 200; i++) store.add(`order-${i % 7}`, 'Paid');
    start([orders]);
    await untilCaughtUp('orders');
    await halt();
    start([orders, perType]);
    await untilCaughtUp('orders', 'perType');
    store.add('order-1', 'Paid');
    await untilCaughtUp('orders', 'perType');
    expect((await readModels.get<TotalRow>('perType', 'all'))?.value.total).toBe(201);
  });

  it('an event of no interest moves the checkpoint and writes no row', async () => {
    store.add('order-1', 'Ignored');
    store.add('batch-1', 'Opened');
    start();
    await untilCaughtUp('orders');
    expect(await readModels.get('orders', 'order-1')).toBeNull();
  });

  it.each([
    ['of streams that it does not read', 'batch-1', 'Opened'],
    ['that change no row', 'order-2', 'Silent'],
  ])('events %s are passed without a write each, and stored as read by looking around and at the end', async (_which, stream, type) => {
    store.add('order-1', 'Opened');
    const projector = start([orders], { lookAroundMs: 1_200 });
    await untilCaughtUp('orders');
    const begun = readModels.written.length;
    for (let i = 0; i < 20; i++) {
      const { position } = store.add(stream, type);
      expect(await projector.waitFor('orders', position, WAIT_MS)).toBe(true);
    }
    await until(async () => (await readModels.checkpoint('orders')) === head(), 'stored by looking around');
    // Twenty events by ones; looking around takes its second, so that it came by a few times at most.
    expect(readModels.written.length - begun).toBeLessThan(10);
    store.add(stream, type);
    await until(() => statusOf('orders')?.position === head(), 'read');
    await halt();
    expect(await readModels.checkpoint('orders')).toBe(head());
  });

  it('rows that are put back to an older copy are noticed although nothing happens', async () => {
    store.add('order-1', 'Opened');
    start([orders], { lookAroundMs: 20 });
    await untilCaughtUp('orders');
    store.add('order-1', 'Paid');
    await untilCaughtUp('orders');
    const file = new Database(join(folder, 'read-models.db'));
    file.prepare('UPDATE generations SET checkpoint = ?').run(place(1));
    file.prepare(`UPDATE rows_orders_1 SET position = ?, value = json_set(value, '$.seen', json_array(0))`).run(place(1));
    file.close();
    await until(async () => (await seen('order-1'))?.length === 2, 'projected again');
    await untilCaughtUp('orders');
  });

  it('waits for a position that comes, and gives up on one that does not', async () => {
    const { waitFor } = bound(start());
    await until(() => statusOf('orders')?.generation !== 0, 'opened');
    const wait = waitFor('orders', place(1), WAIT_MS);
    store.add('order-1', 'Opened');
    expect(await wait).toBe(true);
    expect(await waitFor('orders', place(1), 0)).toBe(true);
    expect(await waitFor('orders', place(99), 5)).toBe(false);
  });

  it('waits by asking the read models when the projector is elsewhere', async () => {
    await readModels.prepare([orders]);
    const waiter = positionWaiter(readModels, runtime);
    expect(await waiter.waitFor('orders', place(1), 5)).toBe(false);
    const wait = waiter.waitFor('orders', place(1), WAIT_MS);
    store.add('order-1', 'Opened');
    start();
    expect(await wait).toBe(true);
  });
});

const bound = (projector: RunningProjections): Pick<RunningProjections, 'waitFor'> => ({ waitFor: (...args) => projector.waitFor(...args) });

describe('faults on the way', () => {
  it('a checkpoint that another projector moves while this one begins is no checkpoint beyond the log', async () => {
    store.add('order-1', 'Opened');
    const first = start();
    await untilCaughtUp('orders');
    let looked = 0;
    readModels.beforeGenerations = async () => {
      if (++looked > 1) return;
      const { position } = store.add('order-1', 'Paid');
      await first.waitFor('orders', position, WAIT_MS);
    };
    const stopSecond = new AbortController();
    const observer = (alert: ProjectionAlert): unknown => alerts.push(alert);
    const second = runProjections({ store, readModels, projections: [orders], codec, runtime, signal: stopSecond.signal, observer });
    await until(() => second.statuses()[0]?.generation !== 0, 'the second is open');
    stopSecond.abort();
    await second.done;
    expect(looked).toBeGreaterThan(0);
    expect(alertsOf('checkpoint-beyond-head')).toEqual([]);
  });

  it('rows beyond a restored log are replaced also when the projector dies half-way and the log outgrows them meanwhile', async () => {
    for (let i = 0; i < 5; i++) store.add('order-1', 'Paid');
    start();
    await untilCaughtUp('orders');
    await halt();
    store.truncate(1);
    let failed = 0;
    readModels.failsBefore = readModels.failsBuild = () => {
      if (alertsOf('build-started').length + alertsOf('checkpoint-beyond-head').length === 0 || failed > 0) return false;
      failed++;
      for (let i = 0; i < 9; i++) store.add('order-2', 'Paid');
      return true;
    };
    start();
    await until(async () => (await seen('order-2'))?.length === 9 && (await seen('order-1'))?.length === 1, 'built anew from the log');
    expect(failed).toBe(1);
  });

  it('any redelivery, crash point and batch split gives the rows of one clean pass', async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
    process.stdout.write(`run-projections property: SEED=${seed}\n`);
    const type = fc.constantFrom('Opened', 'Paid', 'Ignored', 'Closed', 'Paid');
    const log = fc.array(fc.tuple(fc.constantFrom('order-1', 'order-2', 'order-3', 'card-1'), type), { minLength: 1, maxLength: 60 });
    const faults = fc.infiniteStream(fc.nat({ max: 20 }));
    let run = 0;
    const property = fc.asyncProperty(log, faults, async (events, chances) => {
      run++;
      const [clean, rough] = [`clean${run}`, `rough${run}`];
      const named = (name: string): AnyProjection[] => [
        { ...orders, name },
        { ...perType, name: `${name}Sum` },
      ];
      store = new FaultInjectingEventStore();
      for (const [stream, eventType] of events) store.add(stream, eventType);
      start(named(clean));
      await untilCaughtUp(clean, `${clean}Sum`);
      await halt();

      const next = (): number => chances.next().value as number;
      let faultsLeft = 12;
      const strikes = (): boolean => faultsLeft > 0 && next() < 6 && faultsLeft-- > 0;
      store.batchSize = () => 1 + (next() % 7);
      store.redelivers = next;
      readModels.failsBefore = strikes;
      readModels.failsAfter = strikes;
      start(named(rough));
      await untilCaughtUp(rough, `${rough}Sum`);
      readModels.failsBefore = readModels.failsAfter = () => false;
      await halt();
      expect(await hashOf(readModels, rough)).toBe(await hashOf(readModels, clean));
      expect(await hashOf(readModels, `${rough}Sum`)).toBe(await hashOf(readModels, `${clean}Sum`));
    });
    await fc.assert(property, { seed, numRuns: 25, endOnFailure: true });
  });

  it('two projectors on one file behave as one', async () => {
    for (let i = 0; i < 400; i++) store.add(`order-${i % 13}`, i % 29 === 0 ? 'Closed' : 'Paid');
    const other = openSqliteReadModels({ file: join(folder, 'read-models.db') });
    const second = new AbortController();
    const twin = runProjections({ store, readModels: other, projections: [orders, perType], codec, runtime, signal: second.signal });
    start([orders, perType]);
    await untilCaughtUp('orders', 'perType');
    second.abort();
    await twin.done;
    await other.close();
    const together = [await hashOf(readModels, 'orders'), await hashOf(readModels, 'perType')];
    await running?.rebuild('orders');
    await running?.rebuild('perType');
    await until(() => alertsOf('activated').length === 2, 'rebuilt');
    expect([await hashOf(readModels, 'orders'), await hashOf(readModels, 'perType')]).toEqual(together);
  });

  it('goes on alone after the store was away', async () => {
    store.isAway = true;
    start();
    await until(() => alertsOf('paused').length >= 2, 'noticed');
    store.comeBack();
    store.add('order-1', 'Opened');
    await untilCaughtUp('orders');
    store.isAway = true;
    store.add('order-1', 'Paid');
    await until(() => alertsOf('paused').length >= 4, 'noticed again');
    store.comeBack();
    await untilCaughtUp('orders');
    expect(await seen('order-1')).toEqual([0, 1]);
  });

  it('an event that the subscription skipped is read from its stream, and somebody hears of it', async () => {
    store.skips = (event) => event.stream === 'order-1' && event.revision === 1;
    for (let i = 0; i < 3; i++) store.add('order-1', 'Paid');
    start([orders, perType]);
    await untilCaughtUp('orders', 'perType');
    expect(await seen('order-1')).toEqual([0, 1, 2]);
    expect((await readModels.get<TotalRow>('perType', 'all'))?.value.total).toBe(3);
    expect(alertsOf('revision-gap')).toEqual([{ kind: 'revision-gap', stream: 'order-1', from: 1, to: 1, recovered: 1 }]);
  });

  it('a summary that a skipped event has passed builds itself anew, an ordinary projection catches it up', async () => {
    store.skips = (event) => event.revision === 1;
    store.add('order-1', 'Paid');
    store.add('order-1', 'Paid');
    start([orders, perType]);
    await untilCaughtUp('orders', 'perType');
    store.add('order-1', 'Paid');
    await untilCaughtUp('orders');
    expect(await seen('order-1')).toEqual([0, 1, 2]);
    await until(() => alertsOf('activated').length > 0, 'built anew');
    await until(() => statusOf('perType')?.state === 'RUNNING', 'running');
    expect(alertsOf('stopped')).toHaveLength(1);
    expect((await readModels.get<TotalRow>('perType', 'all'))?.value.total).toBe(3);
  });

  it('a summary is built anew also when whoever stopped it came to nothing before the new one was begun', async () => {
    let refused = 0;
    readModels.failsBuild = () => refused++ === 0;
    store.skips = (event) => event.revision === 1;
    store.add('order-1', 'Paid');
    store.add('order-1', 'Paid');
    start([orders, perType]);
    await untilCaughtUp('orders', 'perType');
    store.add('order-1', 'Paid');
    await until(() => statusOf('perType')?.state === 'RUNNING' && alertsOf('activated').length > 0, 'running again');
    expect(refused).toBeGreaterThan(1);
    expect((await readModels.get<TotalRow>('perType', 'all'))?.value.total).toBe(3);
  });

  it('a checkpoint beyond the head of a restored store is refused and the rows are built anew', async () => {
    for (let i = 0; i < 6; i++) store.add(`order-${i}`, 'Paid');
    start();
    await untilCaughtUp('orders');
    await halt();
    store.truncate(2);
    start();
    await until(() => alertsOf('activated').length === 1, 'rebuilt');
    await untilCaughtUp('orders');
    expect(alertsOf('checkpoint-beyond-head')).toMatchObject([{ projection: 'orders', checkpoint: place(6), head: place(2) }]);
    expect(await readModels.count('orders', {}, 10)).toBe(2);
    await until(() => statusOf('orders')?.state === 'RUNNING', 'running again');
  });
});

describe('poison', () => {
  let isPoisonous = true;
  const touchy: Projection<CountRow> = {
    ...orders,
    project: (event, row, key) => {
      if (isPoisonous && event.type === 'Poison') throw new Error('cannot stand this');
      return orders.project(event, row, key);
    },
  };
  beforeEach(() => {
    isPoisonous = true;
    store.add('order-1', 'Opened');
    store.add('order-1', 'Poison');
    store.add('order-1', 'Paid');
    store.add('order-2', 'Opened');
  });

  it('parks that stream alone, in order, for everyone to see', async () => {
    start([touchy]);
    await untilCaughtUp('orders');
    store.add('order-1', 'Paid');
    store.add('order-2', 'Paid');
    await untilCaughtUp('orders');
    expect(await seen('order-1')).toEqual([0]);
    expect(await seen('order-2')).toEqual([0, 1]);
    expect(await running?.parked('orders', 10)).toMatchObject([{ stream: 'order-1', revision: 1, position: place(2), error: 'cannot stand this' }]);
    expect(statusOf('orders')).toMatchObject({ state: 'PARKING', parked: 1 });
    expect(alertsOf('parked')).toHaveLength(1);
  });

  it('a retry during which a build takes over finds nothing waiting in the rows that serve then', async () => {
    start([touchy]);
    await untilCaughtUp('orders');
    store.add('order-1', 'Paid');
    await untilCaughtUp('orders');
    isPoisonous = false;
    const lookParked = readModels.parked.bind(readModels);
    readModels.parked = async (generation, limit) => {
      readModels.parked = lookParked;
      await readModels.activate(await readModels.startBuild(definitionOf(touchy)));
      return lookParked(generation, limit);
    };
    expect(await running?.retryParked('orders')).toEqual([]);
    await untilCaughtUp('orders');
    expect(await seen('order-1')).toEqual([0, 1, 2, 3]);
  });

  it('a restart keeps it parked; a retry after the repair lets it go in order', async () => {
    start([touchy]);
    await untilCaughtUp('orders');
    await halt();
    start([touchy]);
    store.add('order-1', 'Paid');
    await untilCaughtUp('orders');
    expect(await running?.retryParked('orders')).toEqual([{ stream: 'order-1', outcome: 'still-parked', error: 'cannot stand this' }]);
    isPoisonous = false;
    expect(await running?.retryParked('orders')).toEqual([{ stream: 'order-1', outcome: 'released' }]);
    expect(await seen('order-1')).toEqual([0, 1, 2, 3]);
    store.add('order-1', 'Paid');
    await untilCaughtUp('orders');
    expect(await seen('order-1')).toEqual([0, 1, 2, 3, 4]);
    expect(statusOf('orders')).toMatchObject({ state: 'RUNNING', parked: 0 });
  });

  it('a retry that meets a second poison parks the rest from there', async () => {
    store.add('order-1', 'Poison', { second: true });
    const twice: AnyProjection = {
      ...orders,
      project: (event, row, key) => {
        if (event.type === 'Poison' && (isPoisonous || 'second' in event.data)) throw new Error('no');
        return orders.project(event, row as CountRow | null, key);
      },
    };
    start([twice]);
    await untilCaughtUp('orders');
    isPoisonous = false;
    expect(await running?.retryParked('orders')).toMatchObject([{ outcome: 'still-parked' }]);
    expect(await seen('order-1')).toEqual([0, 1, 2]);
    expect(await running?.parked('orders', 10)).toMatchObject([{ stream: 'order-1', revision: 3 }]);
  });

  it('the poisoned event can be given up, and the stream goes on behind it', async () => {
    start([touchy]);
    await untilCaughtUp('orders');
    expect(await running?.retryParked('orders', { streams: ['order-1'], skipPoisoned: true })).toMatchObject([{ outcome: 'released' }]);
    expect(await seen('order-1')).toEqual([0, 2]);
  });

  it('an unknown event or a newer schema parks the stream like poison', async () => {
    store.add('order-3', 'Opened');
    store.add('order-3', 'Paid', {}, 2);
    store.add('order-3', 'Paid');
    start();
    await untilCaughtUp('orders');
    expect(await seen('order-3')).toEqual([0]);
    expect(await running?.parked('orders', 10)).toMatchObject([{ stream: 'order-3', revision: 1, error: 'NEWER_VERSION' }]);
  });

  it('a row that cannot be indexed is poison as well', async () => {
    const odd: AnyProjection = {
      ...orders,
      project: (event, row, key) => (event.type === 'Poison' ? { size: [1] } : orders.project(event, row as CountRow | null, key)),
    };
    start([odd]);
    await untilCaughtUp('orders');
    expect(await running?.parked('orders', 10)).toMatchObject([{ stream: 'order-1', revision: 1 }]);
  });

  it('stops a summary before the event, over restarts, until it is retried', async () => {
    const sum: Projection<TotalRow> = {
      ...perType,
      project: (event, row, key) => {
        if (isPoisonous && event.type === 'Poison') throw new Error('no sum of this');
        return perType.project(event, row, key);
      },
    };
    start([sum, orders]);
    await until(() => statusOf('perType')?.state === 'STOPPED', 'stopped');
    await untilCaughtUp('orders');
    expect((await readModels.get<TotalRow>('perType', 'all'))?.value.total).toBe(1);
    expect(await readModels.checkpoint('perType')).toBe(place(1));
    await halt();
    start([sum, orders]);
    await until(() => statusOf('perType')?.generation !== 0, 'opened');
    expect(statusOf('perType')?.state).toBe('STOPPED');
    expect(statusOf('perType')?.problem).toContain('order-1@1: no sum of this');
    isPoisonous = false;
    expect(await running?.retryParked('perType')).toEqual([{ stream: '*', outcome: 'released' }]);
    await untilCaughtUp('perType');
    expect((await readModels.get<TotalRow>('perType', 'all'))?.value.total).toBe(4);
  });

  it('a defect of one projection does not hold up the others', async () => {
    const mute: AnyProjection = {
      ...orders,
      name: 'mute',
      keys: () => ['key'],
      project: () => ({
        size: 1,
        toJSON: (() => {
          throw new Error('no text');
        }) as never,
      }),
    };
    start([mute, orders]);
    await untilCaughtUp('orders');
    await until(() => statusOf('mute')?.state === 'STOPPED', 'stopped');
    expect(await seen('order-2')).toEqual([0]);
  });
});

describe('rebuilding', () => {
  beforeEach(() => {
    for (let i = 0; i < 300; i++) store.add(`order-${i % 11}`, i % 50 === 49 ? 'Closed' : 'Paid');
  });

  it('gives the same rows as the live ones, while those serve', async () => {
    start();
    await untilCaughtUp('orders');
    const live = await hashOf(readModels, 'orders');
    await running?.rebuild('orders');
    expect(await hashOf(readModels, 'orders')).toBe(live);
    await until(() => alertsOf('activated').length === 1, 'activated');
    expect(await hashOf(readModels, 'orders')).toBe(live);
    expect(states.some(({ state, progress }) => state === 'REBUILDING' && progress?.head === head())).toBe(true);
    await until(() => statusOf('orders')?.state === 'RUNNING', 'running');
    store.add('order-1', 'Paid');
    await untilCaughtUp('orders');
  });

  it('a new version is built beside the old rows and takes over when it has caught up', async () => {
    start();
    await untilCaughtUp('orders');
    await halt();
    const second: Projection<CountRow> = { ...orders, version: 2, indexes: [['size'], ['stream']] };
    start([second]);
    await until(() => alertsOf('activated').length === 1, 'activated');
    await until(() => statusOf('orders')?.state === 'RUNNING', 'running');
    expect(statusOf('orders')).toMatchObject({ version: 2, position: head() });
    expect((await readModels.find('orders', { limit: 10, filter: { stream: { eq: 'order-3' } } })).length).toBe(1);
  });

  it('a build that was interrupted goes on where it was', async () => {
    start();
    await untilCaughtUp('orders');
    await halt();
    const build = await readModels.startBuild(orders);
    await readModels.write(build, { rows: [{ key: 'kept', position: place(1), value: { seen: [], size: 0 } }], checkpoint: place(100) });
    start();
    await until(() => alertsOf('activated').length === 1, 'activated');
    expect(await readModels.get('orders', 'kept')).not.toBeNull();
  });

  it('an empty log is no reason to wait with a new version', async () => {
    store.truncate(0);
    start();
    await until(() => statusOf('orders')?.generation !== 0, 'opened');
    await halt();
    start([{ ...orders, version: 2 }]);
    await until(() => alertsOf('activated').length === 1, 'activated');
  });
});
