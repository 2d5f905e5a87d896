import type { SkuSettings } from '../../../domain/catalog/events';
import type { MarginRule } from '../../../domain/order/margin';
import { whyNotOffered } from '../../../domain/order/plan-source';
import { ReadModelsUnavailable } from '../../ports/read-models';
import type { OfferHints } from '../../supply/offer-hints';
import { termsOf } from './order-form';

/** Cards of a SKU that nobody holds. Null when nobody knows. A hint. */
export type StockHint = (skuId: string) => Promise<number | null>;

export interface StockLookKit {
  readonly stockHint: StockHint;
  readonly offers: Pick<OfferHints, 'told' | 'asks'>;
  /** What a card must leave where its SKU does not say. */
  readonly minMargin?: MarginRule | undefined;
}

/** Whether an order could be filled, before anything is stored. Only a hint: the plan looks again before any money moves. */
export class StockLook {
  constructor(private readonly kit: StockLookKit) {}

  /** False only when the pool has too few, and no channel can sell, neither as last told nor as it says now. */
  async mayHave(settings: SkuSettings, { skuId, quantity }: { readonly skuId: string; readonly quantity: number }): Promise<boolean> {
    const { oversell, sources } = settings;
    if (oversell || sources.length === 0 || (await this.mayBuy(settings))) return true;
    if (!sources.some(({ kind }) => kind === 'POOL')) return false;
    try {
      const available = await this.kit.stockHint(skuId);
      return available === null || available >= quantity;
    } catch (error) {
      if (error instanceof ReadModelsUnavailable) return true;
      throw error;
    }
  }

  /** Some channel could sell at least one card, for all that is known. */
  private async mayBuy(settings: SkuSettings): Promise<boolean> {
    const { offers, minMargin } = this.kit;
    const terms = termsOf(settings, minMargin);
    for (const source of settings.sources) {
      if (source.kind !== 'CHANNEL') continue;
      const { channelId, product } = source;
      if (whyNotOffered(await offers.told(channelId, product), terms, source, 1) === null) return true;
      if (whyNotOffered(await offers.asks(channelId, product), terms, source, 1) === null) return true;
    }
    return false;
  }
}
