import type { SkuStockRow } from '../../projections/sku-stock';
import { answer, table } from '../output';
import { configOf, operator, withParts } from '../session';
import { catchUp } from './catch-up';

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
      ['SKU', 'AVAILABLE', 'RESERVED', 'SOLD', 'QUARANTINED', 'EXPIRED', 'VOIDED'],
      rows.map((row) => [row.skuId, row.available, row.reserved, row.sold, row.quarantined, row.expired, row.voided].map(String)),
    ),
  );
}

const BATCHES_MAX = 100;

/** Where the cards of the newest imports stand, by batch. */
export async function batchStats({ json }: { readonly json?: true }): Promise<void> {
  const { ListBatches, ListBatchesHandler } = await import('../../application/queries/list-batches');
  const rows = await withParts(configOf(), async (parts, signal) => {
    await catchUp(parts, ['batches', 'batch-stock'], signal);
    const handler = new ListBatchesHandler(parts.readModels, (text) => parts.keyring.fingerprint(text, 'cursor'));
    const { edges } = await handler.execute(new ListBatches(operator(parts), { first: BATCHES_MAX }, {}));
    return edges.map(({ node }) => node);
  });
  await answer(json, rows, () =>
    table(
      ['BATCH', 'SKU', 'STATE', 'SOURCE', 'ACCEPTED', 'AVAILABLE', 'TAKEN', 'QUARANTINED', 'EXPIRED', 'VOIDED'],
      rows.map(({ id, skuId, state, source, accepted, available, taken, quarantined, expired, voided }) => [
        ...[id, skuId, state, source],
        ...[accepted, available, taken, quarantined, expired, voided].map(String),
      ]),
    ),
  );
}
