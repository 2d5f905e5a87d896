import { idOf } from '../domain/kernel/ids';
import { fromIso, type Instant } from '../domain/kernel/time';
import type { ChannelNoticeEvent } from '../domain/notice/channel-notice';
import { factOf, type Plain } from './plain';
import type { Projection } from './projection';

export type ChannelNoticeRow = Plain<ChannelNoticeEvent['data']> & { readonly receivedAt: Instant };

/** Callbacks of channels in quarantine: well signed, and fitting no purchase. */
export const channelNotices: Projection<ChannelNoticeRow> = {
  name: 'channel-notices',
  version: 1,
  categories: ['channelnotice-'],
  indexes: [['receivedAt'], ['channelId', 'receivedAt'], ['cause', 'receivedAt']],
  keys: (event) => [idOf(event.stream)],
  project: (event) => ({ ...factOf<ChannelNoticeEvent>(event).data, receivedAt: fromIso(event.occurredAt) }),
};
