import { healthWordOf } from '../../domain/catalog/health-setting';
import type { Setting } from '../../domain/catalog/setting';
import type { IncidentKind } from '../../domain/incident/events';
import type { IncidentPolicy } from '../../domain/incident/policy';
import { counted, levelOfRest, type Level, type Signal } from '../../domain/incident/watch';
import type { Instant } from '../../domain/kernel/time';
import type { Health, HealthWord } from '../../domain/routing/health';
import type { SupplyRow } from '../../projections/supply';
import { readShopFigures } from '../figures/shop-figures';
import type { LowStockWatch } from './low-stock';
import { orderSignals } from './order-signals';
import type { ReadModels } from '../ports/read-models';
import type { Settings } from '../settings';

export interface SignalSources {
  readonly lowStock: Pick<LowStockWatch, 'signals'>;
  readonly settings: Pick<Settings, 'allGateways' | 'allChannels' | 'allSkus'>;
  readonly readModels: ReadModels;
}

const LEVELS: Readonly<Record<HealthWord, Level>> = { ISOLATED: 'ALARM', SUB_HEALTHY: 'ALARM', PROBING: 'BETWEEN', HEALTHY: 'CALM' };

/** One look at everything that may be an incident. Rejects with ReadModelsUnavailable. */
export async function readSignals(
  { settings, readModels, lowStock }: SignalSources,
  policy: IncidentPolicy,
  now: Instant,
): Promise<readonly Signal[]> {
  const figures = await readShopFigures(readModels, now);
  const doubts = Object.entries(figures.doubts.count).map(([call, value]) =>
    counted('CALLS_IN_DOUBT', call, value, policy.callsInDoubt, 'NO_ANSWER'),
  );
  const available = new Map(figures.stock.map(({ skuId, available: left }) => [skuId, left]));
  return [
    ...settings.allChannels().map((channel) => healthSignal('CHANNEL_ILL', channel)),
    ...settings.allGateways().map((gateway) => healthSignal('GATEWAY_ILL', gateway)),
    ...balanceSignals(settings, new Map(figures.supply.map(({ channelId, row }) => [channelId, row])), policy),
    ...(await orderSignals({ settings, readModels }, policy, now)),
    ...doubts,
    counted('REVIEWS_WAITING', 'all', figures.reviews.count, policy.reviewsWaiting, 'PEOPLE_ARE_BEHIND'),
    ...stockSignals(settings, available),
    ...(await lowStock.signals(available, policy, now)),
  ];
}

const isState = (kind: IncidentKind, subject: string, level: Level, cause: string): Signal => ({
  kind,
  subject,
  level,
  cause,
  value: level === 'CALM' ? 0 : 1,
  threshold: 1,
});

/** What an operator has paused is nobody's surprise. */
function healthSignal(kind: 'CHANNEL_ILL' | 'GATEWAY_ILL', account: Setting<unknown> & { readonly health?: Health }): Signal {
  const level = account.active ? LEVELS[healthWordOf(account)] : 'CALM';
  return isState(kind, account.id, level, account.health?.cause ?? 'UNKNOWN');
}

const AMOUNT_COUNTED_MAX = 1_000_000_000;
const asCount = (amountMinor: number): number => Math.max(0, Math.min(AMOUNT_COUNTED_MAX, amountMinor));

/** Of channels that a limit was set for. What is old neither raises an alarm nor ends one. */
function balanceSignals(
  settings: SignalSources['settings'],
  known: ReadonlyMap<string, SupplyRow>,
  { lowCalmPercent }: IncidentPolicy,
): readonly Signal[] {
  return settings.allChannels().flatMap(({ id: subject, settings: channel }): readonly Signal[] => {
    const [min, row] = [channel?.balanceMin, known.get(subject)];
    if (min === undefined || row?.balance == null || row.balance.currency !== min.currency) return [];
    const measured = { value: asCount(row.balance.balanceMinor), threshold: asCount(min.amountMinor) };
    const level = row.staleSince === null ? levelOfRest(measured, lowCalmPercent) : 'BETWEEN';
    return [{ kind: 'BALANCE_LOW', subject, ...measured, level, cause: 'BELOW_MINIMUM' }];
  });
}

/** Only of what nothing but the pool can fill, and of what has ever had a card. */
function stockSignals(settings: SignalSources['settings'], available: ReadonlyMap<string, number>): readonly Signal[] {
  return settings.allSkus().flatMap(({ id, active, settings: sku }) => {
    const left = available.get(id);
    if (left === undefined || sku === undefined || sku.delivery === 'manual' || sku.sources.some(({ kind }) => kind === 'CHANNEL')) return [];
    return [isState('STOCK_GONE', id, active && left === 0 ? 'ALARM' : 'CALM', 'SOLD_OUT')];
  });
}
