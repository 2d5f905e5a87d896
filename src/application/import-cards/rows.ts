import { toIso, fromIso } from '../../domain/kernel/time';
import type { CardText } from '../card-text';
import { CODE, type Column, EXPIRES_AT } from './columns';
import { cellReader } from './csv-cells';
import { expiryOf } from './expiry';
import { type FileRecord, RECORD_CHARACTERS_MAX } from './records';
import { cutterOf, type FileShape } from './shape';

/** Why a row is no card that could be sold. */
export type RowReason =
  | 'EMPTY_CODE'
  | 'CODE_TOO_LONG'
  | 'LINE_TOO_LONG'
  | 'BAD_CHARACTER'
  | 'BAD_ENCODING'
  | 'MALFORMED_CSV'
  | 'TOO_MANY_COLUMNS'
  | 'TOO_MANY_FIELDS'
  | 'BAD_EXPIRY'
  | 'EXPIRED';

/** One row to import, or why it cannot be. Never the text of a row that was refused. */
export type ImportRow = { readonly row: number; readonly card: CardText } | { readonly row: number; readonly reason: RowReason };

/** Rows handed on together. */
export const CHUNK_ROWS = 1_024;
const CODE_CHARACTERS_MAX = 4_096;
const COLUMNS_MAX = 50;
/** What a decoder puts where bytes were no text. */
const NO_TEXT = '\uFFFD';
/** Line breaks are allowed within a code: some are several lines. */
const CONTROL = /[^\P{Cc}\n\r\t]/u;
/** What nobody sees does not belong to a code: it comes with copying from a page. */
const UNSEEN_AROUND = /^[\s\u200B-\u200F\u2060\uFEFF]+|[\s\u200B-\u200F\u2060\uFEFF]+$/g;

/** Text as it was meant: blanks around it are nobody's, and an encoded line break is one. Decoded once: `%250A` stays as it is. */
const cleaned = (text: string): string =>
  text
    .replaceAll(/(?:%0D)?%0A/gi, '\n')
    .replaceAll('\r\n', '\n')
    .replaceAll(UNSEEN_AROUND, '');

/** A row as it was written, or why it can be no card. `expiresAt` is ISO-8601. */
export function rowOf(row: number, code: string, fields: Readonly<Record<string, string>>, expiresAt?: string): ImportRow {
  const kept = Object.entries(fields).map(([name, value]): readonly [string, string] => [name, cleaned(value)]);
  const text = cleaned(code);
  const all = [text, ...kept.flat()];
  if (text === '') return { row, reason: 'EMPTY_CODE' };
  const characters = all.reduce((sum, part) => sum + part.length, 0);
  if (characters > RECORD_CHARACTERS_MAX || all.some((part) => part.length > CODE_CHARACTERS_MAX)) return { row, reason: 'CODE_TOO_LONG' };
  if (all.some((part) => part.includes(NO_TEXT))) return { row, reason: 'BAD_ENCODING' };
  if (all.some((part) => CONTROL.test(part))) return { row, reason: 'BAD_CHARACTER' };
  if (kept.length > COLUMNS_MAX) return { row, reason: 'TOO_MANY_FIELDS' };
  const card = { code: text, ...(kept.length === 0 ? {} : { fields: Object.fromEntries(kept) }) };
  if (expiresAt === undefined) return { row, card };
  return Number.isNaN(fromIso(expiresAt)) ? { row, reason: 'BAD_EXPIRY' } : { row, card: { ...card, expiresAt: toIso(fromIso(expiresAt)) } };
}

type ReadRecord = (text: string, row: number) => ImportRow | null;

/** Reads records of one shape; null for a row that is no row: a blank one, or the heading. */
function recordReader({ delimiter, columns, hasHeading, utcOffset }: FileShape): ReadRecord {
  if (delimiter === null) return (text, row) => (text.trim() === '' ? null : rowOf(row, text, {}));
  const read = cellReader(delimiter);
  let heading = hasHeading;
  return (text, row) => {
    if (text.trim() === '') return null;
    if (heading) {
      heading = false;
      return null;
    }
    const cells = read(text);
    return cells === null ? { row, reason: 'MALFORMED_CSV' } : rowOfCells(row, columns, cells, utcOffset);
  };
}

function rowOfCells(row: number, columns: readonly Column[], cells: readonly string[], utcOffset: string): ImportRow {
  if (cells.length > columns.length && cells.slice(columns.length).some((cell) => cell !== '')) return { row, reason: 'TOO_MANY_COLUMNS' };
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  let [code, expiry] = ['', ''];
  for (const [at, column] of columns.entries()) {
    const cell = cells[at] ?? '';
    if (column === CODE) code = cell;
    else if (column === EXPIRES_AT) expiry = cell;
    else if (column !== null && cell !== '') fields[column] = cell;
  }
  if (expiry === '') return rowOf(row, code, fields);
  const expiresAt = expiryOf(expiry, utcOffset);
  const read = rowOf(row, code, fields, expiresAt ?? undefined);
  return expiresAt === null && 'card' in read ? { row, reason: 'BAD_EXPIRY' } : read;
}

/** Reads a file of cards in chunks of rows, no faster than they are taken. */
export async function* rowsOf(bytes: AsyncIterable<Uint8Array>, shape: FileShape): AsyncGenerator<readonly ImportRow[]> {
  const cutter = cutterOf(shape);
  const read = recordReader(shape);
  let chunk: ImportRow[] = [];
  for await (const records of recordsOf(cutter, bytes)) {
    for (const record of records) {
      const row = 'tooLong' in record ? ({ row: record.row, reason: 'LINE_TOO_LONG' } as const) : read(record.text, record.row);
      if (row !== null) chunk.push(row);
      if (chunk.length < CHUNK_ROWS) continue;
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

async function* recordsOf(cutter: ReturnType<typeof cutterOf>, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Iterable<FileRecord>> {
  for await (const part of bytes) yield cutter.push(part);
  yield cutter.end();
}
