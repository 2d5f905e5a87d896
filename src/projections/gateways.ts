import type { GatewayEvent, GatewaySettings } from '../domain/catalog/events';
import { gateway } from '../domain/catalog/gateway';
import { settingRows, type SettingRow } from './setting-rows';

export type GatewayRow = SettingRow<GatewaySettings>;

/** Payment gateways. Their secrets are references here as everywhere. */
export const gateways = settingRows<GatewaySettings, GatewayEvent>('gateways', 'gateway-', gateway);
