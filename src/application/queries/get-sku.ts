import type { SkuStockRow } from '../../projections/sku-stock';
import { isStaff, requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { ReadModels } from '../ports/read-models';
import type { Settings } from '../settings';
import { skuView, type SkuView } from './list-skus';
import { Query, type QueryHandler } from './query';

/** One SKU; null when there is none, or it is paused and the caller is a storefront. */
export class GetSku extends Query<SkuView | null> {
  static readonly operation = 'sku';
  static readonly rights: Rights = { roles: ['STOREFRONT', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly skuId: string,
  ) {
    super();
  }
}

export class GetSkuHandler implements QueryHandler<GetSku> {
  readonly query = GetSku;
  constructor(
    private readonly settings: Pick<Settings, 'sku'>,
    private readonly readModels: Pick<ReadModels, 'get'>,
    private readonly waitingMax: number,
  ) {}

  async execute({ caller, skuId }: GetSku): Promise<SkuView | null> {
    requireRole(GetSku, caller);
    const setting = this.settings.sku(skuId);
    if (setting === undefined || !(setting.active || isStaff(caller.role))) return null;
    const row = await this.readModels.get<SkuStockRow>('sku-stock', skuId);
    return skuView(setting, row?.value ?? null, this.waitingMax);
  }
}
