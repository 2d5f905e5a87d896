import Database from 'better-sqlite3';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { resultOf } from '../support/verbs';
import { codes, Terminal } from './terminal';

interface Verified {
  readonly checked: { readonly streams: number; readonly events: number; readonly cards: number; readonly orders: number };
  readonly violations: readonly { readonly kind: string; readonly stream?: string; readonly field?: string }[];
  readonly skipped: readonly unknown[];
}

async function openShopWithCards(terminal: Terminal, cards: number): Promise<void> {
  await terminal.openShop();
  await terminal.json(['cards', 'import', terminal.file('cards.txt', codes(cards).join('\n')), '--sku', 'game']);
}

describe('verify', () => {
  const terminal = new Terminal();
  beforeAll(() => openShopWithCards(terminal, 20));
  afterAll(() => terminal.leave());

  it('finds nothing on a sound log, and needs no keyring for it', async () => {
    const report = await terminal.json<Verified>(['verify'], { CARDRAIL_KEYRING_FILE: '/nowhere' });
    expect(report).toMatchObject({ checked: { cards: 20, events: 25, orders: 0 }, violations: [], skipped: [] });
  });

  it('names the changed field of an event, ends with 1, and looks also at a log that a shop would not start on', async () => {
    const db = new Database(join(terminal.data, 'events.db'));
    const stream = db.prepare("SELECT stream FROM events WHERE stream LIKE 'sku-%'").pluck().get();
    db.prepare("UPDATE events SET data = replace(data, '4800', '4801') WHERE stream LIKE 'sku-%'").run();
    db.prepare('UPDATE anchor SET position = position + 3').run();
    db.close();
    const { code, stdout } = await terminal.run(['verify', '--json']);
    expect(code).toBe(1);
    const { violations } = JSON.parse(stdout) as Verified;
    expect(violations).toContainEqual(expect.objectContaining({ kind: 'store', stream, field: 'data' }));
    expect(violations).toContainEqual(expect.objectContaining({ kind: 'store', message: expect.stringContaining('missing-tail') }));
  });

  it('says so when the file is none of ours', async () => {
    const other = new Terminal();
    await other.json(['keys', 'init']);
    writeFileSync(join(other.data, 'events.db'), 'these are no events');
    const { code, stdout } = await other.run(['verify', '--json']);
    expect(code).toBe(1);
    expect((JSON.parse(stdout) as Verified).violations).not.toEqual([]);
    other.leave();
  });
});

describe('backup', () => {
  const terminal = new Terminal();
  const copy = join(terminal.folder, 'copies', 'log.db');
  beforeAll(() => openShopWithCards(terminal, 30));
  afterAll(() => terminal.leave());

  it('a copy taken while cards come in is sound, holds keys of buyers but not the keyring that opens them, and is not replaced without --yes', async () => {
    const load = resultOf(terminal.start(['cards', 'import', terminal.file('more.txt', codes(6_000).join('\n')), '--sku', 'game']));
    const made = await terminal.json<{ events: number; keyring: boolean }>(['backup', 'create', copy]);
    expect(made.keyring).toBe(false);
    expect(made.events).toBeGreaterThanOrEqual(35);
    expect((await load).code).toBe(0);
    expect(readdirSync(join(terminal.folder, 'copies'))).toEqual(['log.db', 'log.db.buyer-keys']);
    expect((await terminal.run(['backup', 'create', copy])).code).toBe(2);
  });

  it('a restored copy verifies in a folder of its own, where the read models are made anew', async () => {
    const other = new Terminal();
    const { events } = await other.json<{ events: number }>(['backup', 'restore', copy]);
    expect(await other.json<Verified>(['verify'])).toMatchObject({ checked: { events }, violations: [] });
    const keyring = join(terminal.data, 'keyring.json');
    const [stats] = await other.json<{ available: number }[]>(['cards', 'stats'], { CARDRAIL_KEYRING_FILE: keyring });
    expect(stats?.available).toBeGreaterThanOrEqual(30);
    other.leave();
  });

  it('a log that is there is set aside only with --yes, and the outbox begins where the copy ends', async () => {
    const before = statSync(join(terminal.data, 'events.db')).ino;
    writeFileSync(join(terminal.data, 'outbox.json'), JSON.stringify({ position: '0000000000999999', parked: [] }));
    expect((await terminal.run(['backup', 'restore', copy])).code).toBe(2);
    expect(statSync(join(terminal.data, 'events.db')).ino).toBe(before);
    const restored = await terminal.json<{ events: number; head: string; setAside: string; outbox: string }>(['backup', 'restore', copy, '--yes']);
    expect(statSync(restored.setAside).ino).toBe(before);
    expect(restored.outbox).toBe('wound back');
    expect(JSON.parse(readFileSync(join(terminal.data, 'outbox.json'), 'utf8'))).toEqual({ position: restored.head, parked: [] });
    expect(existsSync(join(terminal.data, 'read-models.db'))).toBe(false);
    expect((await terminal.json<Verified>(['verify'])).checked.events).toBe(restored.events);
  });

  it('is refused while a process has the log open', async () => {
    const reader = new Database(join(terminal.data, 'events.db'));
    reader.pragma('journal_mode = WAL');
    reader.prepare('SELECT count(*) FROM events').get();
    const { code, stderr } = await terminal.run(['backup', 'restore', copy, '--yes']);
    reader.close();
    expect(code).toBe(3);
    expect(stderr).toContain('running');
  });

  it('is refused when the copy is damaged', async () => {
    const bad = join(terminal.folder, 'bad.db');
    writeFileSync(bad, readFileSync(copy));
    const db = new Database(bad);
    db.prepare("UPDATE events SET data = '{}' WHERE position = 3").run();
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    const { code, stderr } = await terminal.run(['backup', 'restore', bad, '--yes']);
    expect(code).toBe(3);
    expect(stderr).toContain('not sound');
  });
});

