import { setTimeout as pause } from 'node:timers/promises';
import { type Generation, type ReadModels, ReadModelsUnavailable, type RowWrite } from '../../src/application/ports/read-models';
import { openMongoReadModels } from '../../src/infrastructure/mongodb/read-models/mongo-read-models';
import { at } from '../contracts/read-models.contract';
import { isAway } from '../../src/infrastructure/mongodb/away';
import { MongoConnection, NoAnswer } from '../../src/infrastructure/mongodb/connect';
import { FakeMongodb } from '../support/fake-mongodb/fake-mongodb';

const MODEL = { name: 'things', version: 1, indexes: [['size']] };
const ROWS = 'cardrail.rows_things_1';
const row = (key: string, place: number, size = place): RowWrite => ({ key, position: at(place), value: { size } });
/** Short enough to wait for, and far above what the fake needs to answer. */
const PATIENCE = { findServerMs: 1_000, silenceMs: 1_500 };

let fake: FakeMongodb;
let opened: ReadModels[];
let clockMs: number;

function open(url = fake.url): ReadModels {
  const models = openMongoReadModels({ url, ...PATIENCE, monotonicMs: () => performance.now() + clockMs });
  opened.push(models);
  return models;
}

async function active(models: ReadModels): Promise<Generation> {
  const found = (await models.generations(MODEL.name)).find(({ state }) => state === 'active');
  if (found === undefined) throw new Error('not prepared');
  return found;
}

const sizeOf = async (models: ReadModels, key: string): Promise<unknown> => (await models.get<{ size: number }>(MODEL.name, key))?.value.size;

/** Opened, prepared, and with one row at place 1. */
async function filled(): Promise<{ readonly models: ReadModels; readonly generation: Generation }> {
  const models = open();
  await models.prepare([MODEL]);
  const generation = await active(models);
  await models.write(generation, { rows: [row('a', 1)], checkpoint: at(1) });
  return { models, generation };
}

async function begin(options: { readonly replicaSet?: string }): Promise<void> {
  fake = await FakeMongodb.start(options);
  [opened, clockMs] = [[], 0];
}

afterEach(async () => {
  fake.behave();
  await Promise.all(opened.map((models) => models.close()));
  await fake.stop();
});

/** Driver or adapter may repeat what was refused; what must hold is what is there afterwards. */
async function untilItWorks<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < 20; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ReadModelsUnavailable)) throw error;
      await pause(20);
    }
  }
  throw new Error('it never worked');
}

