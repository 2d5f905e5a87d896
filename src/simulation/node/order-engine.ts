import { orderEngine as buildOrderEngine, type OrderEngine, type OrderEngineKit } from '../../application/order-engine';
import { defaultPaceRule } from '../../domain/routing/lane-pace';
import { defaultLanePolicy } from '../../domain/routing/lanes';
import { skuStock } from '../../projections/sku-stock';

export type { OrderEngine };

/** How often what orders look for is asked about, as the product does by default. */
export const CHANNEL_ASK_MS = 5_000;
export const PUBLIC_URL = 'https://shop.simulated';

type Given = 'lanePolicy' | 'paceRule' | 'skuStock' | 'channelAskMs' | 'publicUrl';

/** The engine that drives orders, as the product builds it, with the product's defaults. */
export const orderEngine = (kit: Omit<OrderEngineKit, Given>): OrderEngine =>
  buildOrderEngine({
    ...kit,
    lanePolicy: () => defaultLanePolicy,
    paceRule: defaultPaceRule,
    skuStock,
    channelAskMs: CHANNEL_ASK_MS,
    publicUrl: () => PUBLIC_URL,
  });
