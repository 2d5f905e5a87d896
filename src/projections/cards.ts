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
  /** The channel that sold it; null when the shop stocked it itself. */
  readonly channelId: string | null;
  /** What it cost the shop, in minor units of `costCurrency`; null when nobody said. */
  readonly costMinor: number | null;
  readonly costCurrency: string | null;
  /** Who holds it while it is claimed. */
  readonly orderId: string | null;
  readonly fingerprint: string;
  readonly stockedAt: Instant;
  /** When it stops working; NEVER for most. A number in any case, so that what is for sale is one range of an index. */
  readonly expiresAt: Instant;
};

type Stocking = Pick<CardRow, 'channelId' | 'costMinor' | 'costCurrency' | 'fingerprint' | 'stockedAt'>;

const stockedAs = ({ channelId, cost, fingerprint }: Extract<CardEvent, { type: 'CardStocked' }>['data'], stockedAt: Instant): Stocking => ({
  channelId: channelId ?? null,
  costMinor: cost?.amountMinor ?? null,
  costCurrency: cost?.currency ?? null,
  fingerprint,
  stockedAt,
});

/** Every card of the pool. `(skuId, status, expiresAt)` is the order in which cards are proposed: what expires first goes first. */
export const cards: Projection<CardRow> = {
  name: 'cards',
  version: 3,
  categories: ['card-'],
  // Card ids are random, so each index costs every card a page of its own: only what is asked for is here.
  indexes: [['skuId', 'status', 'expiresAt'], ['status', 'expiresAt'], ['batchId', 'status'], ['fingerprint']],
  keys: (event) => [idOf(event.stream)],
  project(event, row, cardId) {
    const fact = factOf<CardEvent>(event);
    const state = evolveCard(row?.state ?? noCard, fact);
    const seen = fact.type === 'CardStocked' ? stockedAs(fact.data, fromIso(fact.occurredAt)) : row;
    if (seen === null) throw new Error(`card ${cardId} does not begin with its stocking`);
    const { skuId, status, batchId, claim } = state;
    const orderId = status === 'CLAIMED' ? (claim?.orderId ?? null) : null;
    const expiresAt = state.expiresAt ?? NEVER;
    const { channelId, costMinor, costCurrency, fingerprint, stockedAt } = seen;
    return { state, skuId, status, batchId, channelId, costMinor, costCurrency, orderId, fingerprint, stockedAt, expiresAt };
  },
};
