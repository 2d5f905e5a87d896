import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { ImportReport, ImportResult } from '../../application/import-cards/import-cards';
import type { Config } from '../../config';
import { derivedId } from '../../domain/kernel/ids';
import type { SkuStockRow } from '../../projections/sku-stock';
import { Refused, WrongUse } from '../exit';
import { answer, say, table } from '../output';
import { progressOf } from '../progress';
import { configOf, localeOf, operator, withParts } from '../session';
import { catchUp } from './catch-up';

export interface ImportOptions {
  readonly sku: string;
  readonly batch?: string;
  readonly format?: 'csv' | 'txt';
  readonly reason?: string;
  readonly locale?: string;
  readonly json?: true;
}

const PROBLEMS_SHOWN_MAX = 20;

/** Imports a file and prints how it went, without a single code in it. */
export async function importFile(file: string, options: ImportOptions): Promise<void> {
  const { batch, replayed } = await importCards(configOf(), file, options);
  for (const { row, reason } of batch.problems.slice(0, PROBLEMS_SHOWN_MAX)) say(`row ${row}: ${reason}`);
  const { rows, accepted, duplicates, rejected } = batch;
  await answer(
    options.json,
    { ...batch, replayed },
    () =>
      `${replayed ? 'already imported: ' : ''}${rows} rows, ${accepted} accepted, ${duplicates} duplicates, ${rejected} rejected (batch ${batch.batchId})`,
  );
}

export interface Imported {
  readonly batch: ImportReport;
  /** The same file had been imported before. */
  readonly replayed: boolean;
}

/** Throws WrongUse for a file that cannot be read, Refused for what the shop says no to. */
export async function importCards(config: Config, file: string, options: ImportOptions): Promise<Imported> {
  const size = sizeOf(file);
  const { contentHashOf, importCardsFromStream } = await import('../../application/import-cards/import-cards');
  const { StoredCatalog } = await import('../../application/commands/catalog');
  const progress = progressOf('KiB');
  const result = await withParts(config, async (parts): Promise<ImportResult> => {
    const { commands, keyring, runtime } = parts;
    const { actor, requestId } = operator(parts);
    const contentHash = await contentHashOf(keyring, createReadStream(file));
    const batchId = derivedId('batch', 'cli', options.sku, options.batch ?? contentHash);
    const kit = { commands, keyring, runtime, catalog: new StoredCatalog(commands) };
    const format = options.format ?? (file.toLowerCase().endsWith('.csv') ? 'csv' : 'txt');
    const reason = options.reason ?? `cardrail cards import ${basename(file)}`;
    const told = {
      skuId: options.sku,
      batchId,
      source: options.batch ?? basename(file),
      reason,
      actor,
      causationId: requestId,
      contentHash,
      format,
    } as const;
    const bytes = createReadStream(file);
    const kib = (count: number): number => Math.round(count / 1_024);
    return importCardsFromStream(kit, bytes, told, ({ rows, elapsedMs }) =>
      progress.at(kib(bytes.bytesRead), kib(size), `${rows} rows, ${Math.round((rows / Math.max(elapsedMs, 1)) * 1_000)} rows/s`),
    );
  }).finally(() => progress.end());
  if (!result.ok) {
    const { wordsOf } = await import('../../application/refusals');
    throw new Refused(`${result.refusal.code}: ${wordsOf(result.refusal, localeOf(options.locale))}`);
  }
  return result;
}

function sizeOf(file: string): number {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isFile() !== true) throw new WrongUse(`${file} is not a file that can be read`);
  return stat.size;
}

/** Stock of every product. */
export async function stats({ json }: { readonly json?: true }): Promise<void> {
  const { stockNumbersOf } = await import('../../workbench');
  const rows = await withParts(configOf(), async (parts, signal) => {
    await catchUp(parts, ['sku-stock', 'skus'], signal);
    const skus = await parts.readModels.find('skus', { limit: 1_000 });
    const stock = new Map(
      (
        await parts.readModels.getMany<SkuStockRow>(
          'sku-stock',
          skus.map(({ key }) => key),
        )
      ).map(({ key, value }) => [key, value]),
    );
    return skus.map(({ key }) => ({ skuId: key, ...stockNumbersOf(stock.get(key) ?? null) }));
  });
  await answer(json, rows, () =>
    table(
      ['SKU', 'AVAILABLE', 'RESERVED', 'SOLD', 'QUARANTINED', 'VOIDED'],
      rows.map((row) => [row.skuId, row.available, row.reserved, row.sold, row.quarantined, row.voided].map(String)),
    ),
  );
}
