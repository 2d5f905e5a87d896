import { channel, type ChannelEvent, type ChannelSettings } from '../domain/catalog/channel';
import { settingRows, type SettingRow } from './setting-rows';

export type ChannelRow = SettingRow<ChannelSettings>;

/** Issuing channels. Their secrets are references here as everywhere. */
export const channels = settingRows<ChannelSettings, ChannelEvent>('channels', 'channel-', channel);
