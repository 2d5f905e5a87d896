import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import type { ReadStream } from 'node:fs';
import { namedColumns } from '../../application/import-cards/columns';
import type { Encoding } from '../../application/import-cards/encoding';
import { expiryOf, isUtcOffset } from '../../application/import-cards/expiry';
import { DELIMITER_CHARACTERS_MAX, type FileShape, SAMPLE_BYTES, shapeOf, type ShapeWish } from '../../application/import-cards/shape';
import type { BatchTerms } from '../../domain/batch/events';
import type { Money } from '../../domain/kernel/money';
import { WrongUse } from '../exit';
import { decimalsOf, minorUnits } from '../../domain/kernel/decimal';

/** What a person may say about a file of cards. */
export interface CardFileOptions {
  readonly format?: 'csv' | 'txt';
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly columns?: string;
  readonly utcOffset?: string;
}

/** What a person may say about a delivery. */
export interface TermsOptions {
  readonly supplier?: string;
  readonly cost?: string;
  readonly expires?: string;
  readonly utcOffset?: string;
}

export interface CardFile {
  readonly bytes: number;
  readonly shape: FileShape;
  open(): ReadStream;
}

const DELIMITER_WORDS: Readonly<Record<string, string>> = { comma: ',', semicolon: ';', tab: '\t', '\\t': '\t', pipe: '|', space: ' ' };
const SUPPLIER_CHARACTERS_MAX = 200;

/** Looks at the beginning of the file. Throws WrongUse for a file that cannot be read, or options that make no sense. */
export function cardFile(file: string, options: CardFileOptions): CardFile {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isFile() !== true) throw new WrongUse('FILE_UNREADABLE', { file });
  return { bytes: stat.size, shape: shapeOf(sampleOf(file), wishOf(file, options)), open: () => createReadStream(file) };
}

function sampleOf(file: string): Uint8Array {
  const sample = Buffer.alloc(SAMPLE_BYTES);
  const handle = openSync(file, 'r');
  try {
    return sample.subarray(0, readSync(handle, sample, 0, SAMPLE_BYTES, 0));
  } finally {
    closeSync(handle);
  }
}

function wishOf(file: string, options: CardFileOptions): ShapeWish {
  const columns = options.columns === undefined ? undefined : namedColumns(options.columns.split(','));
  if (columns === null) throw new WrongUse('COLUMNS_WRONG');
  return {
    format: options.format ?? (/\.(?:csv|tsv)$/i.test(file) ? 'csv' : 'txt'),
    ...(options.encoding === undefined ? {} : { encoding: encodingNamed(options.encoding) }),
    ...(options.delimiter === undefined ? {} : { delimiter: delimiterOf(options.delimiter) }),
    ...(columns === undefined ? {} : { columns }),
    utcOffset: utcOffsetOf(options.utcOffset),
  };
}

const encodingNamed = (name: string): Encoding => (name === 'gbk' ? 'gb18030' : (name as Encoding));

function delimiterOf(text: string): string {
  const delimiter = DELIMITER_WORDS[text] ?? text;
  if (delimiter.length < 1 || delimiter.length > DELIMITER_CHARACTERS_MAX || /["\r\n]/.test(delimiter))
    throw new WrongUse('DELIMITER_WRONG', { max: DELIMITER_CHARACTERS_MAX });
  return delimiter;
}

function utcOffsetOf(text = 'Z'): string {
  if (!isUtcOffset(text)) throw new WrongUse('UTC_OFFSET_WRONG');
  return text;
}

/** Throws WrongUse. `currency` is the one of the SKU, for a cost that names none. */
export function termsOf({ supplier, cost, expires, utcOffset }: TermsOptions, currency: string): BatchTerms {
  if (supplier !== undefined && (supplier.trim() === '' || supplier.length > SUPPLIER_CHARACTERS_MAX || /\p{Cc}/u.test(supplier)))
    throw new WrongUse('SUPPLIER_WRONG', { max: SUPPLIER_CHARACTERS_MAX });
  const expiresAt = expires === undefined ? undefined : expiryOf(expires, utcOffsetOf(utcOffset));
  if (expiresAt === null) throw new WrongUse('EXPIRES_WRONG');
  return {
    ...(supplier === undefined ? {} : { supplier: supplier.trim() }),
    ...(cost === undefined ? {} : { cost: moneyOf(cost, currency) }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** Such as `46.50` or `46.50 CNY`. */
function moneyOf(text: string, currencyOfSku: string): Money {
  const [, whole = '', fraction = '', currency = currencyOfSku] = /^(\d{1,10})(?:\.(\d{1,3}))?\s*([A-Z]{3})?$/.exec(text.trim()) ?? [];
  const amountMinor = whole === '' || fraction.length > decimalsOf(currency) ? null : minorUnits(whole, fraction, currency);
  if (amountMinor === null) throw new WrongUse('COST_WRONG');
  return { amountMinor, currency };
}
