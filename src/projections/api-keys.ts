import { apiKey } from '../domain/catalog/api-key';
import type { ApiKeyEvent, ApiKeySettings } from '../domain/catalog/events';
import { settingRows, type SettingRow } from './setting-rows';

export type ApiKeyRow = SettingRow<ApiKeySettings>;

/** API keys, by id. Only a hash of each was ever stored. */
export const apiKeys = settingRows<ApiKeySettings, ApiKeyEvent>('api-keys', 'apikey-', apiKey);
