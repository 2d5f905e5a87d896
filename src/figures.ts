import { projectionLag } from './application/figures/projection-lag';
import { readShopFigures, type ShopFigures } from './application/figures/shop-figures';
import type { Outbox } from './application/run-outbox';
import type { ProjectorHere } from './application/projections/shared-projector';
import { projectionStatuses } from './application/queries/get-projections';
import { timeoutsFrom } from './application/queries/timeout-view';
import type { AccountWatch } from './application/processes/order/account-watch';
import type { CallRoom } from './application/processes/order/call-room';
import type { LineBook } from './application/lines/line-book';
import { healthWordOf } from './domain/catalog/health-setting';
import { LANES } from './domain/routing/lanes';
import { SHEDDABLE } from './domain/shedding/events';
import { isLow } from './domain/supply/decide';
import type { Parts } from './parts';
import { projections } from './projections';
import type { OrderEngine } from './application/order-engine';
import { eventCountAt } from './stores';

/** The numbers of the whole shop are read at most so often, however many ask. */
const SHOP_EVERY_MS = 2_000;

const lower = (word: string): string => word.toLowerCase();

/** Tells on every page how the whole shop stands. For processes that keep the read models. */
export function tellShop(parts: Parts, projector: ProjectorHere): void {
  const { metrics, runtime, log } = parts;
  let readAtMs = Number.NEGATIVE_INFINITY;
  metrics.beforeEachPage(async () => {
    if (runtime.monotonicMs() - readAtMs >= SHOP_EVERY_MS) {
      try {
        await tellProjections(parts, projector);
        tellFigures(parts, await readShopFigures(parts.readModels, parts.commands.clock.now()));
        readAtMs = runtime.monotonicMs();
      } catch (error) {
        log.warn({ err: error }, 'the numbers of the shop cannot be read; the page shows the last ones');
      }
    }
    metrics.set('figures_age_seconds', readAtMs === Number.NEGATIVE_INFINITY ? 0 : (runtime.monotonicMs() - readAtMs) / 1_000);
  });
}

async function tellProjections({ metrics, store, readModels, runtime, config }: Parts, projector: ProjectorHere): Promise<void> {
  const head = await store.head();
  const { CARDRAIL_STORE: name } = config.values;
  const events = eventCountAt(name, head);
  if (events !== null) metrics.set('log_events', events);
  for (const { name: model, position, parked, state } of await projectionStatuses({ projections, readModels, store, projector })) {
    const projection = projections.find((one) => one.name === model);
    if (projection === undefined) continue;
    const { seconds } = await projectionLag(store, runtime, projection, position, head);
    const reached = eventCountAt(name, position);
    if (events !== null && reached !== null) metrics.set('projection_lag_events', Math.max(0, events - reached), { projection: model });
    metrics.set('projection_lag_seconds', seconds, { projection: model });
    metrics.set('projection_parked', parked, { projection: model });
    metrics.set('projection_stopped', state === 'STOPPED' ? 1 : 0, { projection: model });
  }
}

function tellFigures({ metrics, settings }: Parts, figures: ShopFigures): void {
  for (const { phase, depth, oldestAgeSeconds } of figures.queues) {
    metrics.set('queue_depth', depth, { phase: lower(phase) });
    metrics.set('queue_oldest_age_seconds', oldestAgeSeconds, { phase: lower(phase) });
  }
  for (const call of ['payment', 'close', 'refund', 'purchase'] as const) metrics.set('in_doubt', figures.doubts.count[call], { call });
  metrics.clear('in_doubt_amount_minor');
  for (const [currency, amount] of figures.doubts.amountMinor) metrics.set('in_doubt_amount_minor', amount, { currency });
  metrics.set('reviews', figures.reviews.count);
  metrics.set('review_oldest_age_seconds', figures.reviews.oldestAgeSeconds);
  metrics.set('compensation_queue', figures.compensations);
  for (const { kind, count } of figures.incidents) metrics.set('incidents_open', count, { kind: lower(kind) as 'channel_ill' });
  metrics.set('notices_quarantined', figures.noticesQuarantined);
  for (const { skuId, available } of figures.stock) metrics.set('sku_cards_available', available, { sku: skuId });
  for (const { channelId: channel, row } of figures.supply) {
    metrics.set('channel_supply_stale', row.staleSince === null ? 0 : 1, { channel });
    if (row.balance === null) continue;
    metrics.set('channel_balance_minor', row.balance.balanceMinor, { channel, currency: row.balance.currency });
    metrics.set('channel_balance_low', isLow(row.balance, settings.channel(channel)?.settings?.balanceMin) ? 1 : 0, { channel });
  }
  tellTallies(metrics, figures.tallies);
}

