import type { Money } from '../kernel/money';

/**
 * What channels say that they have, as far as it has changed. These names and shapes are stored for ever. Each channel has one stream a
 * day (`supply-<channel>.<day>`), whose first event of a kind tells everything anew: no stream grows for ever, and none needs the one before it.
 */

/** One product as the channel sells it. */
export interface Stocked {
  /** The channel's name of it. */
  readonly product: string;
  /** Pieces; more than 1,000,000,000 are told as that. */
  readonly available: number;
  /** What one costs the shop. */
  readonly unitCost: Money;
}

export type SupplyEvent =
  /** Products whose price, or whose number by enough, is another one than was told before. */
  | { readonly type: 'ChannelStockChanged'; readonly data: { readonly channelId: string; readonly products: readonly Stocked[] } }
  /** What is left of the shop's deposit there, in minor units; below zero where the channel lends. */
  | {
      readonly type: 'ChannelBalanceChanged';
      readonly data: { readonly channelId: string; readonly balanceMinor: number; readonly currency: string };
    }
  /** It has answered nothing since then: what is known of it is old. ISO-8601 UTC. */
  | { readonly type: 'ChannelSupplyStale'; readonly data: { readonly channelId: string; readonly since: string } }
  /** It answers again; whatever is not told with this is as it was. */
  | { readonly type: 'ChannelSupplyFresh'; readonly data: { readonly channelId: string } };