describe('MongoDB that is away (F22)', () => {
  beforeEach(() => begin({}));

  it('at the start and later: everything is unavailable, and works when it is back, without being opened again', async () => {
    await fake.stop();
    const models = open();
    await expect(models.prepare([MODEL])).rejects.toThrow(ReadModelsUnavailable);
    await expect(models.generations(MODEL.name)).rejects.toThrow(ReadModelsUnavailable);
    await fake.start();
    await untilItWorks(() => models.prepare([MODEL]));
    const generation = await active(models);
    await models.write(generation, { rows: [row('a', 1)], checkpoint: at(1) });
    await fake.stop();
    await expect(models.get(MODEL.name, 'a')).rejects.toThrow(ReadModelsUnavailable);
    await expect(models.write(generation, { rows: [row('a', 2)], checkpoint: at(2) })).rejects.toThrow(ReadModelsUnavailable);
    await fake.start();
    await untilItWorks(() => models.write(generation, { rows: [row('a', 2)], checkpoint: at(2) }));
    expect(await sizeOf(models, 'a')).toBe(2);
  });

  it('that never answers is unavailable after a bounded time, for reading and for writing', async () => {
    const { models, generation } = await filled();
    fake.misbehave({ on: 'find', how: 'silence-before', times: 9 });
    await expect(models.find(MODEL.name, { limit: 10 })).rejects.toThrow(ReadModelsUnavailable);
    fake.behave();
    fake.misbehave({ on: 'update', how: 'silence-after' });
    await expect(models.write(generation, { rows: [row('a', 2)], checkpoint: at(2) })).rejects.toThrow(ReadModelsUnavailable);
    expect(await untilItWorks(() => models.checkpoint(MODEL.name))).toBe(at(1));
    await untilItWorks(() => models.write(generation, { rows: [row('a', 2)], checkpoint: at(2) }));
    expect(await models.checkpoint(MODEL.name)).toBe(at(2));
  });

  it('in the middle of a call, which the driver then waits for without an end, is unavailable all the same', async () => {
    const connection = new MongoConnection({ url: fake.url });
    await connection.answer(() => connection.database.command({ ping: 1 }));
    const ended = await connection.answer(() => new Promise(() => undefined), 200).catch((error: unknown) => error);
    expect(ended).toBeInstanceOf(NoAnswer);
    expect(isAway(ended)).toBe(true);
    await connection.close();
  });

  it('when every connection waits for an answer, whoever comes next is told so and does not wait for ever', async () => {
    const { models } = await filled();
    await sizeOf(models, 'a');
    fake.misbehave({ on: 'find', how: 'silence-before', times: 999 });
    const answers = await Promise.allSettled(Array.from({ length: 40 }, () => models.getMany(MODEL.name, ['a'])));
    const reasons = answers.map((answer) => (answer.status === 'rejected' ? (answer.reason as unknown) : 'answered'));
    expect(reasons.filter((reason) => !(reason instanceof ReadModelsUnavailable))).toEqual([]);
    expect(reasons.map(String).join()).toMatch(/checking out a connection/);
  });

  it('after close everything is unavailable', async () => {
    const { models } = await filled();
    await models.close();
    await expect(models.checkpoint(MODEL.name)).rejects.toThrow(ReadModelsUnavailable);
  });

  it('no password shows in what is said about it', async () => {
    await fake.stop();
    const models = open(fake.url.replace('mongodb://', 'mongodb://shop:hunter2%21@'));
    const error = await models.prepare([MODEL]).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(ReadModelsUnavailable);
    expect(`${String(error)} ${(error as Error).stack} ${JSON.stringify(error)}`).not.toMatch(/hunter2/);
    expect(() => open('mongodb://shop:hunter2!@@nowhere')).toThrow(/not an address of MongoDB/);
    expect(() => open('mongodb://shop:hunter2!@@nowhere')).not.toThrow(/hunter2/);
  });
});

describe('a crash in the middle of a batch', () => {
  beforeEach(() => begin({}));

  // Two writes: the rows, then the document with the checkpoint.
  it.each([
    ['before the rows', 1, 'drop-before', 1],
    ['after the rows', 1, 'drop-after', 2],
    ['before the checkpoint', 2, 'drop-before', 2],
  ] as const)('%s leaves the checkpoint behind, and the batch can be met again', async (_title, write, how, size) => {
    const { models, generation } = await filled();
    if (write === 2) fake.pass('update');
    fake.misbehave({ on: 'update', how });
    await expect(models.write(generation, { rows: [row('a', 2)], checkpoint: at(2) })).rejects.toThrow(ReadModelsUnavailable);
    expect(await untilItWorks(() => models.checkpoint(MODEL.name))).toBe(at(1));
    expect(await sizeOf(models, 'a')).toBe(size);
    await models.write(generation, { rows: [row('a', 2)], checkpoint: at(2) });
    expect(await models.checkpoint(MODEL.name)).toBe(at(2));
    expect(await sizeOf(models, 'a')).toBe(2);
  });

  it('after the checkpoint is a batch that was written: repeating it changes nothing', async () => {
    const { models, generation } = await filled();
    fake.pass('update');
    fake.misbehave({ on: 'update', how: 'drop-after' });
    const batch = { rows: [row('a', 2)], checkpoint: at(2) };
    await expect(models.write(generation, batch)).rejects.toThrow(ReadModelsUnavailable);
    expect(await untilItWorks(() => models.checkpoint(MODEL.name))).toBe(at(2));
    const before = fake.documents('cardrail.models');
    await models.write(generation, batch);
    expect(fake.documents(ROWS)).toHaveLength(1);
    expect(before).toHaveLength(1);
    expect(await sizeOf(models, 'a')).toBe(2);
  });

  it('rows that too few servers have stored move no checkpoint', async () => {
    const { models, generation } = await filled();
    fake.misbehave({ on: 'update', how: 'write-concern-fails' });
    await expect(models.write(generation, { rows: [row('a', 2)], checkpoint: at(2) })).rejects.toThrow(ReadModelsUnavailable);
    expect(await models.checkpoint(MODEL.name)).toBe(at(1));
  });
});

