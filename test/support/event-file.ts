import Database from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import {
  checkStore,
  openSqliteEventStore,
  type Finding,
  type SqliteEventStore,
  type SqliteEventStoreOptions,
} from '../../src/infrastructure/sqlite/event-store';

/** A folder with one event file for one test, and everything that was opened on it. */
export class EventFile {
  readonly folder = mkdtempSync(join(tmpdir(), 'cardrail-events-'));
  readonly path = join(this.folder, 'events.db');
  private readonly opened: SqliteEventStore[] = [];

  async open(options: Partial<SqliteEventStoreOptions> = {}): Promise<SqliteEventStore> {
    const store = await openSqliteEventStore({ file: this.path, runtime: new SystemRuntime(), ...options });
    this.opened.push(store);
    return store;
  }

  /** Works on the file behind the store's back, on a connection of its own. */
  sql<T>(work: (db: Database.Database) => T, file = this.path): T {
    const db = new Database(file);
    try {
      return work(db);
    } finally {
      db.close();
    }
  }

  /** Runs while this process holds the write lock of the file, as another process would. */
  async whileLocked(work: () => Promise<void>): Promise<void> {
    const db = new Database(this.path);
    db.exec('BEGIN IMMEDIATE');
    try {
      await work();
    } finally {
      db.close();
    }
  }

  /** What `checkStore` has to say. */
  async findings(path = this.path): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    for await (const finding of checkStore(path)) findings.push(finding);
    return findings;
  }

  async close(): Promise<void> {
    await Promise.all(this.opened.splice(0).map((store) => store.close()));
  }

  async remove(): Promise<void> {
    await this.close();
    rmSync(this.folder, { recursive: true });
  }
}
