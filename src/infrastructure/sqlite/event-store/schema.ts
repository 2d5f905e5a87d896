import type { OpenDatabaseOptions } from '../open-database';

/** "CREV": the mark of our event files in the SQLite header. */
const APPLICATION_ID = 0x43524556;

/**
 * `events` is the log and the only truth; a row tells everything about itself.
 * `category` is the stream's name up to its first dash: whoever catches up with a rare category reads that and nothing else.
 * `streams` gives each stream a small number, so that the index of a busy stream stays on few pages, and keeps its last revision.
 * `event_ids` finds an event by its id: a hash table, because an index over the ids themselves, which are random, made every append twice as dear.
 * `anchor` is one row, written in every commit: where the log ends, so that a missing tail is noticed, and where it was last closed in order.
 */
const VERSION_1 = `
  CREATE TABLE streams (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    category TEXT NOT NULL GENERATED ALWAYS AS (substr(stream, 1, instr(stream, '-'))) VIRTUAL,
    stream_id INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    occurred_at TEXT NOT NULL,
    recorded_at_ms INTEGER NOT NULL,
    envelope_crc INTEGER NOT NULL,
    data_crc INTEGER NOT NULL,
    metadata_crc INTEGER NOT NULL,
    chain TEXT NOT NULL,
    metadata TEXT NOT NULL,
    data TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream_id, revision);
  CREATE INDEX events_by_category ON events (category, position);

  CREATE TABLE event_ids (
    slot INTEGER PRIMARY KEY,
    position INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE anchor (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    position INTEGER NOT NULL,
    chain TEXT NOT NULL,
    recorded_at_ms INTEGER NOT NULL,
    clean_position INTEGER NOT NULL
  ) STRICT;
  INSERT INTO anchor VALUES (1, 0, '${'0'.repeat(64)}', 0, 0);
`;

/** For `openDatabase`: makes and lifts event files. */
export const EVENT_FILE = { applicationId: APPLICATION_ID, upgrades: [VERSION_1] } as const satisfies Partial<OpenDatabaseOptions>;

/** Where the log ends. Positions count from 1 without gaps, so `position` is also the number of events. */
export interface Anchor {
  readonly position: number;
  readonly chain: string;
  readonly recordedAtMs: number;
}

export const SELECT_ANCHOR = 'SELECT position, chain, recorded_at_ms AS recordedAtMs FROM anchor';
export const SELECT_CLEAN_POSITION = 'SELECT clean_position FROM anchor';
export const SELECT_LAST_POSITION = 'SELECT max(position) FROM events';
