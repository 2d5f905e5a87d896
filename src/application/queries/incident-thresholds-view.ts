import type { ChannelSettings } from '../../domain/catalog/channel';
import type { SkuSettings } from '../../domain/catalog/events';

/** From when on it is an incident. Null: nobody is told of that. */
export interface WaitThresholdsView {
  readonly waitingOrders: number;
  readonly waitingMinutes: number | null;
}

export interface SkuThresholdsView extends WaitThresholdsView {
  readonly failurePercent: number | null;
  readonly lowStockUnits: number | null;
  readonly lowStockDays: number | null;
}

/** `shopWide`: paid orders that may wait for one thing where it says nothing itself. */
export const channelThresholds = ({ incidents = {} }: ChannelSettings, shopWide: number): WaitThresholdsView => ({
  waitingOrders: incidents.waitingOrders ?? shopWide,
  waitingMinutes: incidents.waitingMinutes ?? null,
});

export const skuThresholds = ({ incidents = {}, lowStock = {} }: SkuSettings, shopWide: number): SkuThresholdsView => ({
  waitingOrders: incidents.waitingOrders ?? shopWide,
  waitingMinutes: incidents.waitingMinutes ?? null,
  failurePercent: incidents.failurePercent ?? null,
  lowStockUnits: lowStock.units ?? null,
  lowStockDays: lowStock.days ?? null,
});
