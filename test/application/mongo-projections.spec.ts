import fc from 'fast-check';
import type { ProjectionAlert } from '../../src/application/projections/projection-status';
import { runProjections, type RunningProjections } from '../../src/application/run-projections';
import { verifyProjection } from '../../src/application/verify/verify-projection';
import { type MongoReadModels, openMongoReadModels } from '../../src/infrastructure/mongodb/read-models/mongo-read-models';
import { projections } from '../../src/projections';
import type { AnyProjection, Projection } from '../../src/projections/projection';
import { MemoryReadModels } from '../../src/simulation/ports/memory-read-models';
import type { ReadModels } from '../../src/application/ports/read-models';
import { FakeMongodb, type Misdeed } from '../support/fake-mongodb/fake-mongodb';
import { openShop, submitted, type TestShop } from './commands-shop';
import { codec, type CountRow, HastyRuntime, hashOf, orders, perType } from './counted-projections';
import { FaultInjectingEventStore, place } from './fault-injecting-event-store';

const runtime = new HastyRuntime();
const WAIT_MS = 60_000;
const PATIENCE = { findServerMs: 1_000, silenceMs: 1_500 };
/** Each broken connection costs the driver half a second, so few runs by default. */
const RUNS = Number(process.env['CARDRAIL_TEST_MONGO_RUNS'] ?? 4);
const FAULTS_PER_RUN_MAX = 4;

let fake: FakeMongodb;
let store: FaultInjectingEventStore;
let readModels: MongoReadModels;
let alerts: ProjectionAlert[];
let stops: AbortController[];
let runs: RunningProjections[];

beforeEach(async () => {
  fake = await FakeMongodb.start();
  store = new FaultInjectingEventStore();
  readModels = openMongoReadModels({ url: fake.url, ...PATIENCE });
  [alerts, stops, runs] = [[], [], []];
});
afterEach(async () => {
  fake.behave();
  await halt();
  await readModels.close();
  await fake.stop();
});

function start(which: readonly AnyProjection[] = [orders, perType], models: ReadModels = readModels): RunningProjections {
  const stop = new AbortController();
  const observer = (alert: ProjectionAlert): unknown => alerts.push(alert);
  const running = runProjections({ store, readModels: models, projections: which, codec, runtime, signal: stop.signal, observer });
  stops.push(stop);
  runs.push(running);
  return running;
}

async function halt(): Promise<void> {
  for (const stop of stops.splice(0)) stop.abort();
  await Promise.all(runs.splice(0).map(({ done }) => done));
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = runtime.monotonicMs() + WAIT_MS;
  for (;;) {
    // Away, or not prepared yet, is "not yet".
    if (await holds().catch(() => false)) return;
    if (runtime.monotonicMs() > deadline) throw new Error(`not in time: ${what} (${JSON.stringify(alerts.slice(-3))})`);
    await runtime.sleep(2);
  }
}

async function untilCaughtUp(models: ReadModels = readModels, ...names: string[]): Promise<void> {
  for (const name of names.length === 0 ? ['orders', 'perType'] : names)
    await until(async () => (await models.checkpoint(name)) === place(store.log.length), `${name} at the head`);
}

const alertsOf = (kind: ProjectionAlert['kind']): ProjectionAlert[] => alerts.filter((alert) => alert.kind === kind);
const fill = (events: number): void => {
  for (let i = 0; i < events; i++) store.add(`order-${i % 13}`, i % 29 === 0 ? 'Closed' : 'Paid');
};

/** The same log, projected in one go into read models that cannot fail. */
async function hashesOfCleanPass(which: readonly AnyProjection[] = [orders, perType]): Promise<readonly string[]> {
  const clean = new MemoryReadModels();
  const stop = new AbortController();
  const { done } = runProjections({ store, readModels: clean, projections: which, codec, runtime, signal: stop.signal });
  await untilCaughtUp(clean, ...which.map(({ name }) => name));
  stop.abort();
  await done;
  return Promise.all(which.map(({ name }) => hashOf(clean, name)));
}
const hashes = async (): Promise<readonly string[]> => [await hashOf(readModels, 'orders'), await hashOf(readModels, 'perType')];

