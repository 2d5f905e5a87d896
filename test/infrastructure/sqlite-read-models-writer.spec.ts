import { mkdtempSync, openSync, closeSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { type Generation, ReadModelsUnavailable } from '../../src/application/ports/read-models';
import { startWriter } from '../../src/infrastructure/sqlite/read-models/start-writer';
import { openSqliteReadModels, type SqliteReadModels } from '../../src/infrastructure/sqlite/read-models/sqlite-read-models';
import { QUEUE_COMMANDS_MAX } from '../../src/infrastructure/sqlite/read-models/write-queue';
import { at } from '../contracts/read-models.contract';

const MODEL = { name: 'things', version: 1, indexes: [['size']] };
const PAGE_BYTES = 4_096;

/** Dies of its first message. */
const startDyingWriter = (): Worker =>
  new Worker(`require('node:worker_threads').parentPort.once('message', () => { throw new Error('no memory, by the test') })`, { eval: true });

describe('the writer of the read models', () => {
  let folder: string;
  let file: string;
  let models: SqliteReadModels;
  let writers: Worker[];
  let messages: string[];
  let start: typeof startWriter;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cardrail-read-models-'));
    file = join(folder, 'read-models.db');
    models = open();
    await models.prepare([MODEL]);
  });
  afterEach(async () => {
    await models.close();
    rmSync(folder, { recursive: true });
  });

  function open(): SqliteReadModels {
    [writers, messages, start] = [[], [], startWriter];
    return openSqliteReadModels({
      file,
      onSetAside: (message) => messages.push(message),
      startWriter: (setup) => {
        const worker = start(setup);
        writers.push(worker);
        return worker;
      },
    });
  }

  const active = async (): Promise<Generation> => {
    const [found] = await models.generations('things');
    if (found === undefined) throw new Error('not prepared');
    return found;
  };
  const write = (generation: Generation, place: number, ...keys: string[]): Promise<void> =>
    models.write(generation, { rows: keys.map((key) => ({ key, position: at(place), value: { size: place } })), checkpoint: at(place) });
  const keys = async (): Promise<readonly string[]> => (await models.find('things', { limit: 100 })).map(({ key }) => key);

  /** While it lasts, a write that was begun comes to no end. */
  async function whileLocked(work: () => Promise<void>): Promise<void> {
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    try {
      await work();
    } finally {
      other.close();
    }
  }

  /** Everything but the header; where nothing of it lies in the WAL, whoever reads it meets damage. */
  function damage(): void {
    const handle = openSync(file, 'r+');
    const bytes = statSync(file).size - PAGE_BYTES;
    writeSync(handle, Buffer.alloc(bytes, 0xff), 0, bytes, PAGE_BYTES);
    closeSync(handle);
  }

  /** What was written lies in the file, and no longer in the WAL. */
  async function reopened(): Promise<Generation> {
    await models.close();
    models = open();
    await models.prepare([MODEL]);
    return active();
  }

  it('is started by the first write: who only reads, or finds all models prepared, does without', async () => {
    await models.prepare([MODEL]);
    expect(await keys()).toEqual([]);
    expect(writers).toHaveLength(0);
    await write(await active(), 1, 'a');
    await write(await active(), 2, 'b');
    expect(writers).toHaveLength(1);
  });

  it('who has awaited a write reads it', async () => {
    const generation = await active();
    for (let place = 1; place <= 20; place++) {
      await write(generation, place, `k${place}`);
      expect((await models.get('things', `k${place}`))?.position).toBe(at(place));
      expect(await models.checkpoint('things')).toBe(at(place));
    }
  });

  it('what comes while a group is under way is the next group', async () => {
    const generation = await active();
    await write(generation, 1, 'a');
    const other = new Database(file);
    const version = (): number => Number(other.pragma('data_version', { simple: true }));
    const before = version();
    const first = write(generation, 2, 'b');
    await new Promise(setImmediate);
    await Promise.all([first, ...[3, 4, 5].map((place) => write(generation, place, `k${place}`))]);
    expect(version() - before).toBeLessThanOrEqual(2);
    expect(await models.checkpoint('things')).toBe(at(5));
    other.close();
  });

  it('a thread that dies under a write makes the read models unavailable, and the next write starts another', async () => {
    const generation = await active();
    start = startDyingWriter;
    const [lost, lostWithIt] = await Promise.allSettled([write(generation, 1, 'a'), write(generation, 2, 'b')]);
    for (const one of [lost, lostWithIt]) {
      expect(one).toMatchObject({ reason: expect.any(ReadModelsUnavailable) as unknown });
      expect(one).toMatchObject({ reason: { message: expect.stringContaining('no memory, by the test') as unknown } });
    }
    start = startWriter;
    await write(generation, 2, 'b');
    expect(await keys()).toEqual(['b']);
    expect(writers).toHaveLength(2);
  });

  it('a thread that dies each time is started once for each write, and holds up no end', async () => {
    const generation = await active();
    start = startDyingWriter;
    await expect(write(generation, 1, 'a')).rejects.toThrow(ReadModelsUnavailable);
    const underWay = expect(write(generation, 2, 'b')).rejects.toThrow(ReadModelsUnavailable);
    await models.close();
    await underWay;
    expect(writers).toHaveLength(2);
  });

  it('damage that the writer meets sets the file aside: reader and writer find an empty one', async () => {
    await write(await active(), 1, 'a', 'b', 'c');
    const generation = await reopened();
    await models.rows(generation, ['a']);
    damage();
    await expect(Promise.all([write(generation, 2, 'd'), write(generation, 3, 'e')])).rejects.toThrow(ReadModelsUnavailable);
    expect(await keys()).toEqual([]);
    expect(await models.checkpoint('things')).toBeNull();
    await write(await active(), 4, 'f');
    expect(await keys()).toEqual(['f']);
    expect(messages).toHaveLength(1);
  });

  it('damage that the reader meets is the end of the write that is under way, and of no later one', async () => {
    await write(await active(), 1, 'a', 'b', 'c');
    const generation = await reopened();
    await whileLocked(async () => {
      const underWay = expect(write(generation, 2, 'd')).rejects.toThrow(ReadModelsUnavailable);
      await new Promise(setImmediate);
      damage();
      await expect(models.find('things', { limit: 100 })).rejects.toThrow(ReadModelsUnavailable);
      await underWay;
    });
    const fresh = await active();
    await write(fresh, 3, 'e');
    expect(await keys()).toEqual(['e']);
    expect(messages).toHaveLength(1);
  });

  it('whoever finds that another process has exchanged the damaged file leaves the new one in its place', async () => {
    await write(await active(), 1, 'a');
    await reopened();
    const other = openSqliteReadModels({ file });
    damage();
    await expect(other.find('things', { limit: 1 })).rejects.toThrow(ReadModelsUnavailable);
    await other.prepare([MODEL]);
    const [theirs] = await other.generations('things');
    if (theirs === undefined) throw new Error('not prepared');
    await other.write(theirs, { rows: [{ key: 'new', position: at(1), value: { size: 1 } }], checkpoint: at(1) });
    await expect(models.find('things', { limit: 1 })).rejects.toThrow(ReadModelsUnavailable);
    expect(await keys()).toEqual(['new']);
    expect(messages).toEqual([]);
    await other.close();
  });

  it(`refuses more than ${QUEUE_COMMANDS_MAX} writes at a time, and writes those it took`, async () => {
    const generation = await active();
    const ended = await Promise.allSettled(Array.from({ length: QUEUE_COMMANDS_MAX + 1 }, (_, i) => write(generation, i + 1)));
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(QUEUE_COMMANDS_MAX);
    expect(ended.at(-1)).toMatchObject({ reason: expect.any(ReadModelsUnavailable) as unknown });
    expect(await models.checkpoint('things')).toBe(at(QUEUE_COMMANDS_MAX));
  });

  it('after the close a write is refused, and no thread is left', async () => {
    const generation = await active();
    await write(generation, 1, 'a');
    const ended = new Promise((resolve) => writers[0]?.once('exit', resolve));
    await models.close();
    expect(await ended).toBe(0);
    await expect(write(generation, 2, 'b')).rejects.toThrow(ReadModelsUnavailable);
  });
});
