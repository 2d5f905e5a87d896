import { fromIso, type Instant } from '../domain/kernel/time';
import type { Stocked, SupplyEvent } from '../domain/supply/events';
import { factOf, type Plain } from './plain';
import type { Projection } from './projection';

/** What is known of a channel's stock, prices and balance. Times are milliseconds since 1970 UTC. */
export type SupplyRow = {
  readonly balance: { readonly balanceMinor: number; readonly currency: string; readonly toldAt: Instant } | null;
  /** By the channel's own names, sorted. Those that no SKU buys any more stay. */
  readonly products: readonly (Plain<Stocked> & { readonly toldAt: Instant })[];
  /** Unanswered since then; null while it answers. */
  readonly staleSince: Instant | null;
  /** Of the newest event. While all is well there is at least one a day. */
  readonly toldAt: Instant;
};

const unknown: SupplyRow = { balance: null, products: [], staleSince: null, toldAt: 0 };

function evolve(row: SupplyRow, event: SupplyEvent, at: Instant): SupplyRow {
  const heard = { ...row, staleSince: null, toldAt: at };
  switch (event.type) {
    case 'ChannelStockChanged': {
      const told = new Map(row.products.map((one) => [one.product, one]));
      for (const one of event.data.products) told.set(one.product, { ...one, toldAt: at });
      return { ...heard, products: [...told.values()].sort((a, b) => (a.product < b.product ? -1 : 1)) };
    }
    case 'ChannelBalanceChanged': {
      const { balanceMinor, currency } = event.data;
      return { ...heard, balance: { balanceMinor, currency, toldAt: at } };
    }
    case 'ChannelSupplyStale':
      return { ...row, staleSince: fromIso(event.data.since), toldAt: at };
    case 'ChannelSupplyFresh':
      return heard;
  }
}

/** What channels have, by channel: fed by one stream of it a day. */
export const supply: Projection<SupplyRow> = {
  name: 'supply',
  version: 1,
  summary: true,
  categories: ['supply-'],
  indexes: [],
  keys: (event) => [factOf<SupplyEvent>(event).data.channelId],
  project: (event, row) => evolve(row ?? unknown, factOf<SupplyEvent>(event), fromIso(event.occurredAt)),
};