describe('projections kept in MongoDB', () => {
  it('any redelivery, batch split and lost connection gives the rows of one clean pass (F12, F13, F22)', async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
    process.stdout.write(`mongo-projections property: SEED=${seed}\n`);
    const type = fc.constantFrom('Opened', 'Paid', 'Ignored', 'Closed', 'Paid');
    const log = fc.array(fc.tuple(fc.constantFrom('order-1', 'order-2', 'order-3', 'card-1'), type), { minLength: 1, maxLength: 40 });
    const chancesOf = fc.infiniteStream(fc.nat({ max: 40 }));
    const misdeeds: readonly Misdeed['how'][] = ['drop-before', 'drop-after', 'refuse', 'write-concern-fails'];
    let run = 0;
    const property = fc.asyncProperty(log, chancesOf, async (events, chances) => {
      run++;
      const which = [
        { ...orders, name: `orders${run}` },
        { ...perType, name: `sum${run}` },
      ];
      store = new FaultInjectingEventStore();
      for (const [stream, eventType] of events) store.add(stream, eventType);
      const next = (): number => chances.next().value as number;
      let faultsLeft = FAULTS_PER_RUN_MAX;
      store.batchSize = () => 1 + (next() % 7);
      store.redelivers = next;
      fake.strikes = (on) => {
        if (faultsLeft === 0 || !['find', 'update'].includes(on) || next() > 3) return 'none';
        faultsLeft--;
        return misdeeds[next() % misdeeds.length] ?? 'none';
      };
      start(which);
      await untilCaughtUp(readModels, ...which.map(({ name }) => name));
      fake.behave();
      await halt();
      [store.batchSize, store.redelivers] = [() => 64, () => 0];
      const rough = await Promise.all(which.map(({ name }) => hashOf(readModels, name)));
      expect(rough).toEqual(await hashesOfCleanPass(which));
    });
    await fc.assert(property, { seed, numRuns: RUNS, endOnFailure: true });
  });

  it('two projectors on one database behave as one', async () => {
    fill(300);
    const other = openMongoReadModels({ url: fake.url, ...PATIENCE });
    start();
    start([orders, perType], other);
    await untilCaughtUp();
    await halt();
    await other.close();
    expect(await hashes()).toEqual(await hashesOfCleanPass());
  });

  it('rebuilt beside the rows that serve, they are the same by hash', async () => {
    fill(120);
    const running = start();
    await untilCaughtUp();
    const live = await hashes();
    await running.rebuild('orders');
    await running.rebuild('perType');
    await until(async () => alertsOf('activated').length === 2, 'rebuilt');
    expect(await hashes()).toEqual(live);
    expect(live).toEqual(await hashesOfCleanPass());
  });

  it('pause while MongoDB is away and go on by themselves (F22)', async () => {
    fill(20);
    start();
    await untilCaughtUp();
    await fake.stop();
    fill(20);
    await until(async () => alertsOf('paused').length > 0, 'noticed');
    await fake.start();
    await untilCaughtUp();
    expect(alertsOf('stopped')).toEqual([]);
    expect(await hashes()).toEqual(await hashesOfCleanPass());
  });

  it('begin again by themselves when MongoDB comes back empty', async () => {
    fill(20);
    start();
    await untilCaughtUp();
    await fake.restartEmpty();
    fill(5);
    await untilCaughtUp();
    expect(await hashes()).toEqual(await hashesOfCleanPass());
  });

  it('replay forward by themselves when MongoDB is put back to an older copy, under a projector that never stopped (F23)', async () => {
    fill(20);
    start();
    await untilCaughtUp();
    const copy = fake.copy();
    fill(30);
    await untilCaughtUp();
    await fake.restore(copy);
    fill(10);
    await untilCaughtUp();
    expect(await hashes()).toEqual(await hashesOfCleanPass());
  });

  it('are replayed as well when the copy comes back between the reading of rows and the writing of them', async () => {
    fill(20);
    start([perType]);
    await untilCaughtUp(readModels, 'perType');
    const copy = fake.copy();
    fill(30);
    await untilCaughtUp(readModels, 'perType');
    // The next update is that of the rows; before it is done the data are those of the copy, and no connection breaks.
    fake.whenAsked('update', async () => fake.exchange(copy));
    store.add('order-1', 'Paid');
    await until(async () => alertsOf('paused').length > 0, 'noticed');
    await untilCaughtUp(readModels, 'perType');
    expect([await hashOf(readModels, 'perType')]).toEqual(await hashesOfCleanPass([perType]));
  });

  it('park one stream, durably, and let it go in order (F15)', async () => {
    let isPoisonous = true;
    const touchy: Projection<CountRow> = {
      ...orders,
      project: (event, row, key) => {
        if (isPoisonous && event.type === 'Poison') throw new Error('cannot stand this');
        return orders.project(event, row, key);
      },
    };
    for (const [stream, type] of [
      ['order-1', 'Opened'],
      ['order-1', 'Poison'],
      ['order-2', 'Opened'],
      ['order-1', 'Paid'],
    ] as const)
      store.add(stream, type);
    start([touchy]);
    await untilCaughtUp(readModels, 'orders');
    await halt();
    const running = start([touchy]);
    store.add('order-1', 'Paid');
    await untilCaughtUp(readModels, 'orders');
    expect((await readModels.get<CountRow>('orders', 'order-1'))?.value.seen).toEqual([0]);
    expect(await running.parked('orders', 10)).toMatchObject([{ stream: 'order-1', revision: 1, position: place(2), error: 'cannot stand this' }]);
    expect(await running.retryParked('orders')).toMatchObject([{ outcome: 'still-parked' }]);
    isPoisonous = false;
    expect(await running.retryParked('orders')).toEqual([{ stream: 'order-1', outcome: 'released' }]);
    expect((await readModels.get<CountRow>('orders', 'order-1'))?.value.seen).toEqual([0, 1, 2, 3]);
  });

  it('take two writes for a batch, however many rows it has', async () => {
    store.batchSize = () => 256;
    fill(256);
    start([orders]);
    await untilCaughtUp(readModels, 'orders');
    await halt();
    const [trips, updates] = [fake.roundTrips, fake.counts.get('update') ?? 0];
    fill(256);
    start([orders]);
    await untilCaughtUp(readModels, 'orders');
    await halt();
    process.stdout.write(`round trips to open, project 256 events and stop: ${fake.roundTrips - trips}\n`);
    expect((fake.counts.get('update') ?? 0) - updates).toBe(2);
  });
});

