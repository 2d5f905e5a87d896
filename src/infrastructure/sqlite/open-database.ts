import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';

export type Sqlite = Database.Database;

export interface OpenDatabaseOptions {
  readonly file: string;
  /** Marks whose file this is (a positive 32-bit number): a file of another make is refused. */
  readonly applicationId: number;
  /** `upgrades[n]` is the SQL that lifts a file from schema version n to n + 1; version 0 is an empty file. Entries never change. */
  readonly upgrades: readonly string[];
  /** Opens without the right to write; the file must exist and be of today's schema version. */
  readonly readonly?: boolean;
  /** How long SQLite itself waits for a lock before it answers SQLITE_BUSY. Blocks the thread. */
  readonly busyTimeoutMs?: number;
  /** FULL unless told: a commit is on the disk when it returns. NORMAL is for files that can be made again from the log. */
  readonly synchronous?: 'FULL' | 'NORMAL';
  /** Memory for pages of this connection, KiB. */
  readonly cacheKib?: number;
  /** A commit that finds the WAL longer than this copies it into the file. In pages of 4 KiB; 0: whoever opens it sees to that. */
  readonly checkpointPages?: number;
}

/** The file cannot be used as it is; waiting does not help. `code` is stable, the message is for people. */
export class DatabaseRefused extends Error {
  override readonly name = 'DatabaseRefused';

  constructor(
    readonly code: 'SQLITE_TOO_OLD' | 'PRAGMA_NOT_TAKEN' | 'NOT_A_DATABASE' | 'FOREIGN_FILE' | 'NEWER_SCHEMA' | 'OLDER_SCHEMA',
    message: string,
  ) {
    super(message);
  }
}

/** Older versions can damage a WAL file when two connections reset it at once. */
const SQLITE_VERSION_MIN = [3, 51, 3] as const;
const SYNCHRONOUS_LEVEL = { NORMAL: 1, FULL: 2 } as const;

const BUSY_TIMEOUT_MS = 5_000;
const CACHE_KIB = 16 * 1_024;
/** 32 MiB. */
export const CHECKPOINT_PAGES = 8_192;
/** What a WAL file is cut back to after it has been copied. */
const WAL_KEPT_BYTES = 64 * 1_024 * 1_024;

/**
 * The one way to open an SQLite file: WAL, durable commits, and a schema version that is lifted on open.
 * Settings are read back after they are set, at every open: a re-opened WAL file silently comes back with weaker ones.
 */
export function openDatabase(options: OpenDatabaseOptions): Sqlite {
  if (options.readonly !== true) keepPrivate(options.file);
  const db = new Database(options.file, { readonly: options.readonly ?? false, timeout: options.busyTimeoutMs ?? BUSY_TIMEOUT_MS });
  try {
    assertSqliteVersion(db);
    assertOurs(db, options);
    configure(db, options);
    upgrade(db, options);
    return db;
  } catch (error) {
    db.close();
    if (sqliteCode(error) === 'SQLITE_NOTADB')
      throw new DatabaseRefused('NOT_A_DATABASE', `${options.file} is not an SQLite file, or its header is damaged`);
    throw error;
  }
}

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/**
 * Nobody but the owner reads the files of a shop. SQLite gives the WAL and the shared memory the rights of the file itself, so it
 * is made before SQLite sees it. A file that is there is never opened for this: closing it would drop the locks SQLite holds on it.
 */
function keepPrivate(file: string): void {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) create(file);
  for (const name of [file, `${file}-wal`, `${file}-shm`]) {
    const stat = statSync(name, { throwIfNoEntry: false });
    if (stat !== undefined && (stat.mode & OTHERS) !== 0 && stat.uid === process.getuid?.()) chmodSync(name, OWNER_ONLY);
  }
}

function create(file: string): void {
  try {
    closeSync(openSync(file, 'wx', OWNER_ONLY));
  } catch (error) {
    // Another process was first, or the folder cannot be written to: SQLite says which.
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EEXIST' && code !== 'ENOENT' && code !== 'EACCES' && code !== 'EROFS') throw error;
  }
}

