import { Messages } from './application/outbox/messages';
import { ChannelLoad } from './application/processes/order/channel-load';
import { ChannelOffers } from './application/processes/order/channel-offers';
import { OrderProcess } from './application/processes/order/order-process';
import { CardPool, LOOK_AHEAD } from './application/processes/order/pool';
import { readAvailableFrom, readStockFrom } from './application/processes/order/read-stock';
import { StockHint } from './application/processes/order/stock-hint';
import type { ProjectionAlert } from './application/projections/projection-status';
import { runCardExpiry } from './application/run-card-expiry';
import { Engine } from './application/run-engine';
import { defaultOutboxLimits, Outbox } from './application/run-outbox';
import { runProjections, type RunningProjections } from './application/run-projections';
import { alone, type Share } from './application/work-share';
import type { AnyProjection } from './projections/projection';
import type { OrderCommand, OrderRejection } from './domain/order/commands';
import type { OrderEvent } from './domain/order/events';
import { fromIso } from './domain/kernel/time';
import type { Call, ChannelView, GatewayView } from './domain/order/plan';
import type { OrderState } from './domain/order/state';
import type { Parts } from './parts';
import { projections } from './projections';
import { skuStock } from './projections/sku-stock';

export type OrderEngine = Engine<OrderCommand, OrderEvent, OrderState, OrderRejection, Call>;

/** The engine that drives orders. `publicUrl` is where gateways and channels reach us; the signal ends what it does in the background. */
export function orderEngine(parts: Parts, publicUrl: () => string, signal: AbortSignal, share: Share = alone): OrderEngine {
  const { runtime, readModels, commands, gateways, channels, keyring, settings, store, config, log, metrics, spans } = parts;
  const later = (ms: number): Promise<void> => runtime.sleep(ms);
  const loaded = (skuId: string): void => engine.wake(`loading:${skuId}`, Number.MAX_SAFE_INTEGER);
  const filled = (skuId: string, cards: number): void => {
    loaded(skuId);
    engine.wake(`stock:${skuId}`, cards + LOOK_AHEAD);
  };
  const failed = (error: unknown): void => log.warn({ err: error }, 'stock cannot be read; tried again');
  // Two engines that begin at different places rarely propose the same card.
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
    return {
      flags,
      merchantId,
      notFoundFinalAfterMs: notFoundFinalAfterSeconds * 1_000,
      notifyUrl: `${publicUrl()}/callbacks/gateways/${encodeURIComponent(id)}`,
      paused,
    };
  };
  const load = new ChannelLoad(runtime, (id) => engine.wake(`channel:${id}`, 1));
  const askAgainMs = config.values.CARDRAIL_CHANNEL_ASK_MS;
  const onNews = (id: string): void => engine.wake(`channel:${id}`, Number.MAX_SAFE_INTEGER);
  const offers = new ChannelOffers({ channels, runtime, onNews, signal, askAgainMs });
  const channelView = (id: string): ChannelView | undefined => {
    const channel = channels.find(id);
    const setting = settings.channel(id);
    if (channel === undefined || setting?.settings === undefined) return undefined;
    const { active, drainingSince } = setting;
    return {
      flags: channel.flags,
      notFoundFinalAfterMs: channel.notFoundFinalAfterSeconds * 1_000,
      callbackUrl: `${publicUrl()}/callbacks/channels/${encodeURIComponent(id)}`,
      paused: !active,
      busy: load.isBusy(id, setting.settings),
      ...(drainingSince === undefined ? {} : { drainingSince: fromIso(drainingSince) }),
    };
  };
  const isReusable = (skuId: string): boolean => settings.sku(skuId)?.settings?.reusable === true;
  const { timing } = config;
  const process = new OrderProcess({
    commands,
    runtime,
    timing,
    pool,
    stock,
    load,
    gatewayView,
    channelView,
    offers,
    outside: { gateways, channels, keyring, clock: commands.clock, timing, isReusable },
  });
  const engine: OrderEngine = new Engine(process, {
    store,
    commands,
    runtime,
    snapshots: parts.wakeSnapshots,
    limits: config.engine,
    spans,
    share,
    observer: {
      committed: (_orderId, events, state) => tellDelivery(metrics, events, state, commands.clock.now()),
      stuck: (name, id, cause) => {
        metrics.count('engine_stuck_total');
        log.debug({ process: name, orderId: id, correlationId: id, cause }, 'got nowhere; tried again later');
      },
      failed: (what, error) => log.warn({ err: error }, `engine: ${what}; taken up again`),
      helpedOut: () => metrics.count('engine_helped_total'),
      lostRace: () => metrics.count('engine_lost_races_total'),
    },
  });
  return engine;
}

/** Writes down which cards have expired. */
export function cardExpiry({ commands, readModels, runtime, log }: Parts, signal: AbortSignal): Promise<void> {
  const onFailed = (error: unknown): void => log.warn({ err: error }, 'expired cards cannot be looked for; tried again');
  return runCardExpiry({ commands, readModels, runtime, onFailed }, signal);
}

/** How long a buyer waited, told once by whoever stored the delivery. A bucket of the lane it went through. */
function tellDelivery(metrics: Parts['metrics'], events: readonly OrderEvent[], state: OrderState, now: number): void {
  if (!events.some(({ type }) => type === 'OrderDelivered')) return;
  const lane = { lane: (state.lane ?? 'default') as 'default' };
  metrics.observe('order_submit_to_delivered_seconds', Math.max(0, now - state.submittedAt) / 1_000, lane);
  if (state.paidAt !== undefined) metrics.observe('order_paid_to_delivered_seconds', Math.max(0, now - state.paidAt) / 1_000, lane);
}

/** A projector: keeps read models, all of them unless told. */
export function projector(
  { store, readModels, codec, runtime, log }: Parts,
  signal: AbortSignal,
  kept: readonly AnyProjection[] = projections,
): RunningProjections {
  const observer = (alert: ProjectionAlert): void => {
    if (alert.kind === 'build-started' || alert.kind === 'activated') log.info(alert, 'projection');
    else log.warn(alert, 'projection');
  };
  return runProjections({ store, readModels, projections: kept, codec, runtime, signal, observer });
}

/** The outbox: tells buyers and the shop's systems. */
export function outbox({ store, codec, runtime, keyring, commands, notifiers, outboxCursor, log, metrics }: Parts, publicUrl: () => string): Outbox {
  return new Outbox({
    store,
    codec,
    runtime,
    notifiers,
    cursor: outboxCursor,
    messages: new Messages(commands, keyring, (orderNumber) => `${publicUrl()}/buy/${encodeURIComponent(orderNumber)}`),
    limits: defaultOutboxLimits,
    observer: {
      alarm: (what, about) => log.error({ what, about }, 'outbox: messages may be missing'),
      failed: (what, error) => log.warn({ err: error }, `outbox: ${what}; taken up again`),
      sent: (notifier) => metrics.count('outbox_sends_total', { notifier, outcome: 'sent' }),
      refused: (notifier, orderId, why) => {
        metrics.count('outbox_sends_total', { notifier, outcome: 'refused' });
        log.warn({ notifier, orderId, correlationId: orderId, why }, 'a message was refused for good');
      },
      parked: (notifier, orderId, why) => {
        metrics.count('outbox_sends_total', { notifier, outcome: 'parked' });
        log.error({ notifier, orderId, correlationId: orderId, why }, 'a message is parked: it did not go out in its tries');
      },
    },
  });
}
