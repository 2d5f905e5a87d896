import type { CommandHandling } from '../../application/handle-command';
import type { EventStore } from '../../application/ports/event-store';
import type { Gateways } from '../../application/ports/gateway';
import type { Keyring } from '../../application/ports/keyring';
import type { ReadModels } from '../../application/ports/read-models';
import type { Runtime } from '../../application/ports/runtime';
import type { WakeSnapshots } from '../../application/ports/wake-snapshots';
import { ChannelLoad } from '../../application/processes/order/channel-load';
import { OrderProcess } from '../../application/processes/order/order-process';
import { CardPool, LOOK_AHEAD } from '../../application/processes/order/pool';
import { readAvailableFrom, readStockFrom } from '../../application/processes/order/read-stock';
import { StockHint } from '../../application/processes/order/stock-hint';
import { Engine, type EngineLimits, type EngineObserver } from '../../application/run-engine';
import type { Settings } from '../../application/settings';
import type { OrderCommand, OrderRejection } from '../../domain/order/commands';
import type { OrderEvent } from '../../domain/order/events';
import type { Call, GatewayView } from '../../domain/order/plan';
import type { OrderState } from '../../domain/order/state';
import type { Timing } from '../../domain/order/timing';
import { skuStock } from '../../projections/sku-stock';

export interface OrderEngineKit {
  readonly runtime: Runtime;
  readonly store: EventStore;
  readonly readModels: ReadModels;
  readonly commands: CommandHandling;
  readonly settings: Settings;
  readonly gateways: Gateways;
  readonly keyring: Keyring;
  readonly snapshots: WakeSnapshots;
  readonly timing: Timing;
  readonly limits: EngineLimits;
  readonly observer: EngineObserver<OrderEvent, OrderState>;
}

export type OrderEngine = Engine<OrderCommand, OrderEvent, OrderState, OrderRejection, Call>;

/** The engine that drives orders, wired as the product wires it. */
export function orderEngine(kit: OrderEngineKit): OrderEngine {
  const { runtime, readModels, commands, gateways, keyring, settings, timing } = kit;
  const later = (ms: number): Promise<void> => runtime.sleep(ms);
  const loaded = (skuId: string): void => engine.wake(`loading:${skuId}`, Number.MAX_SAFE_INTEGER);
  const filled = (skuId: string, cards: number): void => {
    loaded(skuId);
    engine.wake(`stock:${skuId}`, cards + LOOK_AHEAD);
  };
  const failed = (error: unknown): void => kit.observer.failed('stock', error);
  const pool = new CardPool(
    readAvailableFrom(readModels),
    later,
    filled,
    failed,
    () => runtime.newId().split('-').reverse().join('-'),
    () => commands.clock.now(),
  );
  const stock = new StockHint(skuStock, readStockFrom(readModels), later, loaded, failed);
  const gatewayView = (id: string): GatewayView | undefined => {
    const gateway = gateways.find(id);
    if (gateway === undefined) return undefined;
    const { flags, merchantId, notFoundFinalAfterSeconds } = gateway;
    const paused = settings.gateway(id)?.active !== true;
    return { flags, merchantId, notFoundFinalAfterMs: notFoundFinalAfterSeconds * 1_000, notifyUrl: `https://shop.simulated/${id}`, paused };
  };
  // The simulated shop buys from no channel yet.
  const isReusable = (skuId: string): boolean => settings.sku(skuId)?.settings?.reusable === true;
  const outside = { gateways, channels: { find: () => undefined }, keyring, clock: commands.clock, timing, isReusable };
  const orders = new OrderProcess({
    commands,
    runtime,
    timing,
    pool,
    stock,
    load: new ChannelLoad(runtime, () => undefined),
    gatewayView,
    channelView: () => undefined,
    offers: { offer: () => ({ kind: 'UNKNOWN' }), unreachable: () => undefined },
    outside,
  });
  const engine: OrderEngine = new Engine(orders, kit);
  return engine;
}
