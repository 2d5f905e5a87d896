import type { SkuSettings } from '../../domain/catalog/events';
import type { Setting } from '../../domain/catalog/setting';
import type { SkuStockRow } from '../../projections/sku-stock';
import { isStaff, requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { ReadModels } from '../ports/read-models';
import type { Settings } from '../settings';
import { skuThresholds, type SkuThresholdsView } from './incident-thresholds-view';
import { Query, type QueryHandler } from './query';
import { stockNumbersOf, type StockNumbers } from './stock-numbers';

/** What the shop sells, and how much of it there is. Stock is as of the read model, so a moment old. */
export interface SkuView extends StockNumbers {
  readonly id: string;
  /** False while it is paused: nobody can order it. */
  readonly active: boolean;
  readonly settings: SkuSettings;
  readonly incidents: SkuThresholdsView;
  /** Nothing can be promised now. Never so for a SKU that oversells, may be bought from a channel, or is delivered by hand. */
  readonly soldOut: boolean;
}

/** `waitingMax`: paid orders that may wait for one thing, where a SKU says nothing. */
export function skuView(setting: Setting<SkuSettings>, stock: SkuStockRow | null, waitingMax: number): SkuView | null {
  if (setting.settings === undefined) return null;
  const numbers = stockNumbersOf(stock);
  const { id, active, settings } = setting;
  // What a channel has, or a person delivers by hand, is not counted here.
  const onlyFromPool = settings.sources.length > 0 && settings.sources.every(({ kind }) => kind === 'POOL');
  const soldOut = onlyFromPool && numbers.available === 0 && !settings.oversell;
  return { id, active, settings, ...numbers, soldOut, incidents: skuThresholds(settings, waitingMax) };
}

/** All SKUs by id; storefronts do not see those that are paused. */
export class ListSkus extends Query<readonly SkuView[]> {
  static readonly operation = 'skus';
  static readonly rights: Rights = { roles: ['STOREFRONT', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(readonly caller: Caller) {
    super();
  }
}

export class ListSkusHandler implements QueryHandler<ListSkus> {
  readonly query = ListSkus;
  constructor(
    private readonly settings: Pick<Settings, 'allSkus'>,
    private readonly readModels: Pick<ReadModels, 'getMany'>,
    private readonly waitingMax: number,
  ) {}

  async execute({ caller }: ListSkus): Promise<readonly SkuView[]> {
    requireRole(ListSkus, caller);
    const visible = this.settings.allSkus().filter(({ active }) => active || isStaff(caller.role));
    const rows = await this.readModels.getMany<SkuStockRow>(
      'sku-stock',
      visible.map(({ id }) => id),
    );
    const stock = new Map(rows.map(({ key, value }) => [key, value]));
    const views = visible.map((setting) => skuView(setting, stock.get(setting.id) ?? null, this.waitingMax)).filter((view) => view !== null);
    return views.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
