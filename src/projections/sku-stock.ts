import type { CardEvent } from '../domain/card/events';
import type { StoredEvent } from '../domain/kernel/event';
import type { OrderEvent } from '../domain/order/events';
import { factOf } from './plain';
import type { Projection } from './projection';

/**
 * What a shop has of one SKU, in cards. A card is `available` while no order holds it, `claimed` while one does, else `quarantined` or
 * `voided`; the sum is the number of cards ever stocked. `sold` counts the claimed ones that were delivered and not taken back.
 */
export type SkuStockRow = {
  readonly available: number;
  readonly claimed: number;
  readonly sold: number;
  readonly quarantined: number;
  readonly voided: number;
};

export const noStock: SkuStockRow = { available: 0, claimed: 0, sold: 0, quarantined: 0, voided: 0 };

const COUNTED_AS = { AVAILABLE: 'available', QUARANTINED: 'quarantined', VOIDED: 'voided' } as const;

function moved(row: SkuStockRow, from: keyof typeof COUNTED_AS, to: 'quarantined' | 'voided'): SkuStockRow {
  const left = COUNTED_AS[from];
  const without = { ...row, [left]: row[left] - 1 };
  return { ...without, [to]: without[to] + 1 };
}

/** Every counter moves by what the event itself says, so nothing has to be remembered between events. */
function evolve(row: SkuStockRow, event: CardEvent | OrderEvent): SkuStockRow {
  switch (event.type) {
    case 'CardStocked':
      return { ...row, available: row.available + 1 };
    case 'CardClaimed':
      return { ...row, available: row.available - 1, claimed: row.claimed + 1 };
    case 'CardReleased':
      return event.data.claimed ? { ...row, available: row.available + 1, claimed: row.claimed - 1 } : row;
    case 'CardQuarantined':
      return moved(row, event.data.from, 'quarantined');
    case 'CardVoided':
      return moved(row, event.data.from, 'voided');
    case 'OrderDelivered':
      return { ...row, sold: row.sold + (event.data.added ?? event.data.cardIds).length };
    case 'CardsGivenUp':
      return event.data.cause === 'TAKEN_BACK' || event.data.cause === 'REPLACED' ? { ...row, sold: row.sold - event.data.cardIds.length } : row;
    default:
      return row;
  }
}

const COUNTED: ReadonlySet<string> = new Set<(CardEvent | OrderEvent)['type']>([
  'CardStocked',
  'CardClaimed',
  'CardReleased',
  'CardQuarantined',
  'CardVoided',
  'OrderDelivered',
  'CardsGivenUp',
]);

/** Numbers by SKU. Complete in itself, so an engine may also keep a row in memory. */
export const skuStock: Projection<SkuStockRow> = {
  name: 'sku-stock',
  version: 1,
  summary: true,
  categories: ['card-', 'order-'],
  indexes: [],
  keys: (event: StoredEvent) => (COUNTED.has(event.type) ? [(event.data as { readonly skuId: string }).skuId] : []),
  project: (event, row) => evolve(row ?? noStock, factOf<CardEvent | OrderEvent>(event)),
};