const COUNTED = [
  'orders_accepted_total',
  'orders_total',
  'order_failures_total',
  'retries_total',
  'retries_moved_total',
  'retry_delay_seconds_total',
  'sku_orders_total',
  'interventions_total',
  'complaints_total',
  'refunds_ordered_total',
] as const;

/** What the log has counted since the shop began, told anew from nothing. */
function tellTallies(metrics: Parts['metrics'], tallies: ShopFigures['tallies']): void {
  for (const name of COUNTED) metrics.clear(name);
  for (const { tally, words, value } of tallies) {
    const [first = '', second = ''] = words;
    switch (tally) {
      case 'accepted':
        metrics.total('orders_accepted_total', value, { admission: lower(first) as 'now' });
        break;
      case 'ended':
        metrics.total('orders_total', value, { outcome: lower(first) as 'delivered' });
        break;
      case 'failures':
        metrics.total('order_failures_total', value, { step: first as 'payment', cause: lower(second) });
        break;
      case 'retries':
        metrics.total('retries_total', value, { step: first as 'payment', attempt: second });
        break;
      case 'retriesMoved':
        metrics.total('retries_moved_total', value, { step: first as 'payment' });
        break;
      case 'retryDelayMs':
        metrics.total('retry_delay_seconds_total', value / 1_000, { step: first as 'payment' });
        break;
      case 'skuOrders':
        metrics.total('sku_orders_total', value, { sku: first });
        break;
      case 'interventions':
        metrics.total('interventions_total', value, { action: first });
        break;
      case 'complaints':
        metrics.total('complaints_total', value, { about: lower(first) as 'code' });
        break;
      case 'refundsOrdered':
        metrics.total('refunds_ordered_total', value, { cause: lower(first) });
        break;
      case 'refundsSettled':
        break;
    }
  }
}

/** Tells on every page what an engine is doing. */
export function tellEngine({ metrics, store, runtime, config }: Parts, engine: OrderEngine): void {
  metrics.beforeEachPage(async () => {
    const { dirty, overdue, running, waiting, callsQueued, clockTrusted, position } = engine.status();
    metrics.set('engine_orders', running, { state: 'running' });
    metrics.set('engine_orders', dirty, { state: 'dirty' });
    metrics.set('engine_orders', overdue, { state: 'overdue' });
    for (const lane of LANES) {
      const counts = engine.laneCounts(lane);
      metrics.set('lane_calls', counts.callsInFlight, { lane, state: 'in_flight' });
      metrics.set('lane_calls', counts.callsQueued, { lane, state: 'queued' });
      metrics.set('lane_concurrency', counts.callsMax, { lane });
    }
    metrics.set('wake_index_size', waiting);
    metrics.set('calls_queued', callsQueued);
    metrics.set('clock_trusted', clockTrusted ? 1 : 0);
    const head = await store.head().catch(() => null);
    if (head === null) return;
    const [events, seen] = [head, position].map((at) => eventCountAt(config.values.CARDRAIL_STORE, at));
    if (events != null && seen != null) metrics.set('engine_lag_events', Math.max(0, events - seen));
    const lag = await projectionLag(store, runtime, { categories: ['order-'] }, position, head).catch(() => null);
    if (lag !== null) metrics.set('engine_lag_seconds', lag.seconds);
  });
}

