import type { Statement } from 'better-sqlite3';
import { canonicalJson } from '../../../domain/kernel/hash';
import { isBusy, type Sqlite } from '../open-database';
import { NO_STREAM, type AppendRequest, type RequestedEvent } from './append-request';
import { BUSY_MS_MAX, beginImmediate } from './begin-immediate';
import { EventIds } from './event-ids';
import { RECORD_COLUMNS, sealOf, type LogRecord } from './record';
import { SELECT_ANCHOR, type Anchor } from './schema';

/** How one member of a group ended, should the group be committed. */
export type MemberResult =
  | { readonly outcome: 'committed'; readonly revision: number; readonly position: number; readonly recordedAtMs: number }
  | { readonly outcome: 'conflict'; readonly actual: number };

/** `busy`: certainly nothing was written. `failed`: nobody knows, and the file must not be trusted with more. */
export type GroupResult =
  | { readonly outcome: 'done'; readonly members: readonly MemberResult[] }
  | { readonly outcome: 'busy' }
  | { readonly outcome: 'failed'; readonly cause: string };

interface Head {
  readonly id: number;
  readonly revision: number;
}

/**
 * Stores groups of appends, each group in one transaction and one sync of the disk.
 * A member is checked before anything of it is written, so one that conflicts leaves its neighbours alone.
 */
export class GroupCommitter {
  private readonly selectAnchor: Statement<[], Anchor>;
  private readonly selectHead: Statement<[string], Head>;
  private readonly ids: EventIds;
  private readonly selectRecords: Statement<[number, number, number], LogRecord>;
  private readonly insertStream: Statement<[string, number]>;
  private readonly updateStream: Statement<[number, number]>;
  private readonly insertEvent: Statement<unknown[]>;
  private readonly updateAnchor: Statement<[number, string, number]>;
  private readonly commitGroup: Statement<[]>;
  private anchor: Anchor = { position: 0, chain: '', recordedAtMs: 0 };

  constructor(
    private readonly db: Sqlite,
    private readonly wallMs: () => number,
    private readonly busyMs = BUSY_MS_MAX,
  ) {
    this.selectAnchor = db.prepare<[], Anchor>(SELECT_ANCHOR);
    this.selectHead = db.prepare<[string], Head>('SELECT id, revision FROM streams WHERE name = ?');
    this.ids = new EventIds(db);
    this.selectRecords = db.prepare(
      `SELECT ${RECORD_COLUMNS} FROM events e WHERE e.stream_id = ? AND e.revision BETWEEN ? AND ? ORDER BY e.revision`,
    );
    this.insertStream = db.prepare('INSERT INTO streams (name, revision) VALUES (?, ?)');
    this.updateStream = db.prepare('UPDATE streams SET revision = ? WHERE id = ?');
    this.insertEvent = db.prepare(`
      INSERT INTO events (position, stream, stream_id, revision, event_id, type, schema_version, occurred_at, recorded_at_ms,
                          envelope_crc, data_crc, metadata_crc, chain, metadata, data)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.updateAnchor = db.prepare('UPDATE anchor SET position = ?, chain = ?, recorded_at_ms = ?');
    this.commitGroup = db.prepare('COMMIT');
  }

  commit(group: readonly AppendRequest[]): GroupResult {
    try {
      beginImmediate(this.db, this.busyMs);
    } catch (error) {
      return isBusy(error) ? { outcome: 'busy' } : { outcome: 'failed', cause: String(error) };
    }
    try {
      const members = this.write(group);
      this.commitGroup.run();
      return { outcome: 'done', members };
    } catch (error) {
      // A transaction that could not be ended is ended by the next opener, from the WAL.
      if (this.db.inTransaction) attempt(() => this.db.exec('ROLLBACK'));
      return { outcome: 'failed', cause: String(error) };
    }
  }

  private write(group: readonly AppendRequest[]): readonly MemberResult[] {
    const anchor = this.selectAnchor.get();
    if (anchor === undefined) throw new Error('the anchor row is gone');
    // The clock of this machine may be set back; the log's never is.
    this.anchor = { ...anchor, recordedAtMs: Math.max(anchor.recordedAtMs, this.wallMs()) };
    const members = group.map((request) => this.append(request));
    const { position, chain, recordedAtMs } = this.anchor;
    if (position !== anchor.position) this.updateAnchor.run(position, chain, recordedAtMs);
    return members;
  }

  private append({ stream, expected, events }: AppendRequest): MemberResult {
    const head = this.selectHead.get(stream);
    const actual = head?.revision ?? NO_STREAM;
    if (actual !== expected) return this.repeated(head, expected, events) ?? { outcome: 'conflict', actual };
    // These ids are stored, but not here: whatever it is, it is not what the caller believes.
    const eventIds = events.map((event) => event.eventId);
    if (!this.ids.claim(eventIds, this.anchor.position + 1)) return { outcome: 'conflict', actual };

    const revision = expected + events.length;
    const streamId = head?.id ?? Number(this.insertStream.run(stream, revision).lastInsertRowid);
    if (head !== undefined) this.updateStream.run(revision, head.id);
    events.forEach((event, index) => this.insert(streamId, stream, expected + 1 + index, event));
    return { outcome: 'committed', revision, position: this.anchor.position, recordedAtMs: this.anchor.recordedAtMs };
  }

  private insert(streamId: number, stream: string, revision: number, event: RequestedEvent): void {
    const { recordedAtMs } = this.anchor;
    const position = this.anchor.position + 1;
    const { eventId, type, schemaVersion, occurredAt, data, metadata } = event;
    const seal = sealOf({ position, stream, revision, eventId, type, schemaVersion, occurredAt, recordedAtMs, data, metadata }, this.anchor.chain);
    const { envelopeCrc, dataCrc, metadataCrc, chain } = seal;
    // prettier-ignore
    this.insertEvent.run(
      position, stream, streamId, revision, eventId, type, schemaVersion, occurredAt, recordedAtMs, envelopeCrc, dataCrc, metadataCrc, chain, metadata, data,
    );
    this.anchor = { position, chain, recordedAtMs };
  }

  /** The answer of the first time, when the very same events already stand where these should go. */
  private repeated(head: Head | undefined, expected: number, events: readonly RequestedEvent[]): MemberResult | undefined {
    if (head === undefined || head.revision < expected + events.length) return undefined;
    const stored = this.selectRecords.all(head.id, expected + 1, expected + events.length);
    const last = stored.at(-1);
    if (last === undefined || stored.length !== events.length || !events.every((event, index) => isSame(event, stored[index]))) return undefined;
    return { outcome: 'committed', revision: last.revision, position: last.position, recordedAtMs: last.recordedAtMs };
  }
}

function isSame(event: RequestedEvent, stored: LogRecord | undefined): boolean {
  return (
    stored !== undefined &&
    stored.eventId === event.eventId &&
    stored.type === event.type &&
    stored.schemaVersion === event.schemaVersion &&
    stored.occurredAt === event.occurredAt &&
    isSameJson(stored.data, event.data) &&
    isSameJson(stored.metadata, event.metadata)
  );
}

/** A repeat may have been put together anew, with its members in another order. */
const isSameJson = (a: string, b: string): boolean => a === b || canonicalJson(JSON.parse(a)) === canonicalJson(JSON.parse(b));

function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // The failure that led here is the one that is reported.
  }
}
