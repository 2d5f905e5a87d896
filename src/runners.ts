import { runKeyUse } from './application/api-keys/key-use';
import { AdmissionGate } from './application/commands/submit/admission-gate';
import { followLines } from './application/lines/follow-lines';
import { LineBook } from './application/lines/line-book';
import { IncidentMessages } from './application/outbox/incident-messages';
import { type DestructionKit, runKeyDestructions } from './application/keys/destroy-keys';
import { type ErasuresKit, runErasures } from './application/erasure/run-erasures';
import { runCardRotations } from './application/keys/run-card-rotations';
import { Messages } from './application/outbox/messages';
import { type BulkRepairsKit, runBulkRepairs } from './application/bulk-repair/run-bulk-repairs';
import { LowStockWatch } from './application/incidents/low-stock';
import { type IncidentsKit, runIncidents } from './application/incidents/run-incidents';
import { orderEngine as buildOrderEngine, type OrderEngine } from './application/order-engine';
import { takeUpOverlooked } from './application/overlooked-orders';
import type { AccountWatch } from './application/processes/order/account-watch';
import type { PositionWaiter } from './application/projections/position-waiter';
import { CallRoom } from './application/processes/order/call-room';
import type { ProjectionAlert } from './application/projections/projection-status';
import { runAccountHealth, type AccountHealthKit } from './application/run-account-health';
import { CanaryTrials } from './application/canary-trials';
import { runCanaryWatch, type CanaryWatchKit } from './application/run-canary-watch';
import { type IdleProbesKit, runIdleProbes } from './application/run-idle-probes';
import { runCardExpiry } from './application/run-card-expiry';
import { Outbox } from './application/run-outbox';
import { Background } from './application/background';
import { accountViews } from './application/account-views';
import { ChannelOffers } from './application/processes/order/channel-offers';
import { type PreWarmKit, runPreWarm } from './application/pre-warm/run-pre-warm';
import { runRefusalLog } from './application/refusal-log/run-refusal-log';
import { runProjections, type RunningProjections } from './application/run-projections';
import { outboxLimitsOf } from './config/outbox-settings';
import { runSupplyWatch, type SupplyWatchKit } from './application/supply/run-supply-watch';
import { alone, type Share } from './application/work-share';
import type { AnyProjection } from './projections/projection';
import type { OrderEvent } from './domain/order/events';
import type { OrderState } from './domain/order/state';
import { partOfNode } from './domain/routing/admission';
import { sideOf } from './domain/routing/account';
import { lanesUnder } from './domain/routing/policy';
import { retentionMsOf } from './config/key-settings';
import { tellRoom } from './figures';
import { incidentLocaleOf } from './notifiers';
import type { Parts } from './parts';
import { projections } from './projections';
import { skuStock } from './projections/sku-stock';

/** What this process may send to gateways and channels, whoever sends it. */
export function callRoom(parts: Parts): CallRoom {
  const room = new CallRoom(parts.runtime, parts.config.callRoom);
  tellRoom(parts, room);
  return room;
}

