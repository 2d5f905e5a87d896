import type { CardEvent } from '../domain/card/events';
import type { StoredEvent } from '../domain/kernel/event';
import { type CardCounts, countCard, noCards } from './card-counts';
import { factOf } from './plain';
import type { Projection } from './projection';

export type BatchStockRow = CardCounts & { readonly skuId: string };

/** Where the cards of one delivery stand. A card never changes its batch. */
export const batchStock: Projection<BatchStockRow> = {
  name: 'batch-stock',
  version: 1,
  summary: true,
  categories: ['card-'],
  indexes: [],
  keys: (event: StoredEvent) => [(event.data as CardEvent['data']).batchId],
  project(event, row) {
    const fact = factOf<CardEvent>(event);
    return countCard(row ?? { ...noCards, skuId: fact.data.skuId }, fact);
  },
};
