import { idOf } from '../domain/kernel/ids';
import { fromIso, type Instant } from '../domain/kernel/time';
import type { CardEvent } from '../domain/card/events';
import { evolveCard, NEVER, noCard, type CardState } from '../domain/card/state';
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
  /** When it stops working; NEVER for most. A number in any case, so that what is for sale is one range of an index. */
  readonly expiresAt: Instant;
};

/** Every card of the pool. `(skuId, status, expiresAt)` is the order in which cards are proposed: what expires first goes first. */
export const cards: Projection<CardRow> = {
  name: 'cards',
  version: 2,
  categories: ['card-'],
  indexes: [['skuId', 'status', 'expiresAt'], ['status', 'expiresAt'], ['batchId', 'status'], ['fingerprint'], ['orderId']],
  keys: (event) => [idOf(event.stream)],
  project(event, row, cardId) {
    const fact = factOf<CardEvent>(event);
    const state = evolveCard(row?.state ?? noCard, fact);
    const seen = fact.type === 'CardStocked' ? { fingerprint: fact.data.fingerprint, stockedAt: fromIso(fact.occurredAt) } : row;
    if (seen === null) throw new Error(`card ${cardId} does not begin with its stocking`);
    const { skuId, status, batchId, claim } = state;
    const orderId = status === 'CLAIMED' ? (claim?.orderId ?? null) : null;
    return { state, skuId, status, batchId, orderId, fingerprint: seen.fingerprint, stockedAt: seen.stockedAt, expiresAt: state.expiresAt ?? NEVER };
  },
};
