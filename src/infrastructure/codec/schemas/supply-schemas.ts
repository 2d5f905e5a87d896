import { z } from 'zod';
import { AMOUNT_MINOR_MAX } from '../../../domain/kernel/money';
import { count, id, money, time } from '../shapes';

/** Products of one channel in one look; far above any. */
const PRODUCTS_MAX = 1_000;

export const supplySchemas = {
  ChannelStockChanged: z.strictObject({
    channelId: id,
    products: z.array(z.strictObject({ product: id, available: count, unitCost: money })).max(PRODUCTS_MAX),
  }),
  ChannelBalanceChanged: z.strictObject({
    channelId: id,
    balanceMinor: z.int().min(-AMOUNT_MINOR_MAX).max(AMOUNT_MINOR_MAX),
    currency: money.shape.currency,
  }),
  ChannelSupplyStale: z.strictObject({ channelId: id, since: time }),
  ChannelSupplyFresh: z.strictObject({ channelId: id }),
};
