import type { SkuStockRow } from '../../projections/sku-stock';

/** The public numbers of one SKU, in cards: nobody's, held by orders and not delivered, delivered, out of sale (for now, for good, or too late). Nothing is counted twice. */
export interface StockNumbers {
  readonly available: number;
  readonly reserved: number;
  readonly sold: number;
  readonly quarantined: number;
  readonly voided: number;
  readonly expired: number;
}

export function stockNumbersOf(row: SkuStockRow | null): StockNumbers {
  if (row === null) return { available: 0, reserved: 0, sold: 0, quarantined: 0, voided: 0, expired: 0 };
  const { available, claimed, sold, quarantined, voided, expired } = row;
  return { available, reserved: claimed - sold, sold, quarantined, voided, expired };
}
