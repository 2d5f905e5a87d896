import type { LeaseRecord, Leases } from '../../../application/ports/leases';
import { openDatabase, type Sqlite } from '../open-database';

/** "crLE". */
const APPLICATION_ID = 0x63724c45;
/** A step takes microseconds; whoever waits longer tries again with the next beat. Blocks the loop. */
const BUSY_TIMEOUT_MS = 100;

const SCHEMA = `
  CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    term INTEGER NOT NULL,
    beat INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

const CLAIM = `
  INSERT INTO leases (name, holder, term, beat) VALUES ($name, $holder, $term + 1, 0)
  ON CONFLICT (name) DO UPDATE SET holder = $holder, term = $term + 1, beat = 0 WHERE term = $term
`;

export type SqliteLeases = Leases & { close(): void };

/** Leases in a small file that all processes on one data folder share. */
export function openSqliteLeases(file: string): SqliteLeases {
  const db: Sqlite = openDatabase({
    file,
    applicationId: APPLICATION_ID,
    upgrades: [SCHEMA],
    // A lease that is lost with the power costs one wait: every holder is gone then as well.
    synchronous: 'NORMAL',
    busyTimeoutMs: BUSY_TIMEOUT_MS,
  });
  const read = db.prepare<[string], LeaseRecord & { readonly name: string }>(
    'SELECT name, holder, term, beat FROM leases WHERE name IN (SELECT value FROM json_each(?))',
  );
  const claim = db.prepare<{ name: string; holder: string; term: number }>(CLAIM);
  const beat = db.prepare<{ name: string; holder: string; term: number }>(
    'UPDATE leases SET beat = beat + 1 WHERE name = $name AND holder = $holder AND term = $term',
  );
  const release = db.prepare<{ name: string; holder: string; term: number }>(
    `UPDATE leases SET holder = '' WHERE name = $name AND holder = $holder AND term = $term`,
  );
  return {
    read: async (names) => new Map(read.all(JSON.stringify(names)).map(({ name, ...record }) => [name, record])),
    claim: async (name, holder, term) => claim.run({ name, holder, term }).changes === 1,
    beat: async (name, holder, term) => beat.run({ name, holder, term }).changes === 1,
    release: async (name, holder, term) => void release.run({ name, holder, term }),
    close: () => db.close(),
  };
}
