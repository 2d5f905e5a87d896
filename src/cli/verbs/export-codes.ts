import { existsSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { CSV_BOM, csvRow } from '../../application/finance/export-entries';
import { WrongUse } from '../exit';
import { ExportFile } from '../finance/export-files';
import { answer } from '../output';
import { localeOf } from '../locale';
import { ShopApi } from '../shop-api';
import { type ChangeOptions, sure } from './desk';

interface Options extends ChangeOptions {
  readonly sku: string;
  readonly batch?: string;
  readonly limit: number;
  readonly format: 'csv' | 'ndjson';
}

interface Code {
  readonly id: string;
  readonly batchId: string;
  readonly code: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  readonly expiresAt: string | null;
}

interface Answered {
  readonly codes: readonly Code[];
  readonly skipped: number;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

const COLUMNS = ['card', 'batch', 'code', 'fields', 'expiresAt'] as const;

const fieldsOf = ({ fields }: Code): string =>
  fields.length === 0 ? '' : JSON.stringify(Object.fromEntries(fields.map(({ name, value }) => [name, value])));

/** Without --idempotency the same words are the same request, so that the call after the approval is the one that was approved. */
const keyOf = ({ sku, batch = '', limit, reason = '' }: Options): string =>
  `export-${createHash('sha256')
    .update(JSON.stringify([sku, batch, limit, reason]))
    .digest('hex')
    .slice(0, 32)}`;

/** Writes codes to a file that only its owner may read. Nothing of them is printed. */
export async function exportCodes(file: string, options: Options): Promise<void> {
  const { sku, batch, limit, format, locale, json } = options;
  const reason = sure(options, 'CODES_LEAVE');
  if (existsSync(file)) throw new WrongUse('FILE_EXISTS', { file });
  const input = { idempotencyKey: options.key ?? keyOf(options), reason, skuId: sku, limit, ...(batch === undefined ? {} : { batchId: batch }) };
  // The file is there before the codes are asked for: they are told once.
  const out = await ExportFile.create(file);
  try {
    const { codes, skipped } = await ShopApi.fromEnvironment(localeOf(locale)).change<Answered>(
      'mutation ($input: ExportCodesInput!) { result: exportCodes(input: $input) { codes { id batchId code fields { name value } expiresAt } skipped userErrors { code message } } }',
      input,
    );
    const lines =
      format === 'csv'
        ? [CSV_BOM, csvRow(COLUMNS), ...codes.map((code) => csvRow([code.id, code.batchId, code.code, fieldsOf(code), code.expiresAt ?? '']))]
        : codes.map((code) => `${JSON.stringify(code)}\n`);
    await out.write(lines.join(''), codes.length);
    const written = await out.finish();
    await answer(json, { ...written, skipped }, () => `${file}: ${written.rows} codes, sha256 ${written.sha256}; ${skipped} skipped`);
  } catch (error) {
    await out.giveUp();
    throw error;
  }
}
