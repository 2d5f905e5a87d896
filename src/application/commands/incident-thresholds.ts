import { z } from 'zod';

const ORDERS_MAX = 1_000_000;
const MINUTES_MAX = 10_080;
const SAYS_NOTHING = 'says nothing: leave it out';

const wait = {
  waitingOrders: z.int().min(1).max(ORDERS_MAX).exactOptional(),
  waitingMinutes: z.int().min(1).max(MINUTES_MAX).exactOptional(),
};
const isSaid = (thresholds: object): boolean => Object.keys(thresholds).length > 0;

/** From when on orders that wait for a channel are an incident. */
export const waitThresholds = z.strictObject(wait).refine(isSaid, SAYS_NOTHING);

/** The same for a SKU, whose orders may fail as well. */
export const skuThresholds = z.strictObject({ ...wait, failurePercent: z.int().min(1).max(100).exactOptional() }).refine(isSaid, SAYS_NOTHING);