describe('several writers at once', () => {
  beforeEach(() => begin({}));
  const stored = (key: string, place: number): Record<string, unknown> => ({
    _id: key,
    position: at(place),
    live: true,
    value: JSON.stringify({ size: place }),
    cells: { size: place },
  });

  it('a duplicate key at an insertion is tried again, and the newer row wins', async () => {
    const { models, generation } = await filled();
    fake.raceUpserts((document) => (document['_id'] === 'b' && document['position'] === at(5) ? stored('b', 3) : undefined));
    await models.write(generation, { rows: [row('b', 5), row('c', 4)], checkpoint: at(5) });
    expect([await sizeOf(models, 'b'), await sizeOf(models, 'c')]).toEqual([5, 4]);
    expect(await models.checkpoint(MODEL.name)).toBe(at(5));
  });

  it('a newer row that came in between stays', async () => {
    const { models, generation } = await filled();
    fake.raceUpserts((document) => (document['_id'] === 'b' ? stored('b', 9) : undefined));
    await models.write(generation, { rows: [row('b', 5), row('c', 4)], checkpoint: at(5) });
    expect([await sizeOf(models, 'b'), await sizeOf(models, 'c')]).toEqual([9, 4]);
  });

  it('a projector that is behind changes neither rows nor checkpoint', async () => {
    const { models, generation } = await filled();
    const slow = open();
    await slow.prepare([MODEL]);
    await slow.generations(MODEL.name);
    await models.write(generation, { rows: [{ ...row('a', 9), value: null }, row('b', 9)], checkpoint: at(9) });
    await slow.write(generation, { rows: [row('a', 5), row('b', 5)], checkpoint: at(5), park: [] });
    expect(await models.checkpoint(MODEL.name)).toBe(at(9));
    expect([await sizeOf(models, 'a'), await sizeOf(models, 'b')]).toEqual([undefined, 9]);
  });

  it('a build that another process has begun again cannot be fed, and its rows serve nobody', async () => {
    const { models } = await filled();
    const other = open();
    const lost = await models.startBuild(MODEL);
    await models.write(lost, { rows: [row('a', 1)], checkpoint: at(1) });
    await other.startBuild(MODEL);
    await expect(models.write(lost, { rows: [row('a', 2)], checkpoint: at(2) })).rejects.toThrow(/gone/);
  });

  it('sequences that several park at the same moment are all parked', async () => {
    const { models, generation } = await filled();
    const streams = Array.from({ length: 6 }, (_, i) => `order-${i}`);
    const parking = streams.map(async (stream) => {
      const other = open();
      await other.generations(MODEL.name);
      const sequence = { stream, revision: 0, position: at(2), error: 'a defect', parkedAt: '2027-01-01T00:00:00.000Z' };
      await other.write(generation, { rows: [], checkpoint: at(2), park: [sequence] });
    });
    await Promise.all(parking);
    expect((await models.parked(generation, 10)).map(({ stream }) => stream).sort()).toEqual(streams);
  });

  it('many processes that prepare the same models at once agree on one build', async () => {
    const all = Array.from({ length: 6 }, () => open());
    await Promise.all(all.map((models) => models.prepare([MODEL])));
    await Promise.all(all.map((models) => models.prepare([{ ...MODEL, version: 2 }])));
    expect((await all[0]?.generations(MODEL.name))?.map(({ number, state }) => [number, state])).toEqual([
      [1, 'active'],
      [2, 'building'],
    ]);
  });
});

