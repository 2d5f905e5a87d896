import { hourOf, isHot, pastError, Pattern, peakAhead, runwayDays } from '../../domain/demand/forecast';
import { HOUR_MS, toIso } from '../../domain/kernel/time';
import type { SkuStockRow } from '../../projections/sku-stock';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import { readDemand } from '../demand/read-demand';
import type { ReadModels } from '../ports/read-models';
import type { Settings } from '../settings';
import type { StoreClock } from '../store-clock';
import { BadInput } from './page';
import { Query, type QueryHandler } from './query';

/** Hours ahead that may be asked for: a week. */
export const AHEAD_HOURS_MAX = 168;

export interface ExpectedHour {
  /** Its beginning, ISO-8601 UTC. */
  readonly hour: string;
  /** Units; a mean, so not a whole number. */
  readonly units: number;
}

export interface DemandForecastView {
  readonly skuId: string;
  readonly expected: readonly ExpectedHour[];
  readonly peak: ExpectedHour;
  readonly weeksOfHistory: number;
  readonly pastError: number | null;
  readonly soldThisHour: number;
  readonly hot: boolean;
  readonly available: number;
  readonly runwayDays: number | null;
}

/** What a SKU is expected to sell, how wrong such expectations were, and how long its stock lasts. Null for a SKU that is not there. */
export class DemandForecast extends Query<DemandForecastView | null> {
  static readonly operation = 'demandForecast';
  static readonly rights: Rights = { roles: ['OPS', 'FINANCE', 'SUPPORT', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly skuId: string,
    readonly hours: number,
  ) {
    super();
  }
}

export class DemandForecastHandler implements QueryHandler<DemandForecast> {
  readonly query = DemandForecast;
  constructor(
    private readonly settings: Pick<Settings, 'sku'>,
    private readonly readModels: Pick<ReadModels, 'find' | 'get'>,
    private readonly clock: Pick<StoreClock, 'now'>,
  ) {}

  async execute({ caller, skuId, hours }: DemandForecast): Promise<DemandForecastView | null> {
    requireRole(DemandForecast, caller);
    if (!Number.isInteger(hours) || hours < 1 || hours > AHEAD_HOURS_MAX)
      throw new BadInput('hours', `must be a whole number from 1 to ${AHEAD_HOURS_MAX}`);
    if (this.settings.sku(skuId)?.settings === undefined) return null;
    const now = this.clock.now();
    const [demand, stock] = [await readDemand(this.readModels, skuId, now), await this.readModels.get<SkuStockRow>('sku-stock', skuId)];
    const pattern = new Pattern(demand, hourOf(now));
    const peak = peakAhead(pattern);
    const soldThisHour = demand.get(pattern.hour) ?? 0;
    const available = stock?.value.available ?? 0;
    return {
      skuId,
      expected: Array.from({ length: hours }, (_, ahead) => hourAt(pattern.hour + ahead, pattern.expected(pattern.hour + ahead))),
      peak: hourAt(peak.hour, peak.units),
      weeksOfHistory: pattern.weeks,
      pastError: pastError(demand, pattern.hour),
      soldThisHour,
      hot: isHot(pattern, soldThisHour, now),
      available,
      runwayDays: runwayDays(pattern, available),
    };
  }
}

const hourAt = (hour: number, units: number): ExpectedHour => ({ hour: toIso(hour * HOUR_MS), units });
