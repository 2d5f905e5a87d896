import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ReadModelsUnavailable } from '../../src/application/ports/read-models';
import { openSqliteReadModels } from '../../src/infrastructure/sqlite/read-models/sqlite-read-models';
import { at, describeReadModelsContract } from '../contracts/read-models.contract';

const MODEL = { name: 'things', version: 1, indexes: [['size']] };

function freshFolder(): string {
  return mkdtempSync(join(tmpdir(), 'cardrail-read-models-'));
}

describeReadModelsContract('SQLite', async () => {
  const folder = freshFolder();
  const readModels = openSqliteReadModels({ file: join(folder, 'read-models.db') });
  return {
    readModels,
    dispose: async () => {
      await readModels.close();
      rmSync(folder, { recursive: true });
    },
  };
});

describe('the read-model file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = freshFolder();
    file = join(folder, 'read-models.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const fill = async (): Promise<void> => {
    const models = openSqliteReadModels({ file });
    await models.prepare([MODEL]);
    const [active] = await models.generations('things');
    if (active === undefined) throw new Error('not prepared');
    const rows = Array.from({ length: 500 }, (_, i) => ({ key: `k${i}`, position: at(1), value: { size: i, text: 'x'.repeat(200) } }));
    await models.write(active, { rows, checkpoint: at(1) });
    await models.close();
  };

  it('keeps rows and checkpoint over a restart', async () => {
    await fill();
    const models = openSqliteReadModels({ file });
    expect(await models.checkpoint('things')).toBe(at(1));
    expect(await models.count('things', { size: { gte: 490 } }, 100)).toBe(10);
    await models.close();
  });

  it('a file that is no database is set aside, and an empty one takes its place', async () => {
    writeFileSync(file, 'this is not a database, whatever its name says'.repeat(100));
    const messages: string[] = [];
    const models = openSqliteReadModels({ file, onSetAside: (message) => messages.push(message) });
    await models.prepare([MODEL]);
    expect(await models.checkpoint('things')).toBeNull();
    expect(messages).toHaveLength(1);
    expect(readFileSync(`${file}.set-aside`, 'utf8')).toContain('not a database');
    await models.close();
  });

  it('a file of a newer program is set aside', async () => {
    await fill();
    const db = new Database(file);
    db.pragma('user_version = 999');
    db.close();
    const messages: string[] = [];
    const models = openSqliteReadModels({ file, onSetAside: (message) => messages.push(message) });
    expect(messages).toEqual([expect.stringContaining('999')]);
    await models.close();
  });

  it('damage met while working sets the file aside: the caller is told to come back and finds the models empty', async () => {
    await fill();
    truncateSync(file, 8_192);
    appendFileSync(file, Buffer.alloc(200_000, 0xff));
    const messages: string[] = [];
    const models = openSqliteReadModels({ file, onSetAside: (message) => messages.push(message) });
    const meetDamage = async (): Promise<void> => {
      await models.prepare([MODEL]);
      await models.find('things', { limit: 1_000 });
    };
    await expect(meetDamage()).rejects.toThrow(ReadModelsUnavailable);
    expect(messages).toHaveLength(1);
    await models.prepare([MODEL]);
    expect(await models.find('things', { limit: 1_000 })).toEqual([]);
    await models.close();
  });

  it('a database of another make is refused and left alone, since it may be the event store', () => {
    const db = new Database(file);
    db.exec('CREATE TABLE events (id TEXT)');
    db.close();
    expect(() => openSqliteReadModels({ file })).toThrow();
    expect(existsSync(`${file}.set-aside`)).toBe(false);
  });

  it('another process that writes for long makes the read models unavailable, not wrong', async () => {
    await fill();
    const models = openSqliteReadModels({ file });
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    const [active] = await models.generations('things');
    if (active === undefined) throw new Error('not prepared');
    await expect(models.write(active, { rows: [], checkpoint: at(2) })).rejects.toThrow(ReadModelsUnavailable);
    expect(await models.checkpoint('things')).toBe(at(1));
    other.exec('COMMIT');
    other.close();
    await models.write(active, { rows: [], checkpoint: at(2) });
    expect(await models.checkpoint('things')).toBe(at(2));
    await models.close();
  });

  it('writes of one turn are one transaction for other connections', async () => {
    const [models, other] = [openSqliteReadModels({ file }), new Database(file)];
    await models.prepare([MODEL, { ...MODEL, name: 'others' }]);
    const [things] = await models.generations('things');
    const [others] = await models.generations('others');
    if (things === undefined || others === undefined) throw new Error('not prepared');
    const version = (): unknown => other.pragma('data_version', { simple: true });
    const before = Number(version());
    const row = (size: number) => ({ key: `k${size}`, position: at(size), value: { size } });
    await Promise.all([
      models.write(things, { rows: [row(1)], checkpoint: at(1) }),
      models.write(others, { rows: [row(1)], checkpoint: at(1) }),
      models.write(things, { rows: [row(2)], checkpoint: at(2) }),
    ]);
    expect(version()).toBe(before + 1);
    expect([await models.checkpoint('things'), await models.checkpoint('others')]).toEqual([at(2), at(1)]);
    other.close();
    await models.close();
  });

  it('a write that is refused takes back all of itself and nothing of the writes beside it', async () => {
    const models = openSqliteReadModels({ file });
    await models.prepare([MODEL]);
    const [active] = await models.generations('things');
    if (active === undefined) throw new Error('not prepared');
    const row = (key: string, size: unknown) => ({ key, position: at(1), value: { size } as { size: number } });
    const [refused, gone, taken] = await Promise.allSettled([
      models.write(active, { rows: [row('half', 1), row('whole', { not: 'a scalar' })], checkpoint: at(1) }),
      models.write({ ...active, number: 999 }, { rows: [row('nowhere', 1)], checkpoint: at(1) }),
      models.write(active, { rows: [row('beside', 2)], checkpoint: at(2) }),
    ]);
    expect([refused.status, gone.status, taken.status]).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect((await models.find('things', { limit: 10 })).map(({ key }) => key)).toEqual(['beside']);
    expect(await models.checkpoint('things')).toBe(at(2));
    await models.close();
  });

  it('what was asked for before the close is written', async () => {
    await fill();
    const models = openSqliteReadModels({ file });
    const [active] = await models.generations('things');
    if (active === undefined) throw new Error('not prepared');
    await Promise.all([models.write(active, { rows: [], checkpoint: at(7) }), models.close()]);
    const again = openSqliteReadModels({ file });
    expect(await again.checkpoint('things')).toBe(at(7));
    await again.close();
  });

  it('two connections see a switch of generations at once', async () => {
    await fill();
    const [one, two] = [openSqliteReadModels({ file }), openSqliteReadModels({ file })];
    expect((await two.get('things', 'k1'))?.key).toBe('k1');
    const next = await one.startBuild(MODEL);
    await one.write(next, { rows: [{ key: 'k1', position: at(2), value: { size: 2 } }], checkpoint: at(2) });
    await one.activate(next);
    expect((await two.get('things', 'k1'))?.value).toEqual({ size: 2 });
    await one.write(next, { rows: [], checkpoint: at(3) });
    await one.write(next, { rows: [], checkpoint: at(4) });
    expect((await two.find('things', { limit: 10, filter: { size: { eq: 2 } } })).map(({ key }) => key)).toEqual(['k1']);
    await Promise.all([one.close(), two.close()]);
  });

  it('after close everything is unavailable', async () => {
    const models = openSqliteReadModels({ file });
    await models.close();
    await expect(models.checkpoint('things')).rejects.toThrow(ReadModelsUnavailable);
  });

  it('pages of a filtered and sorted list walk an index', async () => {
    await fill();
    const db = new Database(file, { readonly: true });
    const plan = db
      .prepare(
        `EXPLAIN QUERY PLAN SELECT key FROM "rows_things_1" WHERE live = 1 AND "f_size" IS NOT NULL AND ("f_size", key) < (?, ?) ORDER BY "f_size" DESC, key DESC LIMIT 10`,
      )
      .all(400, 'k') as { detail: string }[];
    db.close();
    expect(plan.map(({ detail }) => detail).join()).toMatch(/USING INDEX rows_things_1_0/);
    expect(plan.map(({ detail }) => detail).join()).not.toMatch(/TEMP B-TREE/);
  });
});
