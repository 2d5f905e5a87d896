import type { Sqlite } from '../open-database';
import { RECORD_COLUMNS, SEAL_COLUMNS, sealOf, type SealedRecord } from './record';

export type RecordField = 'envelope' | 'data' | 'metadata';

/** What re-computing the seal of one record came to. */
export interface CheckedRecord {
  readonly record: SealedRecord;
  /** The name that the stream index has for this record's stream; null when the index does not know it. */
  readonly indexedStream: string | null;
  /** The parts whose checksum is wrong. */
  readonly crcWrong: readonly RecordField[];
  readonly logChainOk: boolean;
  /** Positions that are missing right before this one. */
  readonly missingBefore: number;
}

/** Records are read in pages, so that a check of any length needs little memory. */
const PAGE_RECORDS = 1_024;

/**
 * Reads the log after a record whose chain hash is known and re-computes every seal.
 * A damaged record is reported once: what follows it is checked against the hash it carries.
 */
export function* checkLog(db: Sqlite, after: { readonly position: number; readonly chain: string }): Generator<CheckedRecord> {
  const page = db.prepare<[number, number], SealedRecord & { indexedStream: string | null }>(`
    SELECT ${RECORD_COLUMNS}, ${SEAL_COLUMNS}, s.name AS indexedStream
    FROM events e LEFT JOIN streams s ON s.id = e.stream_id WHERE e.position > ? ORDER BY e.position LIMIT ?`);
  let { position, chain } = after;
  for (;;) {
    const rows = page.all(position, PAGE_RECORDS);
    for (const { indexedStream, ...row } of rows) {
      const record = asWritten(row);
      const seal = sealOf(record, chain);
      yield {
        record,
        indexedStream,
        crcWrong: [
          ...(seal.envelopeCrc === record.envelopeCrc ? [] : (['envelope'] as const)),
          ...(seal.dataCrc === record.dataCrc ? [] : (['data'] as const)),
          ...(seal.metadataCrc === record.metadataCrc ? [] : (['metadata'] as const)),
        ],
        logChainOk: seal.chain === record.chain,
        missingBefore: record.position - position - 1,
      };
      ({ position, chain } = record);
    }
    if (rows.length < PAGE_RECORDS) return;
  }
}

const TEXTS = ['stream', 'eventId', 'type', 'occurredAt', 'data', 'metadata', 'chain'] as const satisfies readonly (keyof SealedRecord)[];
const NUMBERS = [
  'revision',
  'schemaVersion',
  'recordedAtMs',
  'envelopeCrc',
  'dataCrc',
  'metadataCrc',
] as const satisfies readonly (keyof SealedRecord)[];

/** A damaged row may hold nothing, or something of another kind, where text or a number was written: then its checksum is wrong. */
function asWritten(row: SealedRecord): SealedRecord {
  const found: Record<string, unknown> = { ...row };
  for (const name of TEXTS) if (typeof found[name] !== 'string') found[name] = '';
  for (const name of NUMBERS) if (typeof found[name] !== 'number') found[name] = NOT_WRITTEN;
  return found as unknown as SealedRecord;
}

/** No number of ours. */
const NOT_WRITTEN = -1;

/** The chain hash that the log has at a position: that of the empty log at 0, undefined where no record stands. */
export function chainAt(db: Sqlite, position: number): string | undefined {
  if (position === 0) return EMPTY_CHAIN;
  return db.prepare<[number], string>('SELECT chain FROM events WHERE position = ?').pluck().get(position);
}

export const EMPTY_CHAIN = '0'.repeat(64);
