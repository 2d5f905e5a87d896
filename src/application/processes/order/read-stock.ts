import type { SkuStockRow } from '../../../projections/sku-stock';
import type { ReadModels } from '../../ports/read-models';
import type { ReadAvailable } from './pool';
import type { ReadStock } from './stock-hint';

/** Candidate cards from the `cards` model. The checkpoint is read first, so the page is at least as new as it says. */
export function readAvailableFrom(readModels: ReadModels): ReadAvailable {
  return async (skuId, afterCardId, limit) => {
    const upTo = await readModels.checkpoint('cards');
    const rows = await readModels.find('cards', {
      filter: { skuId: { eq: skuId }, status: { eq: 'AVAILABLE' } },
      ...(afterCardId === null ? {} : { after: { value: null, key: afterCardId } }),
      limit,
    });
    return { cardIds: rows.map(({ key }) => key), upTo };
  };
}

/** The numbers of one SKU; the row may be newer than the checkpoint that was read before it. */
export function readStockFrom(readModels: ReadModels): ReadStock {
  return async (skuId) => {
    const checkpoint = await readModels.checkpoint('sku-stock');
    const row = await readModels.get<SkuStockRow>('sku-stock', skuId);
    const upTo = row !== null && (checkpoint === null || row.position > checkpoint) ? row.position : checkpoint;
    return { row: row?.value ?? null, upTo };
  };
}
