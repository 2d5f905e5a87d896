import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseRefused, openDatabase, type Sqlite, sqliteCode } from '../open-database';
import type { Trouble } from './write-protocol';

/** "crRM": a file of another make is refused and never set aside, since it may be somebody's truth. */
const APPLICATION_ID = 0x6372524d;
/** Reads wait for a lock on the event loop, so not for long; only recovery after a crash of another process holds one. */
const READ_BUSY_MS = 250;
/** The writer waits so long for that of another process before the read models count as away. */
const WRITE_BUSY_MS = 1_000;
/** 4 MiB: whoever waits for the commit that copies the WAL into the file waits for that, too, so it is to copy little. */
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
    return open(file, READ_BUSY_MS);
  } catch (error) {
    if (!isDamage(error)) throw error;
    setAside(file, error.message, onSetAside);
    return open(file, READ_BUSY_MS);
  }
}

/** For the thread that writes: what is to become of a damaged file is for those to say who read it, too. */
export const openToWrite = (file: string): Sqlite => open(file, WRITE_BUSY_MS);

/** NORMAL may lose the last commits with the power, but rows and checkpoint together: what is gone is projected again from the log. */
function open(file: string, busyTimeoutMs: number): Sqlite {
  return openDatabase({
    file,
    applicationId: APPLICATION_ID,
    upgrades: [SCHEMA],
    synchronous: 'NORMAL',
    busyTimeoutMs,
    checkpointPages: CHECKPOINT_PAGES,
  });
}

/** The file can never be used again, as opposed to being out of reach for a while or not being ours. */
function isDamage(error: unknown): error is Error {
  if (error instanceof DatabaseRefused) return error.code === 'NOT_A_DATABASE' || error.code === 'NEWER_SCHEMA';
  return /^SQLITE_(CORRUPT|NOTADB)/.test(sqliteCode(error) ?? '');
}

/** Another writer, a full disk, a medium that does not answer. */
const AWAY = /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|READONLY|NOMEM|PROTOCOL)/;

export function troubleOf(error: unknown): Trouble {
  if (isDamage(error)) return 'damage';
  return AWAY.test(sqliteCode(error) ?? '') ? 'away' : 'defect';
}

export function setAside(file: string, why: string, onSetAside: OnSetAside): void {
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(`${file}.set-aside${suffix}`, { force: true });
    if (existsSync(file + suffix)) renameSync(file + suffix, `${file}.set-aside${suffix}`);
  }
  onSetAside(`read models were set aside and will be rebuilt from the event store: ${why}`);
}
