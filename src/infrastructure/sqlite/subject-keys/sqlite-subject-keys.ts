import { dirname } from 'node:path';
import { type Erasure, type SubjectKey, type SubjectKeyPlace, SubjectKeysUnavailable } from '../../../application/ports/subject-keys';
import type { Sealed } from '../../../domain/kernel/sealed';
import type { SubjectKeyName } from '../../../domain/kernel/subject';
import { syncFolder } from '../../disk/durable-folder';
import { openDatabase, type Sqlite, sqliteCode } from '../open-database';
import { SharedSync } from './shared-sync';

/** "crSK". */
const APPLICATION_ID = 0x6372534b;
/** A step takes microseconds; whoever waits longer is told that the store is away. Blocks the loop. */
const BUSY_TIMEOUT_MS = 100;
/** Commits are small and rare: a file that is folded every mebibyte stays small. */
const CHECKPOINT_PAGES = 256;

const SCHEMA = `
  CREATE TABLE subject_keys (
    subject TEXT NOT NULL,
    generation INTEGER NOT NULL,
    kid TEXT NOT NULL,
    iv TEXT NOT NULL,
    tag TEXT NOT NULL,
    ct TEXT NOT NULL,
    PRIMARY KEY (subject, generation)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX subject_keys_by_kid ON subject_keys (kid);
  CREATE TABLE erasures (
    subject TEXT PRIMARY KEY,
    generation INTEGER NOT NULL,
    ordered_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

const LEFT = `
  CREATE TABLE left_for (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    place TEXT NOT NULL
  ) STRICT;
`;

const KEEP = `
  INSERT INTO subject_keys (subject, generation, kid, iv, tag, ct)
  SELECT $subject, $generation, $kid, $iv, $tag, $ct
  WHERE NOT EXISTS (SELECT 1 FROM erasures WHERE subject = $subject AND generation >= $generation)
  ON CONFLICT (subject, generation) DO NOTHING
`;
const RETIRE = `
  INSERT INTO erasures (subject, generation, ordered_at) VALUES ($subject, $generation, $orderedAt)
  ON CONFLICT (subject) DO UPDATE SET generation = $generation, ordered_at = $orderedAt WHERE generation < $generation
`;
const DESTROY = `
  DELETE FROM subject_keys WHERE subject = $subject AND generation <= (SELECT generation FROM erasures WHERE subject = $subject)
`;
const REWRAP = `
  UPDATE subject_keys SET kid = $kid, iv = $iv, tag = $tag, ct = $ct
  WHERE subject = $subject AND generation = $generation AND iv = $ivBefore AND tag = $tagBefore
