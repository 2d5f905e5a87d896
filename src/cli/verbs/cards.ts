import type { SkuStockRow } from '../../projections/sku-stock';
import { answer, table } from '../output';
import { configOf, withParts } from '../session';
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