describe('another primary (F22)', () => {
  beforeEach(() => begin({ replicaSet: 'rs0' }));

  it('brings back no row and hides none: writes ask for a majority, reads for what a majority has, whatever the address says', async () => {
    const models = open(`${fake.url}&w=1&readConcernLevel=local&readPreference=secondaryPreferred`);
    await models.prepare([MODEL]);
    await models.write(await active(models), { rows: [row('a', 1)], checkpoint: at(1) });
    expect(await sizeOf(models, 'a')).toBe(1);
    for (const write of ['insert', 'update'])
      expect({ write, command: fake.asked.get(write) }).toMatchObject({ command: { writeConcern: { w: 'majority' } } });
    expect(fake.asked.get('find')).toMatchObject({ readConcern: { level: 'majority' } });
    expect(fake.asked.get('find')).not.toHaveProperty('$readPreference');
  });

  it('a write that met a server which is no primary any more is repeated where the primary is', async () => {
    const { models, generation } = await filled();
    fake.misbehave({ on: 'update', how: 'refuse' });
    await models.write(generation, { rows: [row('a', 2)], checkpoint: at(2) });
    expect(await sizeOf(models, 'a')).toBe(2);
  });

  it('a write whose answer was lost is repeated and takes place once', async () => {
    const { models, generation } = await filled();
    fake.misbehave({ on: 'update', how: 'drop-after' });
    await models.write(generation, { rows: [row('b', 2)], checkpoint: at(2) });
    expect(await sizeOf(models, 'b')).toBe(2);
    expect(await models.checkpoint(MODEL.name)).toBe(at(2));
  });

  it('without a primary everything is unavailable until there is one', async () => {
    const { models, generation } = await filled();
    fake.stepDown();
    await expect(models.write(generation, { rows: [row('a', 2)], checkpoint: at(2) })).rejects.toThrow(ReadModelsUnavailable);
    await expect(models.get(MODEL.name, 'a')).rejects.toThrow(ReadModelsUnavailable);
    fake.stepUp();
    await untilItWorks(() => models.write(generation, { rows: [row('a', 2)], checkpoint: at(2) }));
    expect(await sizeOf(models, 'a')).toBe(2);
  });
});

describe('other data than before', () => {
  beforeEach(() => begin({}));

  it('restarted empty: unavailable until it is prepared again, then empty from the beginning', async () => {
    const { models, generation } = await filled();
    await fake.restartEmpty();
    await expect(untilItWorks(() => models.generations(MODEL.name))).resolves.toEqual([]);
    await expect(models.get(MODEL.name, 'a')).rejects.toThrow(ReadModelsUnavailable);
    await expect(models.write(generation, { rows: [row('a', 2)], checkpoint: at(2) })).rejects.toThrow(/gone/);
    await models.prepare([MODEL]);
    expect(await models.checkpoint(MODEL.name)).toBeNull();
    expect(await models.get(MODEL.name, 'a')).toBeNull();
  });

  it('a reader that has looked just before the restart is not told "no such row" (its answer would be of other data)', async () => {
    const { models } = await filled();
    expect(await sizeOf(models, 'a')).toBe(1);
    await fake.restartEmpty();
    const answers = await Promise.allSettled([models.get(MODEL.name, 'a'), models.get(MODEL.name, 'a')]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('put back to an older copy (F23): whoever writes on is told, and the checkpoint stays that of the copy', async () => {
    const { models, generation } = await filled();
    const copy = fake.copy();
    await models.write(generation, { rows: [row('b', 2)], checkpoint: at(2) });
    await models.write(generation, { rows: [row('c', 3)], checkpoint: at(3) });
    await fake.restore(copy);
    const onward = { rows: [row('d', 4)], checkpoint: at(4) };
    await expect(untilItSays(() => models.write(generation, onward))).rejects.toThrow(/older copy/);
    expect(await models.checkpoint(MODEL.name)).toBe(at(1));
    for (const place of [2, 3, 4]) await models.write(generation, { rows: [row('bcd'.charAt(place - 2), place)], checkpoint: at(place) });
    expect(await models.count(MODEL.name, {}, 10)).toBe(4);
    expect(await models.checkpoint(MODEL.name)).toBe(at(4));
  });

  it('parking on an older copy is refused as well', async () => {
    const { models, generation } = await filled();
    const copy = fake.copy();
    await models.write(generation, { rows: [], checkpoint: at(3) });
    await fake.restore(copy);
    const sequence = { stream: 's', revision: 1, position: at(4), error: 'x', parkedAt: '2026-01-01T00:00:00.000Z' };
    await expect(untilItSays(() => models.write(generation, { rows: [], checkpoint: at(4), park: [sequence] }))).rejects.toThrow(/older copy/);
    expect(await models.parked(generation, 10)).toEqual([]);
  });

  it('an older copy that knows fewer builds than there are rows begins the next one beyond them', async () => {
    const { models } = await filled();
    const copy = fake.copy();
    const next = await models.startBuild(MODEL);
    await models.write(next, { rows: [row('x', 1)], checkpoint: at(1) });
    await models.activate(next);
    const left = fake.collection('cardrail.rows_things_2');
    await fake.restore(copy);
    fake.keep('cardrail.rows_things_2', left);
    const begun = await untilItWorks(() => models.startBuild(MODEL));
    expect(begun.number).toBe(3);
    expect(await models.scan(begun, null, 10)).toEqual([]);
  });
});

/** Connections that broke are one thing, what the store says afterwards is another. */
async function untilItSays(work: () => Promise<void>): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ReadModelsUnavailable) || error.cause === undefined) throw error;
    }
  }
}

