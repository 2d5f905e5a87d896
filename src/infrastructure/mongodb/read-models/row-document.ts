import type { AnyBulkWriteOperation, IndexDescription } from 'mongodb';
import { assertKey, cellOfRow } from '../../../application/ports/read-model-rules';
import type { Row, RowValue, RowWrite } from '../../../application/ports/read-models';
import type { Position } from '../../../domain/kernel/event';

/** MongoDB keeps no document above 16 MiB. A row of this size is a defect, so it is refused before anything is written. */
const ROW_BYTES_MAX = 15 * 1024 * 1024;

/**
 * A row as it is stored. Its value is JSON text, so that what comes back is what went in: BSON has no lone surrogates and gives
 * a meaning to `$` and dots in names. The declared fields stand beside it, for indexes and filters only.
 */
export interface RowDocument {
  readonly _id: string;
  /** The newest event that the row reflects. */
  readonly position: Position;
  /** Absent in a tombstone, which no index and no reader sees. */
  readonly live?: true;
  readonly value?: string;
  /** What the row has in the declared fields; a field without a value is absent. */
  readonly cells?: Readonly<Record<string, string | number>>;
}

export const cellName = (field: string): string => `cells.${field}`;

/** Throws TypeError or RangeError for a row that cannot be kept. */
export function documentOf({ key, position, value }: RowWrite, fields: ReadonlySet<string>): RowDocument {
  assertKey(key);
  if (value === null) return { _id: key, position };
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) > ROW_BYTES_MAX) throw new RangeError(`a row may have ${ROW_BYTES_MAX} bytes at most`);
  const cells: Record<string, string | number> = {};
  for (const field of fields) {
    const cell = cellOfRow(value, field);
    if (cell !== null) cells[field] = cell;
  }
  return { _id: key, position, live: true, value: text, cells };
}

/**
 * Stores the row unless the stored one reflects this event or a later one. Then the filter finds nothing, the insertion meets
 * the key that is there, and the answer is "duplicate key".
 */
export function guardedWrite(document: RowDocument): AnyBulkWriteOperation<RowDocument> {
  return {
    replaceOne: { filter: { _id: { $eq: document._id }, position: { $lt: document.position } }, replacement: document, upsert: true },
  };
}

export function rowOf({ _id, position, value }: RowDocument): Row {
  return { key: _id, position, value: JSON.parse(value ?? 'null') as RowValue };
}

/** For the projector, which must see tombstones. */
export function rowWriteOf({ _id, position, value }: RowDocument): RowWrite {
  return { key: _id, position, value: value === undefined ? null : (JSON.parse(value) as RowValue) };
}

/** `live` comes first, so that an index holds what readers ask for in one piece; the key comes last, to break ties. */
export function indexesOf(indexes: readonly (readonly string[])[]): IndexDescription[] {
  return indexes.map((fields, i) => ({
    key: Object.fromEntries([['live', 1], ...fields.map((field) => [cellName(field), 1]), ['_id', 1]]) as Record<string, 1>,
    name: `declared_${i}`,
  }));
}
