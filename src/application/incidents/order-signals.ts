import type { IncidentPolicy } from '../../domain/incident/policy';
import { failurePercentOf, type WaitThresholds } from '../../domain/incident/thresholds';
import { counted, type Signal } from '../../domain/incident/watch';
import { HOUR_MS, MINUTE_MS, type Instant } from '../../domain/kernel/time';
import type { OrderRow } from '../../projections/orders';
import type { ReadModels } from '../ports/read-models';
import type { Settings } from '../settings';

interface OrderSources {
  readonly settings: Pick<Settings, 'allChannels' | 'allSkus'>;
  readonly readModels: Pick<ReadModels, 'count' | 'find'>;
}

interface Awaited {
  /** As orders name what they cannot go on without. */
  readonly topic: string;
  readonly cause: 'NO_STOCK' | 'NO_ANSWER';
  readonly thresholds: WaitThresholds;
}

const COUNT_MAX = 100_000;

/** What may be wrong with paid orders: many wait for one thing, one has waited long, or many are given back. Rejects with ReadModelsUnavailable. */
export async function orderSignals(sources: OrderSources, policy: IncidentPolicy, now: Instant): Promise<readonly Signal[]> {
  const { settings, readModels } = sources;
  const skus = settings.allSkus();
  const awaited: readonly Awaited[] = [
    ...skus.map(({ id, settings: sku }): Awaited => ({ topic: `stock:${id}`, cause: 'NO_STOCK', thresholds: sku?.incidents ?? {} })),
    ...settings.allChannels().map(({ id, settings: channel }): Awaited => ({
      topic: `channel:${id}`,
      cause: 'NO_ANSWER',
      thresholds: channel?.incidents ?? {},
    })),
  ];
  const waiting = await Promise.all(awaited.map((one) => waitSignals(readModels, one, policy, now)));
  const failing = await Promise.all(
    skus.flatMap(({ id, settings: sku }) => {
      const percent = sku?.incidents?.failurePercent;
      return percent === undefined ? [] : [failureSignal(readModels, id, percent, now)];
    }),
  );
  return [...waiting.flat(), ...failing];
}

async function waitSignals(
  readModels: OrderSources['readModels'],
  { topic, cause, thresholds }: Awaited,
  policy: IncidentPolicy,
  now: Instant,
): Promise<readonly Signal[]> {
  const { waitingOrders = policy.waitingOrders, waitingMinutes } = thresholds;
  const many = counted('ORDERS_WAITING', topic, await readModels.count('orders', { waitingFor: { eq: topic } }, COUNT_MAX), waitingOrders, cause);
  if (waitingMinutes === undefined) return [many];
  const minutes = many.value === 0 ? 0 : await minutesWaited(readModels, topic, now);
  return [many, counted('ORDERS_LATE', topic, minutes, waitingMinutes, cause)];
}

/** Of the one that was submitted first, since its payment. */
async function minutesWaited(readModels: OrderSources['readModels'], topic: string, now: Instant): Promise<number> {
  const sort = { field: 'submittedAt', direction: 'asc' } as const;
  const [oldest] = await readModels.find<OrderRow>('orders', { filter: { waitingFor: { eq: topic } }, sort, limit: 1 });
  return oldest === undefined ? 0 : Math.max(0, Math.floor((now - (oldest.value.paidAt ?? now)) / MINUTE_MS));
}

async function failureSignal(readModels: OrderSources['readModels'], skuId: string, percent: number, now: Instant): Promise<Signal> {
  const lately = { skuId: { eq: skuId }, submittedAt: { gte: now - HOUR_MS } };
  const [ended, failed] = await Promise.all([
    readModels.count('orders', { ...lately, phase: { in: ['DELIVERED', 'PARTLY_DELIVERED', 'REFUNDED'] } }, COUNT_MAX),
    readModels.count('orders', { ...lately, phase: { eq: 'REFUNDED' } }, COUNT_MAX),
  ]);
  return counted('ORDERS_FAILING', skuId, failurePercentOf(failed, ended), percent, 'REFUNDED');
}
