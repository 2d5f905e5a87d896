import { type Column, CODE, headedColumns } from './columns';
import { cellReader, hasQuotes } from './csv-cells';
import { type Encoding, encodingOf } from './encoding';
import { RecordCutter } from './records';

/** How a file of cards is to be read. */
export interface FileShape {
  readonly encoding: Encoding;
  /** Stands between the cells of a row; null: a row is a code. */
  readonly delimiter: string | null;
  readonly columns: readonly Column[];
  /** The first row names the columns and is no card. */
  readonly hasHeading: boolean;
  /** Of dates that do not say where they were written: `Z` or `±hh:mm`. */
  readonly utcOffset: string;
}

/** What a person says about a file; the rest is found out. */
export interface ShapeWish {
  readonly encoding?: Encoding;
  /** `csv`: cells, the delimiter found out unless told. `txt`: a row is a code unless delimiter or columns are told. */
  readonly format: 'csv' | 'txt';
  readonly delimiter?: string;
  /** In the order of the file; from `namedColumns`. */
  readonly columns?: readonly Column[];
  readonly utcOffset?: string;
}

/** The beginning of a file, enough to tell its shape: several of the longest records. In bytes. */
export const SAMPLE_BYTES = 256 * 1_024;
export const DELIMITER_CHARACTERS_MAX = 8;
const SAMPLE_RECORDS_MAX = 100;
const DELIMITERS = [',', ';', '\t', '|', '----', '---', '--'] as const;

/** The shape of a file by its beginning. The same beginning and wish always have the same shape. */
export function shapeOf(sample: Uint8Array, wish: ShapeWish): FileShape {
  const encoding = wish.encoding ?? encodingOf(sample);
  const shape = { encoding, utcOffset: wish.utcOffset ?? 'Z' };
  const { delimiter, columns } = wish;
  if (wish.format === 'txt' && delimiter === undefined && columns === undefined)
    return { ...shape, delimiter: null, columns: [CODE], hasHeading: false };
  const found = DELIMITERS.map((candidate) => ({ candidate, rows: sampleRows(sample, encoding, candidate) }));
  const chosen = delimiter ?? (columns === undefined ? byHeading(found) : byColumns(found, columns.length));
  const [first = []] = sampleRows(sample, encoding, chosen);
  const headed = headedColumns(first);
  return { ...shape, delimiter: chosen, columns: columns ?? headed ?? [CODE], hasHeading: headed !== null };
}

type Found = readonly { readonly candidate: string; readonly rows: readonly (readonly string[])[] }[];

/** Only a heading shows that a file has columns: a code may hold any character. */
const byHeading = (found: Found): string =>
  found.find(({ rows: [first = []] }) => first.length > 1 && headedColumns(first) !== null)?.candidate ?? DELIMITERS[0];

/** The delimiter that gives the most rows as many cells as were told. */
function byColumns(found: Found, cells: number): string {
  const fits = found.map(({ candidate, rows }) => ({ candidate, rows: rows.filter((row) => row.length === cells).length }));
  return fits.reduce((best, next) => (next.rows > best.rows ? next : best)).candidate;
}

function sampleRows(sample: Uint8Array, encoding: Encoding, delimiter: string): readonly (readonly string[])[] {
  const read = cellReader(delimiter);
  const rows: (readonly string[])[] = [];
  const cutter = cutterOf({ encoding, delimiter });
  for (const records of [cutter.push(sample), cutter.end()]) {
    for (const record of records) {
      if ('text' in record && record.text.trim() !== '') rows.push(read(record.text) ?? []);
      if (rows.length === SAMPLE_RECORDS_MAX) return rows;
    }
  }
  return rows;
}

export const cutterOf = ({ encoding, delimiter }: Pick<FileShape, 'encoding' | 'delimiter'>): RecordCutter =>
  new RecordCutter(encoding, delimiter !== null && hasQuotes(delimiter) ? delimiter : undefined);