/** Tells on every page what may still be sent to gateways and channels. */
export function tellRoom({ metrics, settings }: Pick<Parts, 'metrics' | 'settings'>, { load, retries, questions }: CallRoom): void {
  metrics.beforeEachPage(() => {
    for (const { id: gateway } of settings.allGateways()) {
      metrics.set('gateway_calls_in_flight', load.inFlight(`gateway:${gateway}`), { gateway });
      metrics.set('gateway_retry_budget', retries.free(`gateway:${gateway}`), { gateway, of: 'retries' });
      metrics.set('gateway_retry_budget', questions.free(`gateway:${gateway}`), { gateway, of: 'questions' });
    }
    for (const { id: channel } of settings.allChannels()) {
      metrics.set('channel_calls_in_flight', load.inFlight(`channel:${channel}`), { channel });
      metrics.set('channel_retry_budget', retries.free(`channel:${channel}`), { channel, of: 'retries' });
      metrics.set('channel_retry_budget', questions.free(`channel:${channel}`), { channel, of: 'questions' });
    }
  });
}

const HEALTH_LEVELS = { HEALTHY: 0, PROBING: 1, SUB_HEALTHY: 2, ISOLATED: 3 } as const;

/** Tells on every page how gateways and channels are, as this process has heard. */
export function tellHealth({ metrics, settings }: Parts): void {
  metrics.beforeEachPage(() => {
    for (const gateway of settings.allGateways()) metrics.set('gateway_health', HEALTH_LEVELS[healthWordOf(gateway)], { gateway: gateway.id });
    for (const channel of settings.allChannels()) metrics.set('channel_health', HEALTH_LEVELS[healthWordOf(channel)], { channel: channel.id });
  });
}

/** Tells on every page how long requests for money or goods may take, as an engine has learnt it. */
export function tellTimeouts({ metrics, settings, config }: Parts, watch: AccountWatch): void {
  const timeoutOf = timeoutsFrom((account) => watch.record(account), config.timing);
  metrics.beforeEachPage(() => {
    for (const { id } of settings.allGateways()) metrics.set('gateway_timeout_seconds', timeoutOf(`gateway:${id}`).ms / 1_000, { gateway: id });
    for (const { id } of settings.allChannels()) metrics.set('channel_timeout_seconds', timeoutOf(`channel:${id}`).ms / 1_000, { channel: id });
  });
}

/** Tells on every page who waits for what. */
export function tellLines({ metrics, commands }: Parts, lines: LineBook): void {
  metrics.beforeEachPage(() => {
    const now = commands.clock.now();
    const backlog = lines.backlog(now);
    metrics.set('admission_backlog', backlog.depth);
    metrics.set('admission_oldest_age_seconds', backlog.oldestAgeMs / 1_000);
    metrics.set('admission_eta_error_seconds', (backlog.etaErrorMs ?? 0) / 1_000);
    for (const lane of LANES) {
      const { depth, oldestAgeMs, predictedWaitMs, drainedPerSecond } = lines.lane(lane, now);
      metrics.set('lane_queue_depth', depth, { lane });
      metrics.set('lane_predicted_wait_seconds', predictedWaitMs / 1_000, { lane });
      metrics.set('lane_oldest_age_seconds', oldestAgeMs / 1_000, { lane });
      metrics.set('lane_drained_per_second', drainedPerSecond ?? 0, { lane });
    }
    for (const channel of lines.channelIds()) {
      const { depth, oldestAgeMs, drainedPerSecond } = lines.channel(channel, now);
      metrics.set('channel_queue_depth', depth, { channel });
      metrics.set('channel_oldest_age_seconds', oldestAgeMs / 1_000, { channel });
      metrics.set('channel_drained_per_second', drainedPerSecond ?? 0, { channel });
    }
  });
}

/** Tells on every page what the outbox of this process has before it. */
export function tellOutbox({ metrics }: Parts, outbox: Outbox): void {
  metrics.beforeEachPage(() => {
    const { leads, pending, parked } = outbox.status();
    metrics.set('outbox_leader', leads ? 1 : 0);
    metrics.set('outbox_waiting', pending);
    metrics.set('outbox_parked', parked);
  });
}

/** Tells on every page what this process does without, and why. */
export function tellShedding({ metrics, shedding }: Parts): void {
  metrics.beforeEachPage(() => {
    const { active, load } = shedding.view();
    metrics.set('load_ratio', load);
    for (const what of SHEDDABLE) metrics.set('shed', active.includes(what) ? 1 : 0, { what: lower(what) as 'search' });
  });
}