describe('events and projections', () => {
  const terminal = new Terminal();
  beforeAll(() => openShopWithCards(terminal, 20));
  afterAll(() => terminal.leave());

  it('export is the whole log in its order, a line per event, with codes sealed', async () => {
    const { code, stdout } = await terminal.run(['events', 'export']);
    expect(code).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { position: string; type: string; data: { sealed?: object } });
    expect(events.map(({ position }) => Number(position))).toEqual(Array.from({ length: 25 }, (_, at) => at + 1));
    expect(events.find(({ type }) => type === 'CardStocked')?.data.sealed).toEqual(
      expect.objectContaining({ kid: expect.any(String), ct: expect.any(String) }),
    );
    expect(stdout).not.toContain('CODE-');
    expect((await terminal.run(['events', 'export', '--stream', 'sku-'])).stdout.trim().split('\n')).toHaveLength(1);
  });

  it('tail shows the newest, and with --follow what another process stores from now on', async () => {
    const child = terminal.start(['events', 'tail', '--limit', '1', '--follow', '--stream', 'batch-']);
    const ended = resultOf(child);
    if (child.stdout === null) throw new Error('no output');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    expect(JSON.parse((await lines.next()).value as string)).toMatchObject({ type: 'BatchClosed' });
    await terminal.json(['cards', 'import', terminal.file('late.txt', codes(2).join('\n')), '--sku', 'game']);
    expect(JSON.parse((await lines.next()).value as string)).toMatchObject({ type: 'BatchOpened' });
    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
  });

  it('the catalogue is Markdown, or JSON Schema by name and version', async () => {
    expect((await terminal.run(['events', 'catalog'])).stdout).toContain('### CardClaimed (version 1)');
    expect(await terminal.json(['events', 'catalog'])).toHaveProperty(['OrderSubmitted.v1', 'type'], 'object');
  });

  it('a stopped shop rebuilds its read models, and they equal the log', async () => {
    const before = await terminal.json<{ name: string; generation: number }[]>(['projections', 'list']);
    await terminal.json(['projections', 'rebuild', 'cards', '--yes', '--reason', 'test']);
    const after = await terminal.json<{ name: string; generation: number; behindEvents: number }[]>(['projections', 'list']);
    const generationOf = (list: readonly { name: string; generation: number }[], name: string): number =>
      list.find((one) => one.name === name)?.generation ?? 0;
    expect(generationOf(after, 'cards')).not.toBe(generationOf(before, 'cards'));
    await terminal.json(['projections', 'rebuild']);
    const reports = await terminal.json<{ projection: string; rows: number; equal: boolean }[]>(['projections', 'verify']);
    expect(reports.every(({ equal }) => equal)).toBe(true);
    expect(reports.find(({ projection }) => projection === 'cards')?.rows).toBe(22);
  });

  it('a row that was changed by hand is named', async () => {
    const db = new Database(join(terminal.data, 'read-models.db'));
    const tables = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
    const changed = tables.map((table) => {
      const columns = db.prepare<[], string>(`SELECT name FROM pragma_table_info('${table}')`).pluck().all();
      return columns.includes('value') ? db.prepare(`UPDATE "${table}" SET value = replace(value, 'Game card', 'Shame card')`).run().changes : 0;
    });
    db.close();
    expect(Math.max(...changed)).toBeGreaterThan(0);
    const { code, stderr } = await terminal.run(['projections', 'verify', 'skus']);
    expect(code).toBe(1);
    expect(stderr).toContain('skus game differs');
  });

  it('doctor finds this machine fit', async () => {
    const { healthy, checks } = await terminal.json<{ healthy: boolean; checks: { check: string; state: string }[] }>(['doctor']);
    expect(healthy).toBe(true);
    expect(checks.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['node', 'sqlite', 'data folder', 'keyring', 'event log', 'checkpoints', 'closed days', 'port']),
    );
  });

  it('orders: none to list, and one that is not there is refused', async () => {
    expect(await terminal.json(['orders', 'list'])).toEqual([]);
    expect((await terminal.run(['orders', 'show', '00000000-0000-5000-8000-000000000000'])).code).toBe(3);
  });
});
