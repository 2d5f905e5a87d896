import type { ClaimKind } from '../../domain/ledger/claim';
import { cellReader, hasQuotes } from '../import-cards/csv-cells';
import type { Encoding } from '../import-cards/encoding';
import { type FileRecord, RecordCutter } from '../import-cards/records';
import { type StatementLine, type StatementLines, StatementUnreadable } from './statement';
import { minorUnits } from '../../domain/kernel/decimal';

/** Which heading of the file means what, and how its words and amounts are read. */
export interface StatementShape {
  readonly encoding: Encoding;
  readonly delimiter: string;
  /** Headings of the file: of our own reference, and of the amount in whole units with decimals. */
  readonly columns: {
    readonly reference: string;
    readonly amount: string;
    readonly kind?: string;
    readonly currency?: string;
    readonly units?: string;
  };
  /** What the words of the kind column mean; lines of other words are left out. */
  readonly kinds: Readonly<Record<string, ClaimKind>>;
  /** Of lines in a file without a kind column. */
  readonly kind: ClaimKind;
  /** Of lines in a file without a currency column. */
  readonly currency: string;
}

const CHUNK_LINES = 1_024;
/** Rows before the heading: gateways put a title and the period there. */
const PREAMBLE_ROWS_MAX = 50;
/** What some programs put before text so that spreadsheets leave it alone, and what nobody sees. */
const AROUND = /^[\s'`\uFEFF]+|[\s`\uFEFF]+$/g;

const plain = (cell: string): string => cell.replaceAll(AROUND, '');

/** Minor units of a decimal text, or null: `-` and a thousands separator are understood, a fraction too fine for the currency is not. */
export function minorOf(text: string, currency: string): number | null {
  const [, whole, fraction = ''] = /^[-+]?\s*[¥$€£]?\s*(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,4}))?$/.exec(text) ?? [];
  if (whole === undefined || !/^[A-Z]{3}$/.test(currency)) return null;
  return minorUnits(whole.replaceAll(',', ''), fraction, currency);
}

interface Places {
  readonly reference: number;
  readonly amount: number;
  readonly kind: number;
  readonly currency: number;
  readonly units: number;
}

/** Where the columns stand, when this row is the heading; null when it is not. */
function placesOf(cells: readonly string[], { columns }: StatementShape): Places | null {
  const headings = cells.map(plain);
  const at = (name: string | undefined): number => (name === undefined ? -1 : headings.indexOf(name));
  const places = {
    reference: at(columns.reference),
    amount: at(columns.amount),
    kind: at(columns.kind),
    currency: at(columns.currency),
    units: at(columns.units),
  };
  const isThere = (Object.keys(columns) as (keyof Places)[]).every((name) => columns[name] === undefined || places[name] >= 0);
  return isThere ? places : null;
}

function lineOf(row: number, cells: readonly string[], places: Places, shape: StatementShape): StatementLine | null {
  const cell = (place: number): string => plain(cells[place] ?? '');
  const word = cell(places.kind);
  const kind = places.kind < 0 ? shape.kind : shape.kinds[word];
  if (kind === undefined) return null;
  const reference = cell(places.reference);
  const currency = places.currency < 0 ? shape.currency : cell(places.currency);
  const amountMinor = minorOf(cell(places.amount), currency);
  const units = places.units < 0 ? undefined : Number(cell(places.units));
  if (reference === '' || reference.length > 256)
    throw new StatementUnreadable(`row ${row}: there is no reference in column ${shape.columns.reference}`);
  if (amountMinor === null) throw new StatementUnreadable(`row ${row}: column ${shape.columns.amount} holds no amount of ${currency}`);
  if (units !== undefined && !Number.isSafeInteger(units)) throw new StatementUnreadable(`row ${row}: column ${shape.columns.units} holds no number`);
  return { kind, reference, amountMinor, currency, ...(units === undefined ? {} : { units }) };
}

/**
 * Reads a statement as csv, no faster than it is taken: one chunk and one record are in memory, whatever the file looks like. What
 * stands before the heading is left out, as are blank rows and remarks (`#`). Throws StatementUnreadable, with the row.
 */
export async function* linesOfCsv(bytes: AsyncIterable<Uint8Array>, shape: StatementShape): StatementLines {
  const cutter = new RecordCutter(shape.encoding, hasQuotes(shape.delimiter) ? shape.delimiter : undefined);
  const read = cellReader(shape.delimiter);
  let places: Places | null = null;
  let chunk: StatementLine[] = [];
  const take = (record: FileRecord): void => {
    const { row } = record;
    if ('tooLong' in record) throw new StatementUnreadable(`row ${row}: it is too long`);
    if (record.text.trim() === '' || record.text.trimStart().startsWith('#')) return;
    const cells = read(record.text);
    if (places === null) {
      places = cells === null ? null : placesOf(cells, shape);
      if (places === null && row > PREAMBLE_ROWS_MAX)
        throw new StatementUnreadable(`none of its first ${PREAMBLE_ROWS_MAX} rows has the headings ${Object.values(shape.columns).join(', ')}`);
      return;
    }
    if (cells === null) throw new StatementUnreadable(`row ${row}: a quote is not closed`);
    const line = lineOf(row, cells, places, shape);
    if (line !== null) chunk.push(line);
  };
  for await (const part of bytes) {
    for (const record of cutter.push(part)) take(record);
    if (chunk.length < CHUNK_LINES) continue;
    yield chunk;
    chunk = [];
  }
  for (const record of cutter.end()) take(record);
  if (places === null) throw new StatementUnreadable(`no row has the headings ${Object.values(shape.columns).join(', ')}`);
  if (chunk.length > 0) yield chunk;
}
