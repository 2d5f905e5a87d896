import type { CardText } from '../card-text';
import { cellsOf } from './csv-cells';
import { type FileRecord, RecordCutter } from './records';

export type RowReason =
  | 'EMPTY_CODE'
  | 'CODE_TOO_LONG'
  | 'LINE_TOO_LONG'
  | 'BAD_CHARACTER'
  | 'BAD_ENCODING'
  | 'MALFORMED_CSV'
  | 'TOO_MANY_COLUMNS'
  | 'BAD_EXPIRY'
  | 'DUPLICATE';

/** One row to import, or why it cannot be. Never the text of a row that was refused. */
export type ImportRow = { readonly row: number; readonly card: CardText } | { readonly row: number; readonly reason: RowReason };

export type CardFileFormat = 'csv' | 'txt';

/** Rows handed on together. */
export const CHUNK_ROWS = 512;
const CODE_CHARACTERS_MAX = 4_096;
const COLUMNS_MAX = 20;
/** What a decoder puts where bytes were no text. */
const NO_TEXT = '\uFFFD';
/** Line breaks are allowed within a code: some are several lines. */
const CONTROL = /[^\P{Cc}\n\r\t]/u;

/** A row as it was written: blanks around the code are nobody's, an encoded line break is one, and what cannot be a code is told apart. */
export function rowOf(row: number, code: string, fields: Readonly<Record<string, string>>, expiresAt?: string): ImportRow {
  const trimmed = code.replaceAll(/%0A/gi, '\n').trim();
  const all = [trimmed, ...Object.values(fields)];
  if (trimmed === '') return { row, reason: 'EMPTY_CODE' };
  if (all.some((text) => text.length > CODE_CHARACTERS_MAX)) return { row, reason: 'CODE_TOO_LONG' };
  if (all.some((text) => text.includes(NO_TEXT))) return { row, reason: 'BAD_ENCODING' };
  if (all.some((text) => CONTROL.test(text))) return { row, reason: 'BAD_CHARACTER' };
  if (expiresAt !== undefined && Number.isNaN(Date.parse(expiresAt))) return { row, reason: 'BAD_EXPIRY' };
  return { row, card: { code: trimmed, ...(Object.keys(fields).length === 0 ? {} : { fields }), ...(expiresAt === undefined ? {} : { expiresAt }) } };
}

type ReadRecord = (record: FileRecord) => ImportRow | null;

/** One code per line; blank lines are no rows. */
const readLine: ReadRecord = (record) => {
  if ('tooLong' in record) return { row: record.row, reason: 'LINE_TOO_LONG' };
  return record.text.trim() === '' ? null : rowOf(record.row, record.text, {});
};

/** CSV with a header that names `code` (then `expiresAt` and any other column as a field), or without one and a single column. */
function csvReader(): ReadRecord {
  let columns: readonly string[] | undefined;
  return (record) => {
    const { row } = record;
    if ('tooLong' in record) return { row, reason: 'LINE_TOO_LONG' };
    if (record.text.trim() === '') return null;
    const cells = cellsOf(record.text);
    if (cells === null) return { row, reason: 'MALFORMED_CSV' };
    if (columns === undefined) {
      const isHeader = cells.some((cell) => cell.toLowerCase() === 'code');
      columns = isHeader ? cells : ['code'];
      if (isHeader) return null;
    }
    return rowOfCells(row, columns, cells);
  };
}

function rowOfCells(row: number, columns: readonly string[], cells: readonly string[]): ImportRow {
  if (cells.length > COLUMNS_MAX || cells.slice(columns.length).some((cell) => cell !== '')) return { row, reason: 'TOO_MANY_COLUMNS' };
  const named = columns.map((name, at): readonly [string, string] => [name, cells[at] ?? '']).filter(([, cell]) => cell !== '');
  const valueOf = (name: string): string | undefined => named.find(([column]) => column.toLowerCase() === name)?.[1];
  const fields = Object.fromEntries(named.filter(([column]) => !['code', 'expiresat'].includes(column.toLowerCase())));
  return rowOf(row, valueOf('code') ?? '', fields, valueOf('expiresat'));
}

/** Reads a file of cards in chunks of rows, no faster than they are taken. */
export async function* rowsOf(bytes: AsyncIterable<Uint8Array>, format: CardFileFormat): AsyncGenerator<readonly ImportRow[]> {
  const cutter = new RecordCutter(format === 'csv');
  const read = format === 'csv' ? csvReader() : readLine;
  let chunk: ImportRow[] = [];
  for await (const records of recordsOf(cutter, bytes)) {
    for (const record of records) {
      const row = read(record);
      if (row !== null) chunk.push(row);
      if (chunk.length < CHUNK_ROWS) continue;
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

async function* recordsOf(cutter: RecordCutter, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Iterable<FileRecord>> {
  for await (const part of bytes) yield cutter.push(part);
  yield cutter.end();
}
