import { type Demand, historyFrom, hourOf } from '../../domain/demand/forecast';
import { fromIso, toIso, type Instant } from '../../domain/kernel/time';
import type { DemandRow } from '../../projections/demand';
import type { ReadModels } from '../ports/read-models';
import { rowPages } from '../row-pages';

/** Hours of history that are read at a time; all of it is some 1,500 of one SKU. */
const ROWS_PER_READ = 500;
const READS_MAX = 8;

/** What a SKU has sold, as far back as a forecast looks. Rejects with ReadModelsUnavailable. */
export async function readDemand(readModels: Pick<ReadModels, 'find'>, skuId: string, now: Instant): Promise<Demand> {
  const demand = new Map<number, number>();
  for await (const rows of rowPages<DemandRow>(readModels, 'demand', {
    filter: { skuId: { eq: skuId }, hour: { gte: toIso(historyFrom(now)) } },
    sort: { field: 'hour', direction: 'asc' },
    pageRows: ROWS_PER_READ,
    pagesMax: READS_MAX,
  }))
    for (const { value } of rows) demand.set(hourOf(fromIso(value.hour)), value.units);
  return demand;
}