/** The code of an SQLite error (`SQLITE_BUSY`, `SQLITE_IOERR_FSYNC`, …), or undefined when the error is something else. */
export function sqliteCode(error: unknown): string | undefined {
  // By its code, not by its class: the native part of the driver is loaded once per process, its classes once per module registry.
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : undefined;
}

export const isBusy = (error: unknown): boolean => sqliteCode(error)?.startsWith('SQLITE_BUSY') ?? false;

/** Asks for what changes whenever another connection has committed, without preparing the question each time. */
export function dataVersionOf(db: Sqlite): () => unknown {
  const statement = db.prepare<[], unknown>('PRAGMA data_version').pluck();
  return () => statement.get();
}

/** Reads one pragma as the number or word it is. */
export const pragma = (db: Sqlite, name: string): unknown => db.pragma(name, { simple: true });

function assertSqliteVersion(db: Sqlite): void {
  const text = String(db.prepare('SELECT sqlite_version()').pluck().get());
  const parts = text.split('.').map(Number);
  for (const [index, least] of SQLITE_VERSION_MIN.entries()) {
    const part = parts[index] ?? 0;
    if (part > least) return;
    if (part < least) throw new DatabaseRefused('SQLITE_TOO_OLD', `SQLite ${text} is older than ${SQLITE_VERSION_MIN.join('.')}`);
  }
}

function assertOurs(db: Sqlite, { file, applicationId, upgrades }: OpenDatabaseOptions): void {
  const version = Number(pragma(db, 'user_version'));
  const owner = Number(pragma(db, 'application_id'));
  const empty = version === 0 && db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  if (owner !== applicationId && !(empty && owner === 0)) throw new DatabaseRefused('FOREIGN_FILE', `${file} was not made for this purpose`);
  if (version > upgrades.length) {
    throw new DatabaseRefused('NEWER_SCHEMA', `${file} has schema version ${version}; this program knows versions up to ${upgrades.length}`);
  }
}

function configure(db: Sqlite, options: OpenDatabaseOptions): void {
  const synchronous = SYNCHRONOUS_LEVEL[options.synchronous ?? 'FULL'];
  if (options.readonly !== true) db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${synchronous}`);
  db.pragma(`cache_size = -${options.cacheKib ?? CACHE_KIB}`);
  db.pragma(`wal_autocheckpoint = ${options.checkpointPages ?? CHECKPOINT_PAGES}`);
  db.pragma(`journal_size_limit = ${WAL_KEPT_BYTES}`);
  db.pragma('trusted_schema = OFF');
  assertPragma(db, options.file, 'journal_mode', 'wal');
  assertPragma(db, options.file, 'synchronous', synchronous);
}

function assertPragma(db: Sqlite, file: string, name: string, wanted: unknown): void {
  const found = pragma(db, name);
  if (found !== wanted) throw new DatabaseRefused('PRAGMA_NOT_TAKEN', `${file}: ${name} is ${String(found)} and not ${String(wanted)}`);
}

/** Each step commits together with its version number, so a crash in between leaves a file that the next open lifts further. */
function upgrade(db: Sqlite, { file, applicationId, upgrades, readonly }: OpenDatabaseOptions): void {
  const version = (): number => Number(pragma(db, 'user_version'));
  if (version() === upgrades.length) return;
  const why = version() === 0 ? 'is empty: it was made and nothing was ever stored in it' : 'has an older schema and was opened for reading only';
  if (readonly === true) throw new DatabaseRefused('OLDER_SCHEMA', `${file} ${why}`);
  db.transaction(() => {
    // Another process may have lifted the file while this one waited for the lock.
    for (const [step, sql] of upgrades.slice(version()).entries()) {
      db.exec(sql);
      if (step === 0) db.pragma(`application_id = ${applicationId}`);
    }
    db.pragma(`user_version = ${upgrades.length}`);
  }).immediate();
}
