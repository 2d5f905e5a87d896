import type Database from 'better-sqlite3';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreDamaged, scanForVerify, type SqliteEventStore } from '../../src/infrastructure/sqlite/event-store';
import { EVENT_FILE } from '../../src/infrastructure/sqlite/event-store/schema';
import { type DatabaseRefused, openDatabase, pragma } from '../../src/infrastructure/sqlite/open-database';
import { StreamBuilder } from '../support/event-builders';
import { EventFile } from '../support/event-file';

const position = (at: number): string => String(at).padStart(16, '0');

describe('the event file', () => {
  let file: EventFile;
  beforeEach(() => {
    file = new EventFile();
  });
  afterEach(() => file.remove());

  /** Three streams of four events each; the streams take turns, so stream b holds positions 2, 5, 8 and 11. */
  async function filled(): Promise<void> {
    const store = await file.open();
    const streams = ['a', 'b', 'c'].map((id) => new StreamBuilder(`order-${id}`));
    for (let round = 0; round < 4; round++) for (const stream of streams) await store.append(stream.stream, stream.expected, stream.batch());
    await file.close();
  }
  const damage = (sql: string): Database.RunResult => file.sql((db) => db.prepare(sql).run());
  const forgetCleanStop = (): Database.RunResult => damage('UPDATE anchor SET clean_position = 0');

  describe('when it is opened', () => {
    it('syncs every commit, also after it was closed and opened again', async () => {
      await filled();
      for (const readonly of [false, true, false]) {
        const db = openDatabase({ ...EVENT_FILE, file: file.path, readonly });
        expect([pragma(db, 'synchronous'), pragma(db, 'journal_mode')]).toEqual([2, 'wal']);
        db.close();
      }
    });

    it('is lifted to today’s schema with its rows, step by step and once', () => {
      const upgrades = ['CREATE TABLE notes (text TEXT)', 'ALTER TABLE notes ADD COLUMN author TEXT', "UPDATE notes SET author = 'unknown'"];
      const open = (version: number) => openDatabase({ file: file.path, applicationId: 7, upgrades: upgrades.slice(0, version) });
      const first = open(1);
      first.exec("INSERT INTO notes VALUES ('kept')");
      first.close();
      for (let again = 0; again < 2; again++) {
        const lifted = open(3);
        expect(lifted.prepare('SELECT * FROM notes').all()).toEqual([{ text: 'kept', author: 'unknown' }]);
        expect(pragma(lifted, 'user_version')).toBe(3);
        lifted.close();
      }
      expect(() => open(2)).toThrow(expect.objectContaining({ code: 'NEWER_SCHEMA' }));
    });

    it('is left as it was when a step of the upgrade fails', () => {
      const broken = ['CREATE TABLE notes (text TEXT)', 'NO SQL AT ALL'];
      expect(() => openDatabase({ file: file.path, applicationId: 7, upgrades: broken })).toThrow('syntax');
      expect(file.sql((db) => [pragma(db, 'user_version'), db.prepare('SELECT * FROM sqlite_schema').all()])).toEqual([0, []]);
    });

    it('is refused when it belongs to another program, is no database, or may only be read and is old', () => {
      openDatabase({ file: file.path, applicationId: 7, upgrades: ['CREATE TABLE a (b)'] }).close();
      const refused = (code: DatabaseRefused['code']): Error => expect.objectContaining({ name: 'DatabaseRefused', code }) as Error;
      expect(() => openDatabase({ ...EVENT_FILE, file: file.path })).toThrow(refused('FOREIGN_FILE'));
      expect(() => openDatabase({ file: file.path, applicationId: 7, upgrades: ['', ''], readonly: true })).toThrow(refused('OLDER_SCHEMA'));
      writeFileSync(join(file.folder, 'letter'), 'Dear reader, '.repeat(1_000));
      expect(() => openDatabase({ ...EVENT_FILE, file: join(file.folder, 'letter') })).toThrow(refused('NOT_A_DATABASE'));
    });
  });

  describe('at start', () => {
    it.each([
      ['a changed record', `UPDATE events SET data = '{}' WHERE position = 8`, 8, 'checksum of data'],
      ['a record that is gone', 'DELETE FROM events WHERE position = 5', 5, 'missing'],
      ['a tail that is gone', 'DELETE FROM events WHERE position > 10', 11, 'ends here'],
      ['a record with a sound checksum in a broken chain', `UPDATE events SET chain = 'x' WHERE position = 7`, 7, 'chain'],
      ['a last record that is another one', `UPDATE events SET chain = 'x' WHERE position = 12`, 12, 'last record'],
      ['a stream index that names another stream', `UPDATE streams SET name = 'order-x' WHERE name = 'order-b'`, 2, 'index'],
      ['an anchor that is gone', 'DELETE FROM anchor', 0, 'anchor'],
    ])('after a crash says where it found %s, and does not open', async (_what, sql, at, what) => {
      await filled();
      forgetCleanStop();
      damage(sql);
      const error = await file.open().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(StoreDamaged);
      expect(error).toMatchObject({ position: position(at), what: expect.stringContaining(what) });
    });

    it('after a clean stop looks at the end only: the full scan is what finds old damage', async () => {
      await filled();
      damage(`UPDATE events SET data = '{}' WHERE position = 2`);
      await file.open();
      expect(await file.findings()).toHaveLength(1);
    });
  });

  describe('when it is checked', () => {
    it('has nothing wrong with it when it is sound, also while it is open', async () => {
      await filled();
      await file.open();
      expect(await file.findings()).toEqual([]);
    });

    it.each<[string, string, object[]]>([
      [
        'changed data',
        `UPDATE events SET data = '{"note":"forged"}' WHERE position = 5`,
        [{ kind: 'crc', stream: 'order-b', revision: 1, position: position(5), field: 'data' }],
      ],
      ['changed metadata', `UPDATE events SET metadata = '{}' WHERE position = 5`, [{ kind: 'crc', position: position(5), field: 'metadata' }]],
      ['a changed time', `UPDATE events SET occurred_at = '2020' WHERE position = 5`, [{ kind: 'crc', position: position(5), field: 'envelope' }]],
      [
        'a re-computed record that no longer follows',
        `UPDATE events SET chain = 'x' WHERE position = 5`,
        [
          { kind: 'log-chain', position: position(5) },
          { kind: 'log-chain', position: position(6) },
        ],
      ],
      [
        'a missing event',
        'DELETE FROM events WHERE position = 5',
        [{ kind: 'missing-record', position: position(5) }, { kind: 'revision-gap', stream: 'order-b', revision: 1 }, { kind: 'index' }],
      ],
      [
        'a missing tail of the log',
        'DELETE FROM events WHERE position = 12',
        [{ kind: 'missing-tail', position: position(12) }, { kind: 'head-mismatch', stream: 'order-c', revision: 3 }, { kind: 'index' }],
      ],
      ['a damaged head', `UPDATE streams SET revision = 9 WHERE name = 'order-a'`, [{ kind: 'head-mismatch', stream: 'order-a', revision: 9 }]],
      ['a lost id', 'DELETE FROM event_ids WHERE position = 3', [{ kind: 'index', position: position(3) }, { kind: 'index' }]],
      ['an id that leads elsewhere', 'UPDATE event_ids SET position = 4 WHERE position = 3', [{ kind: 'index', position: position(3) }]],
    ])('names %s', async (_what, sql, findings) => {
      await filled();
      damage(sql);
      expect(await file.findings()).toEqual(findings.map((finding): unknown => expect.objectContaining(finding)));
    });

    it('names a record that has lost its text', async () => {
      await filled();
      file.sql((db) => {
        db.unsafeMode();
        db.pragma('writable_schema = ON');
        db.exec(`UPDATE sqlite_schema SET sql = replace(sql, 'data TEXT NOT NULL', 'data TEXT') WHERE name = 'events'`);
      });
      damage('UPDATE events SET data = NULL WHERE position = 5');
      expect(await file.findings()).toContainEqual({ kind: 'crc', stream: 'order-b', revision: 1, position: position(5), field: 'data' });
    });

    it('names a damaged entry of an index', async () => {
      await filled();
      file.sql((db) => {
        db.unsafeMode();
        db.pragma('writable_schema = ON');
        db.exec(
          `UPDATE sqlite_schema SET sql = replace(sql, 'UNIQUE INDEX events_by_stream ON events (stream_id, revision)', 'UNIQUE INDEX events_by_stream ON events (stream_id, position)')`,
        );
      });
      expect(await file.findings()).toContainEqual(expect.objectContaining({ kind: 'index', what: expect.stringContaining('events_by_stream') }));
    });

    it('names the records in which a byte of the file itself was flipped', async () => {
      await filled();
      const bytes = readFileSync(file.path);
      // Pages keep remains of rows that moved away, so the text is flipped wherever it stands.
      for (let at = bytes.indexOf('note 2'); at !== -1; at = bytes.indexOf('note 2')) bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      writeFileSync(file.path, bytes);
      expect(await file.findings()).toEqual(
        [7, 8, 9].map((at): unknown => expect.objectContaining({ kind: 'crc', revision: 2, position: position(at), field: 'data' })),
      );
    });

    it('says so when a page or the header cannot be read at all', async () => {
      await filled();
      const bytes = readFileSync(file.path);
      writeFileSync(file.path, Buffer.concat([bytes.subarray(0, 4_096), Buffer.alloc(bytes.length - 4_096, 0xa5)]));
      expect((await file.findings()).map((finding) => finding.kind)).toContain('page');
      writeFileSync(file.path, Buffer.alloc(bytes.length, 0xa5));
      expect(await file.findings()).toEqual([expect.objectContaining({ kind: 'unreadable' })]);
    });

    it('gives its records to whoever checks what they mean', async () => {
      await filled();
      damage(`UPDATE events SET data = '{broken' WHERE position = 2`);
      const scanned = [];
      for await (const record of scanForVerify(file.path)) scanned.push(record);
      expect(scanned.map((record) => record.position)).toEqual(Array.from({ length: 12 }, (_, index) => position(index + 1)));
      expect(scanned[0]).toMatchObject({ stream: 'order-a', revision: 0, crcOk: true, logChainOk: true, event: { type: 'NoteAdded' } });
      expect(scanned[1]).toMatchObject({ stream: 'order-b', revision: 0, crcOk: false, event: null });
    });
  });

  describe('when a record is missing in the middle', () => {
    const reading = async () => {
      await filled();
      damage('DELETE FROM events WHERE position = 5');
      return file.open();
    };

    it('gives nobody the stream with a hole in it', async () => {
      const store = await reading();
      await expect(store.read('order-b')).rejects.toThrow(/revision 1 of order-b is missing/);
      expect(await store.read('order-a')).toHaveLength(4);
    });

    it('tells whoever follows the log, who would wait for ever or be given events in wrong places', async () => {
      const store = await reading();
      const followed = async (): Promise<void> => {
        for await (const { position: at } of store.subscribe({ after: null, signal: AbortSignal.timeout(5_000) }))
          expect(at < position(5)).toBe(true);
      };
      await expect(followed()).rejects.toThrow(/position 0*5 is missing/);
    });
  });

  describe('when it is copied', () => {
    async function writeUntil(store: SqliteEventStore, name: string, stop: AbortSignal): Promise<void> {
      const order = new StreamBuilder(`order-${name}`);
      while (!stop.aborted) await store.append(order.stream, order.expected, order.batch(4, { data: () => ({ text: 'x'.repeat(500) }) }));
    }

    it('while many append, the copy is sound, opens, and holds the log up to one moment', async () => {
      const store = await file.open();
      const stop = new AbortController();
      const writing = Promise.all(['a', 'b', 'c', 'd'].map((name) => writeUntil(store, name, stop.signal)));
      const copy = join(file.folder, 'copy.db');
      while (Number(await store.head()) < 2_000) await new Promise(setImmediate);
      const before = Number(await store.head());
      await store.backupTo(copy);
      const after = Number(await store.head());
      stop.abort();
      await writing;
      expect(await file.findings(copy)).toEqual([]);
      const restored = await file.open({ file: copy });
      const head = Number(await restored.head());
      expect(head).toBeGreaterThanOrEqual(before);
      expect(head).toBeLessThanOrEqual(after);
      const original = await store.read('order-a');
      const copied = await restored.read('order-a');
      expect(copied).toEqual(original.slice(0, copied.length));
    });

    it('replaces an older copy only when the new one is whole, and fails where there is no folder', async () => {
      const store = await file.open();
      const copy = join(file.folder, 'copy.db');
      writeFileSync(copy, 'old');
      writeFileSync(`${copy}.partial`, 'left by a crash');
      await store.backupTo(copy);
      expect(await file.findings(copy)).toEqual([]);
      await expect(store.backupTo(join(file.folder, 'nowhere', 'copy.db'))).rejects.toThrow('directory');
    });
  });
});