`;
const KEY_COLUMNS = 'subject, generation, kid, iv, tag, ct';
const SELECT_KEY = `SELECT ${KEY_COLUMNS} FROM subject_keys WHERE subject = ? AND generation = ?`;
const SELECT_ERASED = 'SELECT generation FROM erasures WHERE subject = ?';
const LIST_KEYS = `SELECT ${KEY_COLUMNS} FROM subject_keys WHERE (subject, generation) > (?, ?) ORDER BY subject, generation LIMIT ?`;
const LIST_ERASURES = 'SELECT subject, generation, ordered_at AS orderedAt FROM erasures WHERE subject > ? ORDER BY subject LIMIT ?';

const AWAY = /^SQLITE_(BUSY|FULL|IOERR|READONLY|CANTOPEN)/;

interface KeyRow extends SubjectKeyName {
  readonly kid: string;
  readonly iv: string;
  readonly tag: string;
  readonly ct: string;
}

const keyOf = ({ subject, generation, ...wrapped }: KeyRow): SubjectKey => ({ subject, generation, wrapped });

/**
 * Keys of persons in a small file that all processes on one data folder share. A commit is written at once and told to the disk
 * off the loop, for all that wait together: the first order of a buyer waits for it and holds up nobody else.
 */
export function openSqliteSubjectKeys(file: string): SubjectKeyPlace {
  const db = openDatabase({
    file,
    applicationId: APPLICATION_ID,
    upgrades: [SCHEMA, LEFT],
    // Whoever promises durability here syncs the write-ahead log itself before it resolves; SQLite syncs it before it is folded.
    synchronous: 'NORMAL',
    busyTimeoutMs: BUSY_TIMEOUT_MS,
    checkpointPages: CHECKPOINT_PAGES,
  });
  // What is deleted is overwritten: a key must not be found in a free page.
  db.pragma('secure_delete = ON');
  syncFolder(dirname(file));
  return new SubjectKeyFile(db, new SharedSync(`${file}-wal`));
}

class SubjectKeyFile implements SubjectKeyPlace {
  constructor(
    private readonly db: Sqlite,
    private readonly disk: SharedSync,
  ) {}

  async current(subject: string): Promise<{ readonly generation: number; readonly wrapped: Sealed | null }> {
    const generation = this.erasedUpTo(subject) + 1;
    const wrapped = this.wrappedOf({ subject, generation });
    // Whoever kept it may still wait for the disk, here or in another process: a power cut must not take a key that has sealed something.
    if (wrapped !== null) await this.synced();
    else this.assertHere();
    return { generation, wrapped };
  }

  async keep(key: SubjectKey): Promise<SubjectKey | null> {
    const { subject, generation, wrapped } = key;
    this.assertHere();
    this.step(() => this.db.prepare(KEEP).run({ subject, generation, ...wrapped }));
    const stands = this.wrappedOf(key);
    await this.synced();
    return stands === null || this.erasedUpTo(subject) >= generation ? null : { subject, generation, wrapped: stands };
  }

  async find(name: SubjectKeyName): Promise<Sealed | null> {
    const wrapped = this.wrappedOf(name);
    if (wrapped === null) this.assertHere();
    return wrapped;
  }

  async retire({ subject, generation, orderedAt }: Erasure): Promise<void> {
    this.step(() => this.db.prepare(RETIRE).run({ subject, generation, orderedAt }));
    await this.synced();
  }

  async destroyRetired(subject: string): Promise<void> {
    this.step(() => this.db.prepare(DESTROY).run({ subject }));
    this.fold();
  }

  async erasures(after: string | null, limit: number): Promise<readonly Erasure[]> {
    return this.step(() => this.db.prepare<[string, number], Erasure>(LIST_ERASURES).all(after ?? '', limit));
  }

  async list(after: SubjectKeyName | null, limit: number): Promise<readonly SubjectKey[]> {
    const { subject, generation } = after ?? { subject: '', generation: 0 };
    const page = this.step(() => this.db.prepare<[string, number, number], KeyRow>(LIST_KEYS).all(subject, generation, limit)).map(keyOf);
    if (page.length === 0) this.assertHere();
    return page;
  }

  async rewrap({ subject, generation, wrapped: before }: SubjectKey, wrapped: Sealed): Promise<boolean> {
    const named = { subject, generation, ivBefore: before.iv, tagBefore: before.tag, ...wrapped };
    const { changes } = this.step(() => this.db.prepare(REWRAP).run(named));
    await this.synced();
    return changes === 1;
  }

  async countWrappedBy(kid: string): Promise<number> {
    const count = this.step(() => this.db.prepare<[string], number>('SELECT count(*) FROM subject_keys WHERE kid = ?').pluck().get(kid) ?? 0);
    if (count === 0) this.assertHere();
    return count;
  }

  async leftFor(): Promise<string | null> {
    return this.step(() => this.db.prepare<[], string>('SELECT place FROM left_for').pluck().get() ?? null);
  }

  async enter(): Promise<void> {
    this.step(() => this.db.prepare('DELETE FROM left_for').run());
    await this.synced();
  }

  async leave(where: string): Promise<void> {
    this.step(() =>
      this.db.transaction(() => {
        this.db.prepare('INSERT INTO left_for (id, place) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET place = excluded.place').run(where);
        this.db.prepare('DELETE FROM subject_keys').run();
      })(),
    );
    this.fold();
  }

  async close(): Promise<void> {
    await this.disk.close();
    this.db.close();
  }

  /** The write-ahead log still holds a deleted page as it was: it is folded into the file and cut to nothing. */
  private fold(): void {
    const [folded] = this.step(() => this.db.pragma('wal_checkpoint(TRUNCATE)')) as readonly { readonly busy: number }[];
    if (folded?.busy !== 0) throw new SubjectKeysUnavailable('another process reads the keys of persons: what was deleted is not overwritten yet');
  }

  private assertHere(): void {
    const place = this.step(() => this.db.prepare<[], string>('SELECT place FROM left_for').pluck().get());
    if (place !== undefined) throw new SubjectKeysUnavailable(`the keys of persons lie in ${place} now, and not in this file`);
  }

  private erasedUpTo(subject: string): number {
    return this.step(() => this.db.prepare<[string], number>(SELECT_ERASED).pluck().get(subject) ?? 0);
  }

  private wrappedOf({ subject, generation }: SubjectKeyName): Sealed | null {
    const row = this.step(() => this.db.prepare<[string, number], KeyRow>(SELECT_KEY).get(subject, generation));
    return row === undefined ? null : keyOf(row).wrapped;
  }

  private async synced(): Promise<void> {
    try {
      await this.disk.sync();
    } catch (error) {
      throw new SubjectKeysUnavailable('the disk did not take the keys of persons', { cause: error });
    }
  }

  /** A file that is held, full or cannot be written to is for others to mend; whatever else fails is a defect of ours. */
  private step<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const code = sqliteCode(error);
      if (code === undefined || !AWAY.test(code)) throw error;
      throw new SubjectKeysUnavailable(`the keys of persons cannot be used now: ${code}`, { cause: error });
    }
  }
}