describe('the switch, seen from elsewhere', () => {
  beforeEach(() => begin({}));

  it('shows within a second, and the old rows are there for a reader that is still on them', async () => {
    const { models } = await filled();
    const reader = open();
    expect(await sizeOf(reader, 'a')).toBe(1);
    const next = await models.startBuild(MODEL);
    await models.write(next, { rows: [row('a', 2)], checkpoint: at(2) });
    await models.activate(next);
    expect(await sizeOf(models, 'a')).toBe(2);
    expect(await sizeOf(reader, 'a')).toBe(1);
    clockMs += 1_001;
    expect(await sizeOf(reader, 'a')).toBe(2);
  });

  it('a reader that waits for a checkpoint reads the build that has it', async () => {
    const { models } = await filled();
    const reader = open();
    expect(await sizeOf(reader, 'a')).toBe(1);
    const next = await models.startBuild(MODEL);
    await models.write(next, { rows: [row('a', 2)], checkpoint: at(2) });
    await models.activate(next);
    expect(await reader.checkpoint(MODEL.name)).toBe(at(2));
    expect(await sizeOf(reader, 'a')).toBe(2);
  });

  it('replaced rows are dropped half a minute later, those in use and those of other programs never', async () => {
    const { models, generation } = await filled();
    fake.keep('cardrail.rows_of_somebody_1', fake.collection(ROWS));
    const next = await models.startBuild(MODEL);
    await models.activate(next);
    const writeLater = async (ms: number, place: number): Promise<void> => {
      clockMs += ms;
      await models.write(next, { rows: [], checkpoint: at(place) });
    };
    await writeLater(31_000, 1);
    expect(fake.namespaces).toContain(ROWS);
    await writeLater(29_000, 2);
    expect(fake.namespaces).toContain(ROWS);
    await writeLater(2_000, 3);
    expect(fake.namespaces).not.toContain(ROWS);
    expect(fake.namespaces).toEqual(expect.arrayContaining(['cardrail.rows_things_2', 'cardrail.rows_of_somebody_1']));
    await expect(models.rows(generation, ['a'])).rejects.toThrow(/gone/);
  });

  it('an answer that took longer than replaced rows are kept is asked for again', async () => {
    const { models } = await filled();
    const reader = open();
    const next = await models.startBuild(MODEL);
    await models.write(next, { rows: [row('a', 2)], checkpoint: at(2) });
    expect(await sizeOf(reader, 'a')).toBe(1);
    fake.whenAsked('find', async () => {
      await models.activate(next);
      clockMs += 31_000;
      fake.forget(ROWS);
    });
    expect(await sizeOf(reader, 'a')).toBe(2);
  });
});

describe('long answers', () => {
  beforeEach(() => begin({}));

  it('come in several parts', async () => {
    const { models, generation } = await filled();
    const rows = Array.from({ length: 450 }, (_, i) => row(`k${String(i).padStart(3, '0')}`, 2, i));
    await models.write(generation, { rows, checkpoint: at(2) });
    expect(await models.find(MODEL.name, { limit: 1_000, sort: { field: 'size', direction: 'desc' } })).toHaveLength(451);
    expect(fake.counts.get('getMore')).toBeGreaterThan(0);
  });

  it('that a restart cuts off are no answers', async () => {
    const { models, generation } = await filled();
    const rows = Array.from({ length: 450 }, (_, i) => row(`k${i}`, 2, i));
    await models.write(generation, { rows, checkpoint: at(2) });
    fake.misbehave({ on: 'getMore', how: 'refuse', code: 43 });
    await expect(models.find(MODEL.name, { limit: 1_000 })).rejects.toThrow(ReadModelsUnavailable);
  });
});