describe('the read models of a shop in MongoDB', () => {
  let shop: TestShop;
  beforeEach(async () => {
    shop = await openShop();
    await shop.stock('CODE-1', 'CODE-2', 'CODE-3');
    for (let i = 0; i < 3; i++) await shop.pay(submitted(await shop.submit()).orderId);
  });
  afterEach(() => shop.close());

  const unequal = async (): Promise<readonly string[]> => {
    const different: string[] = [];
    for (const projection of projections) {
      const { equal, parked } = await verifyProjection({
        projection,
        store: shop.store,
        codec: shop.codec,
        readModels,
        signal: new AbortController().signal,
      });
      if (!equal || parked > 0) different.push(projection.name);
    }
    return different;
  };
  const untilAllCaughtUp = async (): Promise<void> => {
    const head = await shop.store.head();
    for (const { name } of projections) await until(async () => ((await readModels.checkpoint(name)) ?? '') >= (head ?? ''), `${name} at the head`);
  };

  it('equal what the log says: live, after a restart without data, after an older copy, and where rows are ahead of their checkpoint', async () => {
    const stop = new AbortController();
    const running = runProjections({ store: shop.store, readModels, projections, codec: shop.codec, runtime: shop.runtime, signal: stop.signal });
    await untilAllCaughtUp();
    expect(await unequal()).toEqual([]);

    const copy = fake.copy();
    await shop.pay(submitted(await shop.submit()).orderId);
    await untilAllCaughtUp();
    await fake.restore(copy);
    await shop.pay(submitted(await shop.submit()).orderId);
    await untilAllCaughtUp();
    expect(await unequal()).toEqual([]);

    await fake.restartEmpty();
    await untilAllCaughtUp();
    expect(await unequal()).toEqual([]);
    stop.abort();
    await running.done;

    for (const [name, document] of Object.entries(await checkpointsOf(readModels))) await putCheckpointBack(name, document);
    expect(await unequal()).toEqual([]);
  });

  /** As a crash between the rows and the checkpoint leaves them. */
  async function putCheckpointBack(model: string, checkpoint: string): Promise<void> {
    fake.edit('cardrail.models', model, (document) => {
      const builds = document['builds'] as Record<string, { checkpoint: string }>;
      for (const build of Object.values(builds)) build.checkpoint = checkpoint;
    });
  }
  async function checkpointsOf(models: ReadModels): Promise<Readonly<Record<string, string>>> {
    const half: Record<string, string> = {};
    for (const { name, summary } of projections) {
      const checkpoint = await models.checkpoint(name);
      if (summary === true && checkpoint !== null) half[name] = `${'0'.repeat(checkpoint.length - 1)}1`;
    }
    return half;
  }
});
