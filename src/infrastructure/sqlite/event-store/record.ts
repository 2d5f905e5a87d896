import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Position, StoredEvent } from '../../../domain/kernel/event';
import { toIso } from '../../../domain/kernel/time';

/** One row of the log. `data` and `metadata` are the JSON text exactly as it was handed in. */
export interface LogRecord {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly eventId: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly occurredAt: string;
  readonly recordedAtMs: number;
  readonly data: string;
  readonly metadata: string;
}

/** What a row says about itself: one checksum per part, and the hash that ties it to everything before it. */
export interface Seal {
  readonly envelopeCrc: number;
  readonly dataCrc: number;
  readonly metadataCrc: number;
  readonly chain: string;
}

export type SealedRecord = LogRecord & Seal;

/** The columns of a `SealedRecord`, for SELECT. */
export const RECORD_COLUMNS = `
  e.position, e.stream, e.revision, e.event_id AS eventId, e.type, e.schema_version AS schemaVersion, e.occurred_at AS occurredAt,
  e.recorded_at_ms AS recordedAtMs, e.data, e.metadata`;
export const SEAL_COLUMNS = 'e.envelope_crc AS envelopeCrc, e.data_crc AS dataCrc, e.metadata_crc AS metadataCrc, e.chain';

/** The seal of a record behind the one whose chain hash is given. The log chain covers position and recordedAt, which rule 7 leaves out. */
export function sealOf(record: LogRecord, previousChain: string): Seal {
  const { position, stream, revision, eventId, type, schemaVersion, occurredAt, recordedAtMs, data, metadata } = record;
  const envelope = JSON.stringify([position, stream, revision, eventId, type, schemaVersion, occurredAt, recordedAtMs]);
  return {
    envelopeCrc: crc32(envelope),
    dataCrc: crc32(data),
    metadataCrc: crc32(metadata),
    chain: hash('sha256', `${previousChain}${envelope}\n${metadata}\n${data}`, 'hex'),
  };
}

export function storedEventOf(record: LogRecord): StoredEvent {
  return {
    stream: record.stream,
    revision: record.revision,
    position: positionText(record.position),
    recordedAt: toIso(record.recordedAtMs),
    eventId: record.eventId,
    type: record.type,
    schemaVersion: record.schemaVersion,
    occurredAt: record.occurredAt,
    data: JSON.parse(record.data) as StoredEvent['data'],
    metadata: JSON.parse(record.metadata) as StoredEvent['metadata'],
  };
}

const POSITION_DIGITS = 16;

export const positionText = (position: number): Position => String(position).padStart(POSITION_DIGITS, '0');

/** Throws RangeError for text that no event store of this kind gave out. */
export function positionNumber(position: Position): number {
  if (!/^[0-9]{16}$/.test(position) || !Number.isSafeInteger(Number(position))) throw new RangeError('not a position of this log');
  return Number(position);
}
