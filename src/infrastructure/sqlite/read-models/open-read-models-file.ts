import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseRefused, openDatabase, type Sqlite, sqliteCode } from '../open-database';

/** "crRM": a file of another make is refused and never set aside, since it may be somebody's truth. */
const APPLICATION_ID = 0x6372524d;
/** A writer waits so long for another process before the read models count as away. Blocks the loop, so it is short. */
const BUSY_TIMEOUT_MS = 250;
/** 4 MiB: the commit that copies the WAL into the file holds the event loop meanwhile, so it is to copy little. */
const CHECKPOINT_PAGES = 1_024;

const SCHEMA = `
  CREATE TABLE generations (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    model TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'building', 'retired')),
    checkpoint TEXT,
    indexes TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX one_of_each ON generations (model, state) WHERE state <> 'retired';
  CREATE TABLE parked (
    generation INTEGER NOT NULL,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    position TEXT NOT NULL,
    error TEXT NOT NULL,
    parked_at TEXT NOT NULL,
    PRIMARY KEY (generation, stream)
  ) STRICT, WITHOUT ROWID;
`;

/** Told why a file was set aside. The old file stays beside it as `<file>.set-aside` until the next one takes that place. */
export type OnSetAside = (message: string) => void;

/** Opens the file, or sets a damaged or newer one aside and begins an empty one. Throws when the file is of another make. */
export function openReadModelsFile(file: string, onSetAside: OnSetAside): Sqlite {
  mkdirSync(dirname(file), { recursive: true });
  try {
    return open(file);
  } catch (error) {
    if (!isDamage(error)) throw error;
    setAside(file, error, onSetAside);
    return open(file);
  }
}

/** NORMAL may lose the last commits with the power, but rows and checkpoint together: what is gone is projected again from the log. */
function open(file: string): Sqlite {
  return openDatabase({
    file,
    applicationId: APPLICATION_ID,
    upgrades: [SCHEMA],
    synchronous: 'NORMAL',
    busyTimeoutMs: BUSY_TIMEOUT_MS,
    checkpointPages: CHECKPOINT_PAGES,
  });
}

/** The file can never be used again, as opposed to being out of reach for a while or not being ours. */
export function isDamage(error: unknown): error is Error {
  if (error instanceof DatabaseRefused) return error.code === 'NOT_A_DATABASE' || error.code === 'NEWER_SCHEMA';
  return /^SQLITE_(CORRUPT|NOTADB)/.test(sqliteCode(error) ?? '');
}

export function setAside(file: string, why: Error, onSetAside: OnSetAside): void {
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(`${file}.set-aside${suffix}`, { force: true });
    if (existsSync(file + suffix)) renameSync(file + suffix, `${file}.set-aside${suffix}`);
  }
  onSetAside(`read models were set aside and will be rebuilt from the event store: ${why.message}`);
}
