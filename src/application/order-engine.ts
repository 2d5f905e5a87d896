import type { OrderCommand, OrderRejection } from '../domain/order/commands';
import type { OrderEvent } from '../domain/order/events';
import type { Call } from '../domain/order/plan';
import type { OrderState } from '../domain/order/state';
import type { Timing } from '../domain/order/timing';
import type { HealthPolicy } from '../domain/routing/health';
import { isLane, laneFor, type LanePolicy } from '../domain/routing/lanes';
import type { PaceRule } from '../domain/routing/lane-pace';
import type { RoutingPolicies } from '../domain/routing/policy';
import { Background } from './background';
import type { Channels } from './ports/channel';
import type { Gateways } from './ports/gateway';
import type { OrderSecrets } from './order-secrets';
import type { Keyring } from './ports/keyring';
import type { ReadModels } from './ports/read-models';
import type { AccountWatch } from './processes/order/account-watch';
import { accountViews } from './account-views';
import type { CallRoom } from './processes/order/call-room';
import { ChannelOffers } from './processes/order/channel-offers';
import { LanePaces } from './processes/order/lane-paces';
import { LogStock } from './processes/order/log-stock';
import { OrderProcess, type OrderProcessKit } from './processes/order/order-process';
import { CardPool, LOOK_AHEAD } from './processes/order/pool';
import { readAvailableFrom, readStockFrom } from './processes/order/read-stock';
import { StockHint } from './processes/order/stock-hint';
import type { LaneShare } from './engine/lane-queues';
import type { EngineKit } from './engine/engine-kit';
import { Engine } from './run-engine';
import type { Settings } from './settings';

export type OrderEngine = Engine<OrderCommand, OrderEvent, OrderState, OrderRejection, Call>;

export interface OrderEngineKit extends Omit<EngineKit<OrderEvent, OrderState>, 'shareOf'> {
  readonly readModels: ReadModels;
  readonly settings: Pick<Settings, 'sku' | 'gateway' | 'channel' | 'routingPolicy'>;
  readonly gateways: Gateways;
  readonly channels: Channels;
  readonly keyring: Keyring;
  readonly secrets: OrderSecrets;
  readonly timing: Timing;
  readonly healthPolicy: HealthPolicy;
  /** The lanes as they are now. */
  readonly lanePolicy: () => LanePolicy;
  readonly watch: AccountWatch;
  /** What may be sent to gateways and channels. */
  readonly room: CallRoom;
  /** How the concurrency of lanes follows measured latency. */
  readonly paceRule: PaceRule;
  /** The projection that counts what is for sale. */
  readonly skuStock: ConstructorParameters<typeof StockHint>[0];
  /** How often a channel is asked for what orders look for there. Milliseconds. */
  readonly channelAskMs: number;
  /** Where gateways and channels reach us: base of notifyUrl and callbackUrl. */
  readonly publicUrl: () => string;
}

/** The engine that drives orders, with what it knows in memory of stock, offers and load. */
export function orderEngine(kit: OrderEngineKit): OrderEngine {
  const { runtime, readModels, commands, gateways, channels, keyring, secrets, settings, timing, healthPolicy, watch, room } = kit;
  const wakeAll = (topic: string): void => engine.wake(topic, Number.MAX_SAFE_INTEGER);
  const background = new Background();
  const loaded = (skuId: string): void => engine.wakeAtOnce(`loading:${skuId}`);
  const filled = (skuId: string, cards: number): void => {
    loaded(skuId);
    engine.wake(`stock:${skuId}`, cards + LOOK_AHEAD);
  };
  const failed = (error: unknown): void => kit.observer.failed('stock cannot be read', error);
  // Two engines that begin at different places rarely propose the same card.
  const anywhere = (): string => runtime.newId().split('-').reverse().join('-');
  const logStock = new LogStock(kit.store);
  const pool = new CardPool(readAvailableFrom(readModels, logStock), runtime, background, filled, failed, anywhere, () => commands.clock.now());
  const stock = new StockHint(kit.skuStock, readStockFrom(readModels, logStock), runtime, background, loaded, failed);
  room.onRoom(
    (topic, count) => engine.wake(topic, count),
    (topic, lane) => engine.longestWaiting(topic, lane),
  );
  const onNews = (id: string): void => wakeAll(`channel:${id}`);
  const offers = new ChannelOffers({ channels, runtime, onNews, background, askAgainMs: kit.channelAskMs });
  const isReusable = (skuId: string): boolean => settings.sku(skuId)?.settings?.reusable === true;
  const outside = { gateways, channels, keyring, secrets, clock: commands.clock, timing, isReusable };
  const views = accountViews(kit, room);
  const paces = new LanePaces(kit.paceRule, runtime);
  const route: OrderProcessKit['route'] = ({ submitted }) => {
    const policy = kit.lanePolicy();
    return { ...laneFor(submitted.buyer.tier, engine.load, policy), policyVersion: policy.version };
  };
  const policies = (): RoutingPolicies => settings.routingPolicy();
  const process = new OrderProcess({
    commands,
    runtime,
    timing,
    healthPolicy,
    policies,
    watch,
    pool,
    stock,
    room,
    paces,
    offers,
    background,
    outside,
    route,
    ...views,
  });
  const shareOf = (lane: string): LaneShare => {
    const { weight, concurrency } = kit.lanePolicy().lanes[isLane(lane) ? lane : 'default'];
    return { weight, max: paces.concurrency(lane, concurrency) };
  };
  const engine: OrderEngine = new Engine(process, { ...kit, shareOf });
  return engine;
}
