import { hourOf, Pattern, unitsExpected } from '../../domain/demand/forecast';
import type { LowStock } from '../../domain/catalog/events';
import type { IncidentPolicy } from '../../domain/incident/policy';
import { levelOfRest, type Signal } from '../../domain/incident/watch';
import { type Instant } from '../../domain/kernel/time';
import { readDemand } from '../demand/read-demand';
import type { ReadModels } from '../ports/read-models';
import type { Settings } from '../settings';

const HOURS_PER_DAY = 24;

interface Wanted {
  readonly units: number;
  /** BELOW_UNITS: the number that was set · BELOW_RUNWAY: what is expected to be sold in the days that were set. */
  readonly cause: 'BELOW_UNITS' | 'BELOW_RUNWAY';
}

/** Looks at SKUs for which it was said how much stock is little. A forecast is made once an hour for each of them. */
export class LowStockWatch {
  /** As many as there are SKUs with a runway to keep. */
  private expected = new Map<string, { readonly hour: number; readonly units: number }>();

  constructor(
    private readonly settings: Pick<Settings, 'allSkus'>,
    private readonly readModels: Pick<ReadModels, 'find'>,
  ) {}

  /** Of pools that have ever had a card. Rejects with ReadModelsUnavailable. */
  async signals(available: ReadonlyMap<string, number>, { lowCalmPercent }: IncidentPolicy, now: Instant): Promise<readonly Signal[]> {
    const signals: Signal[] = [];
    for (const { id: subject, active, settings: sku } of this.settings.allSkus()) {
      const value = available.get(subject);
      if (sku?.lowStock === undefined || value === undefined || !sku.sources.some(({ kind }) => kind === 'POOL')) continue;
      const { units: threshold, cause } = await this.wanted(subject, sku.lowStock, now);
      const level = active ? levelOfRest({ value, threshold }, lowCalmPercent) : 'CALM';
      signals.push({ kind: 'STOCK_LOW', subject, value, threshold, level, cause });
    }
    return signals;
  }

  /** The greater of the two, where both were set. */
  private async wanted(skuId: string, { units = 0, days = 0 }: LowStock, now: Instant): Promise<Wanted> {
    const expected = days === 0 ? 0 : await this.expectedIn(skuId, days, now);
    return expected > units ? { units: expected, cause: 'BELOW_RUNWAY' } : { units, cause: 'BELOW_UNITS' };
  }

  private async expectedIn(skuId: string, days: number, now: Instant): Promise<number> {
    const key = `${skuId} ${days}`;
    const hour = hourOf(now);
    const known = this.expected.get(key);
    if (known?.hour === hour) return known.units;
    const pattern = new Pattern(await readDemand(this.readModels, skuId, now), hour);
    const units = Math.ceil(unitsExpected(pattern, Math.round(days * HOURS_PER_DAY)));
    // Numbers of settings that are no longer there go with their hour.
    this.expected = new Map([...this.expected].filter(([, { hour: of }]) => of >= hour - 1));
    this.expected.set(key, { hour, units });
    return units;
  }
}