/** The engine that drives orders. `publicUrl` is where gateways and channels reach us. */
export function orderEngine(
  parts: Parts,
  watch: AccountWatch,
  publicUrl: () => string,
  share: Share = alone,
  room: CallRoom = callRoom(parts),
): OrderEngine {
  const { config, commands, log, metrics } = parts;
  return buildOrderEngine({
    ...parts,
    timing: config.timing,
    healthPolicy: config.health,
    paceRule: config.pace,
    lanePolicy: () => lanesUnder(parts.settings.routingPolicy().active, config.lanes),
    limits: config.engine,
    channelAskMs: config.values.CARDRAIL_CHANNEL_ASK_MS,
    snapshots: parts.wakeSnapshots,
    skuStock,
    watch,
    room,
    publicUrl,
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
}

/** Looks for orders that the engine was not told of. */
export function overlookedOrders({ readModels, commands, runtime, log }: Parts, engine: OrderEngine, signal: AbortSignal): Promise<void> {
  const onTakenUp = (orderIds: readonly string[]): void => log.warn({ orderIds }, 'the engine had not heard of these orders; it has now');
  const onFailed = (error: unknown): void => log.warn({ err: error }, 'orders that the engine was not told of cannot be looked for; tried again');
  return takeUpOverlooked({ readModels, engine, clock: commands.clock, runtime, onTakenUp, onFailed }, signal);
}

/** Writes down how gateways and channels are. */
export function accountHealth(parts: Parts, watch: AccountWatch, signal: AbortSignal): Promise<void> {
  const { commands, settings, runtime, log, config, metrics } = parts;
  const onChanged: AccountHealthKit['onChanged'] = (account, from, to, window) => {
    metrics.count('health_changes_total', { side: sideOf(account), to: to.toLowerCase() as 'isolated' });
    log.warn({ account, from, to, window }, 'its health has changed');
  };
  const onFailed = (error: unknown): void => log.warn({ err: error }, 'the health of gateways and channels cannot be stored; tried again');
  return runAccountHealth({ commands, settings, watch, runtime, policy: config.health, onChanged, onFailed }, signal);
}

/** Asks gateways and channels that nobody uses whether they are there. */
export function idleProbes(parts: Parts, watch: AccountWatch, signal: AbortSignal): Promise<void> {
  const { commands, config, log, metrics } = parts;
  const onProbed: IdleProbesKit['onProbed'] = (account, outcome) =>
    metrics.count('idle_probes_total', { side: sideOf(account), outcome: outcome.toLowerCase() as 'good' });
  const onFailed = (error: unknown): void => log.warn({ err: error }, 'who is idle cannot be asked; tried again');
  return runIdleProbes({ ...parts, watch, clock: commands.clock, policy: config.idleProbes, onProbed, onFailed }, signal);
}

/** Ends trials of routing policies that do clearly worse. */
export function canaryWatch({ commands, settings, readModels, runtime, log, config, metrics }: Parts, signal: AbortSignal): Promise<void> {
  const onRolledBack: CanaryWatchKit['onRolledBack'] = (version, worseBy) => {
    metrics.count('canaries_rolled_back_total');
    log.warn({ version, worseBy }, 'a canary was clearly worse and is rolled back');
  };
  const onFailed = (error: unknown): void => log.warn({ err: error }, 'the trial of a routing policy cannot be judged; tried again');
  const everyMs = config.values.CARDRAIL_CANARY_LOOK_EVERY_MS;
  const trials = new CanaryTrials(readModels);
  return runCanaryWatch({ commands, settings, trials, rule: config.canary, runtime, everyMs, onRolledBack, onFailed }, signal);
}

/** Writes down which cards have expired. */
export function cardExpiry({ commands, readModels, runtime, log }: Parts, signal: AbortSignal): Promise<void> {
  const onFailed = (error: unknown): void => log.warn({ err: error }, 'expired cards cannot be looked for; tried again');
  return runCardExpiry({ commands, readModels, runtime, onFailed }, signal);
}

/** Writes down which API keys are in use. */
export function keyUse({ commands, runtime, keyUse: use, log }: Parts, signal: AbortSignal): Promise<void> {
  const onFailed = (error: unknown): void => log.warn({ err: error }, 'the use of API keys cannot be stored; told at the next use');
  return runKeyUse({ commands, runtime, use, onFailed }, signal);
}

/** Stores what the API refused. */
export function refusalLog({ commands, runtime, refusals, log }: Parts, signal: AbortSignal): Promise<void> {
  const onFailed = (error: unknown): void => log.warn({ err: error }, 'what was refused cannot be stored; tried again');
  return runRefusalLog({ commands, runtime, book: refusals, onFailed }, signal);
}

/** Opens, enriches and closes incidents. */
export function incidents(parts: Parts, signal: AbortSignal): Promise<void> {
  const { config, log, metrics } = parts;
  const onStored: IncidentsKit['onStored'] = ({ kind, subject }, type) => {
    metrics.count('incident_events_total', { kind: kind.toLowerCase() as 'channel_ill', event: type });
    log.warn({ kind, subject, type }, 'incident');
  };
  const onFailed = (error: unknown): void => log.warn({ err: error }, 'incidents cannot be looked for; tried again');
  const lookEveryMs = config.values.CARDRAIL_INCIDENT_LOOK_MS;
  const lowStock = new LowStockWatch(parts.settings, parts.readModels);
  return runIncidents({ ...parts, lowStock, policy: config.incidents, lookEveryMs, onStored, onFailed }, signal);
}

/** Keeps what channels have and ask, as far as it changes. */
export function supplyWatch(parts: Parts, signal: AbortSignal): Promise<void> {
  const { config, log, metrics } = parts;
  const onTold: SupplyWatchKit['onTold'] = (type) => metrics.count('supply_events_total', { event: type });
  const onFailed = (error: unknown): void => log.warn({ err: error }, 'what channels have cannot be stored; looked at again');
  return runSupplyWatch({ ...parts, policy: config.supply, onTold, onFailed }, signal);
}

/** Works on repairs of many orders. */
export function bulkRepairs(parts: Parts, signal: AbortSignal): Promise<void> {
  const { config, log, metrics } = parts;
  const onFailed = (error: unknown): void => log.warn({ err: error }, 'bulk repairs cannot go on; taken up again where they stood');
  const onSettled: BulkRepairsKit['onSettled'] = (action, outcome) =>
    metrics.count('bulk_repair_orders_total', { action: action.toLowerCase() as 'retry', outcome });
  return runBulkRepairs({ ...parts, ordersPerSecond: config.values.CARDRAIL_BULK_ORDERS_PER_SECOND, onSettled, onFailed }, signal);
}

const PRE_WARM_OUTCOMES = {
  PreWarmPurchaseRequested: 'requested',
  PreWarmPurchaseTimedOut: 'timed_out',
  PreWarmPurchaseCompleted: 'completed',
  PreWarmPurchasePartlyCompleted: 'completed',
  PreWarmPurchaseRefused: 'refused',
  PreWarmPurchaseCancelled: 'refused',
  PreWarmPurchaseWrittenOff: 'written_off',
} as const;

/** Buys cards ahead of peaks. */
export function preWarm(parts: Parts, watch: AccountWatch, room: CallRoom, signal: AbortSignal): Promise<void> {
  const { config, commands, settings, channels, keyring, secrets, runtime, log, metrics } = parts;
  const onStored: PreWarmKit['onStored'] = (event) => {
    const { type, data } = event;
    if (type in PRE_WARM_OUTCOMES) metrics.count('pre_warm_purchases_total', { outcome: PRE_WARM_OUTCOMES[type as keyof typeof PRE_WARM_OUTCOMES] });
    if (type === 'PreWarmCardsStocked') data.cardIds.forEach(() => metrics.count('pre_warm_cards_total'));
    if (type === 'PreWarmEnded') metrics.count('pre_warm_ended_total', { cause: data.cause.toLowerCase() as 'filled' });
    if (type === 'PreWarmOrdered') log.info({ skuId: data.skuId, units: data.units, peak: data.peak }, 'cards are bought ahead of a peak');
  };
  const onFailed = (error: unknown): void => log.warn({ err: error }, 'buying ahead cannot go on; taken up again where it stood');
  const isReusable = (skuId: string): boolean => settings.sku(skuId)?.settings?.reusable === true;
  const background = new Background();
  const offers = new ChannelOffers({ channels, runtime, onNews: () => undefined, background, askAgainMs: config.values.CARDRAIL_CHANNEL_ASK_MS });
  // What is bought ahead does not stand in line with orders: it keeps away from whoever is only being tried.
  const { channelView } = accountViews(
    { ...parts, watch, publicUrl: () => '', healthPolicy: config.health },
    {
      isGatewayBusy: (id, maxInFlight) => room.isGatewayBusy(id, maxInFlight),
      isChannelBusy: (id, limits) => room.isChannelBusy(id, limits),
      isRampFull: () => true,
      gatewayLimits: (maxInFlight) => room.gatewayLimits(maxInFlight),
    },
  );
  const outside = { channels, keyring, secrets, clock: commands.clock, timing: config.timing, isReusable };
  return runPreWarm(
    {
      ...parts,
      ...{
        outside,
        room,
        offers,
        background,
        channelView,
        onStored,
        onFailed,
        timing: config.timing,
        healthPolicy: config.health,
        minMargin: config.minMargin,
      },
      policies: () => settings.routingPolicy(),
      lookEveryMs: config.values.CARDRAIL_PRE_WARM_LOOK_MS,
    },
    signal,
  );
}

/** Seals cards anew when keys are rotated. */
export function cardRotations(parts: Parts, waiter: PositionWaiter, signal: AbortSignal): Promise<void> {
  const { config, log, metrics } = parts;
  return runCardRotations(
    {
      ...parts,
      waiter,
      cardsPerSecond: config.values.CARDRAIL_ROTATION_CARDS_PER_SECOND,
      retentionMs: retentionMsOf(config.values),
      onLooked: (outcome) => metrics.count('card_rotation_cards_total', { outcome }),
      onFailed: (error) => log.warn({ err: error }, 'a rotation of keys cannot go on; taken up again where it stood'),
    },
    signal,
  );
}

/** Settles what is to become of keys that somebody wants destroyed. */
export function keyDestructions(parts: Parts, signal: AbortSignal): Promise<void> {
  const { config, log } = parts;
  const onSettled: DestructionKit['onSettled'] = (kid, status) => log.warn({ kid, status }, 'the destruction of a key is settled');
  const onFailed = (error: unknown): void => log.warn({ err: error }, 'what depends on a key cannot be counted; begun anew');
  const settleMs = config.values.CARDRAIL_KEY_SETTLE_MS;
  return runKeyDestructions({ ...parts, settleMs, retentionMs: retentionMsOf(config.values), onSettled, onFailed }, signal);
}

/** Erases buyers. */
export function erasures(parts: Parts, waiter: PositionWaiter, signal: AbortSignal): Promise<void> {
  const { config, log, metrics } = parts;
  const onSettled: ErasuresKit['onSettled'] = (subject, settled) => {
    metrics.count('erasure_looks_total', { outcome: settled.toLowerCase() as 'erased' });
    if (settled === 'ERASED') log.info({ subject }, 'a buyer is erased: the keys are destroyed');
    if (settled === 'ORDERS_OPEN') log.warn({ subject }, 'a buyer cannot be erased yet: an order is open');
  };
  const onRepeated: ErasuresKit['onRepeated'] = ({ subject, orderedAt }) =>
    log.warn({ subject, orderedAt }, 'the log is of an older copy: somebody who was erased is erased again');
  const onFailed = (error: unknown): void => log.warn({ err: error }, 'erasures cannot go on; taken up again where they stood');
  const settleMs = config.values.CARDRAIL_KEY_SETTLE_MS;
  return runErasures({ ...parts, waiter, settleMs, onSettled, onRepeated, onFailed }, signal);
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

/** What a process knows of who waits, and the line before it. */
export interface Lines {
  readonly lines: LineBook;
  readonly gate: AdmissionGate;
  /** Resolves once it is known who waited when the process began. */
  readonly known: Promise<void>;
  readonly done: Promise<void>;
}

/** For a process that takes orders; `nodes` of its kind live. */
export function linesOf(parts: Parts, nodes: () => number, signal: AbortSignal): Lines {
  const { store, readModels, runtime, config, log } = parts;
  const lines = new LineBook();
  const gate = new AdmissionGate(() => partOfNode(config.admission, nodes()));
  let tell: () => void = () => undefined;
  const known = new Promise<void>((resolve) => (tell = resolve));
  const onKnown = (): void => {
    if (lines.lastEntersAt !== undefined) gate.resume(lines.lastEntersAt);
    tell();
  };
  const onFailed = (error: unknown): void => log.warn({ err: error }, 'who waits for what cannot be followed; tried again');
  return { lines, gate, known, done: followLines({ store, readModels, runtime, book: lines, onKnown, onFailed }, signal) };
}

/** For a process that takes none. */
export const linesUnseen = ({ config }: Parts): Lines => ({
  lines: new LineBook(),
  gate: new AdmissionGate(() => config.admission),
  known: Promise.resolve(),
  done: Promise.resolve(),
});

/** The outbox: tells buyers and the shop's systems. */
export function outbox(
  { store, codec, runtime, secrets, commands, notifiers, outboxCursor, log, metrics, config }: Parts,
  publicUrl: () => string,
): Outbox {
  return new Outbox({
    store,
    codec,
    runtime,
    notifiers,
    cursor: outboxCursor,
    messages: new Messages(
      commands,
      secrets,
      (orderNumber) => `${publicUrl()}/buy/${encodeURIComponent(orderNumber)}`,
      new IncidentMessages(store, codec, incidentLocaleOf(config)),
    ),
    limits: outboxLimitsOf(config.values),
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
