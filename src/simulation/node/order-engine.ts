import { orderEngine as buildOrderEngine, type OrderEngine, type OrderEngineKit } from '../../application/order-engine';
import { AccountWatch } from '../../application/processes/order/account-watch';
import { CallRoom, defaultCallRoomPolicy } from '../../application/processes/order/call-room';
import { defaultHealthPolicy } from '../../domain/routing/health';
import { defaultPaceRule } from '../../domain/routing/lane-pace';
import { defaultLanePolicy } from '../../domain/routing/lanes';
import { skuStock } from '../../projections/sku-stock';

export type { OrderEngine };

/** How often what orders look for is asked about, as the product does by default. */
const CHANNEL_ASK_MS = 5_000;

type Given = 'healthPolicy' | 'lanePolicy' | 'watch' | 'room' | 'paceRule' | 'skuStock' | 'channelAskMs' | 'publicUrl';

/** The engine that drives orders, as the product builds it, with the product's defaults. */
export const orderEngine = (kit: Omit<OrderEngineKit, Given>): OrderEngine =>
  buildOrderEngine({
    ...kit,
    healthPolicy: defaultHealthPolicy,
    lanePolicy: () => defaultLanePolicy,
    paceRule: defaultPaceRule,
    watch: new AccountWatch(defaultHealthPolicy),
    room: new CallRoom(kit.runtime, defaultCallRoomPolicy),
    skuStock,
    channelAskMs: CHANNEL_ASK_MS,
    publicUrl: () => 'https://shop.simulated',
  });
