import type { SkuEvent, SkuSettings } from '../domain/catalog/events';
import { sku } from '../domain/catalog/setting';
import { settingRows, type SettingRow } from './setting-rows';

export type SkuRow = SettingRow<SkuSettings>;

/** What the shop sells. */
export const skus = settingRows<SkuSettings, SkuEvent>('skus', 'sku-', sku);
