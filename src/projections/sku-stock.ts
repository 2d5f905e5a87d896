import type { CardEvent } from '../domain/card/events';
import type { StoredEvent } from '../domain/kernel/event';
import type { OrderEvent } from '../domain/order/events';
import { type CardCounts, countCard, noCards } from './card-counts';
import { factOf } from './plain';
import type { Projection } from './projection';

/** What a shop has of one SKU, in cards. `sold` counts the claimed ones that were delivered and not taken back. */
export type SkuStockRow = CardCounts & { readonly sold: number };

export const noStock: SkuStockRow = { ...noCards, sold: 0 };

function evolve(row: SkuStockRow, event: CardEvent | OrderEvent): SkuStockRow {
  switch (event.type) {
    case 'OrderDelivered':
      return { ...row, sold: row.sold + (event.data.added ?? event.data.cardIds).length };
    case 'CardsGivenUp':
      return event.data.cause === 'TAKEN_BACK' || event.data.cause === 'REPLACED' ? { ...row, sold: row.sold - event.data.cardIds.length } : row;
    default:
      return countCard(row, event as CardEvent);
  }
}

const COUNTED: ReadonlySet<string> = new Set<(CardEvent | OrderEvent)['type']>([
  'CardStocked',
  'CardClaimed',
  'CardReleased',
  'CardQuarantined',
  'CardVoided',
  'CardRestocked',
  'CardExpired',
  'OrderDelivered',
  'CardsGivenUp',
]);

/** Numbers by SKU. Complete in itself, so an engine may also keep a row in memory. */
export const skuStock: Projection<SkuStockRow> = {
  name: 'sku-stock',
  version: 2,
  summary: true,
  categories: ['card-', 'order-'],
  indexes: [],
  keys: (event: StoredEvent) => (COUNTED.has(event.type) ? [(event.data as { readonly skuId: string }).skuId] : []),
  project: (event, row) => evolve(row ?? noStock, factOf<CardEvent | OrderEvent>(event)),
};
