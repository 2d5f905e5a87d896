import type { CommandHandling } from '../../application/handle-command';
import type { Channels } from '../../application/ports/channel';
import type { EventStore } from '../../application/ports/event-store';
import type { Gateways } from '../../application/ports/gateway';
import type { Keyring } from '../../application/ports/keyring';
import type { ReadModels } from '../../application/ports/read-models';
import type { Runtime } from '../../application/ports/runtime';
import type { WakeSnapshots } from '../../application/ports/wake-snapshots';
import { ChannelLoad } from '../../application/processes/order/channel-load';
import { ChannelOffers } from '../../application/processes/order/channel-offers';
import { OrderProcess } from '../../application/processes/order/order-process';
import { CardPool, LOOK_AHEAD } from '../../application/processes/order/pool';
import { readAvailableFrom, readStockFrom } from '../../application/processes/order/read-stock';
import { StockHint } from '../../application/processes/order/stock-hint';
import { Engine, type EngineLimits, type EngineObserver } from '../../application/run-engine';
import type { Settings } from '../../application/settings';
import { fromIso } from '../../domain/kernel/time';
import type { OrderCommand, OrderRejection } from '../../domain/order/commands';
import type { OrderEvent } from '../../domain/order/events';
import type { Call, ChannelView, GatewayView } from '../../domain/order/plan';
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
  readonly channels: Channels;
  readonly keyring: Keyring;
  readonly snapshots: WakeSnapshots;
  readonly timing: Timing;
  readonly limits: EngineLimits;
  readonly observer: EngineObserver<OrderEvent, OrderState>;
  /** Ends what it does in the background. */
  readonly signal: AbortSignal;
}

/** How often what orders look for is asked about, as the product does by default. */
const CHANNEL_ASK_MS = 5_000;

export type OrderEngine = Engine<OrderCommand, OrderEvent, OrderState, OrderRejection, Call>;

/** The engine that drives orders, wired as the product wires it. */
export function orderEngine(kit: OrderEngineKit): OrderEngine {
  const { runtime, readModels, commands, gateways, channels, keyring, settings, timing, signal } = kit;
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
  const load = new ChannelLoad(runtime, (id) => engine.wake(`channel:${id}`, 1));
  const onNews = (id: string): void => engine.wake(`channel:${id}`, Number.MAX_SAFE_INTEGER);
  const offers = new ChannelOffers({ channels, runtime, onNews, signal, askAgainMs: CHANNEL_ASK_MS });
  const channelView = (id: string): ChannelView | undefined => {
    const channel = channels.find(id);
    const setting = settings.channel(id);
    if (channel === undefined || setting?.settings === undefined) return undefined;
    const { active, drainingSince } = setting;
    return {
      flags: channel.flags,
      notFoundFinalAfterMs: channel.notFoundFinalAfterSeconds * 1_000,
      callbackUrl: `https://shop.simulated/channels/${id}`,
      paused: !active,
      busy: load.isBusy(id, setting.settings),
      ...(drainingSince === undefined ? {} : { drainingSince: fromIso(drainingSince) }),
    };
  };
  const isReusable = (skuId: string): boolean => settings.sku(skuId)?.settings?.reusable === true;
  const outside = { gateways, channels, keyring, clock: commands.clock, timing, isReusable };
  const orders = new OrderProcess({
    commands,
    runtime,
    timing,
    pool,
    stock,
    load,
    gatewayView,
    channelView,
    offers,
    outside,
  });
  const engine: OrderEngine = new Engine(orders, kit);
  return engine;
}
