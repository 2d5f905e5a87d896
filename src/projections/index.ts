import { apiKeys } from './api-keys';
import { batches } from './batches';
import { cards } from './cards';
import { gateways } from './gateways';
import { notices } from './notices';
import { orders } from './orders';
import type { AnyProjection } from './projection';
import { skuStock } from './sku-stock';
import { skus } from './skus';
import { tallies } from './tallies';

/** Every read model there is. */
export const projections: readonly AnyProjection[] = [orders, cards, skuStock, skus, gateways, apiKeys, batches, notices, tallies];
