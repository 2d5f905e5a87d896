import { money, type Money } from '../kernel/money';
import type { ChannelSource, OrderTerms } from './events';

/** What a sold card must leave at least, before any fee: so much, or such a share of its price; of two the greater counts. Stored for ever. */
export interface MarginRule {
  /** Minor units of the currency that the card is sold in. */
  readonly amountMinor?: number;
  /** 0 to 100, to the hundredth. */
  readonly percent?: number;
}

const BASIS_POINTS = 10_000;

/** What one card sold at this price must leave. Never more than the price: then only what costs nothing may be bought. Rounded up, for the shop. */
export function minMarginOf(price: Money, { amountMinor = 0, percent = 0 }: MarginRule): Money {
  const share = Math.ceil((price.amountMinor * Math.round(percent * 100)) / BASIS_POINTS);
  return money(Math.min(price.amountMinor, Math.max(amountMinor, share)), price.currency);
}

/**
 * The most that one card may cost at a channel: the cap of the terms, or less where that would leave too little of the price. Between two
 * currencies there is no margin to be counted: the cap alone holds.
 */
export function costLimit({ unitPrice, minMargin }: Pick<OrderTerms, 'unitPrice' | 'minMargin'>, { maxUnitCost }: ChannelSource): Money {
  if (minMargin === undefined || maxUnitCost.currency !== unitPrice.currency) return maxUnitCost;
  return money(Math.min(maxUnitCost.amountMinor, unitPrice.amountMinor - minMargin.amountMinor), maxUnitCost.currency);
}
