import { idOf } from '../domain/kernel/ids';
import { fromIso, type Instant } from '../domain/kernel/time';
import type { CardEvent } from '../domain/card/events';
import { evolveCard, noCard, type CardState } from '../domain/card/state';
import { factOf, type Plain } from './plain';
import type { Projection } from './projection';

/** A card without its code: that is on its own stream only, and sealed. */
export type CardRow = {
  readonly state: Plain<CardState>;
  readonly skuId: string;
  readonly status: CardState['status'];
  readonly batchId: string;
  /** Who holds it while it is claimed. */
  readonly orderId: string | null;
  readonly fingerprint: string;
  readonly stockedAt: Instant;
};

/** Every card of the pool. `(skuId, status)` in key order is the order in which cards are proposed. */
export const cards: Projection<CardRow> = {
  name: 'cards',
  version: 1,
  categories: ['card-'],
  indexes: [['skuId', 'status'], ['batchId'], ['fingerprint'], ['orderId']],
  keys: (event) => [idOf(event.stream)],
  project(event, row, cardId) {
    const fact = factOf<CardEvent>(event);
    const state = evolveCard(row?.state ?? noCard, fact);
    const seen = fact.type === 'CardStocked' ? { fingerprint: fact.data.fingerprint, stockedAt: fromIso(fact.occurredAt) } : row;
    if (seen === null) throw new Error(`card ${cardId} does not begin with its stocking`);
    const { skuId, status, batchId, claim } = state;
    const orderId = status === 'CLAIMED' ? (claim?.orderId ?? null) : null;
    return { state, skuId, status, batchId, orderId, fingerprint: seen.fingerprint, stockedAt: seen.stockedAt };
  },
};
