import { idOf } from '../domain/kernel/ids';
import { fromIso, type Instant } from '../domain/kernel/time';
import type { NoticeEvent } from '../domain/notice/events';
import { factOf, type Plain } from './plain';
import type { Projection } from './projection';

export type NoticeRow = Plain<NoticeEvent['data']> & { readonly receivedAt: Instant };

/** Callbacks in quarantine: well signed, and fitting no order. */
export const notices: Projection<NoticeRow> = {
  name: 'notices',
  version: 1,
  categories: ['notice-'],
  indexes: [['receivedAt'], ['gatewayId', 'receivedAt'], ['cause', 'receivedAt']],
  keys: (event) => [idOf(event.stream)],
  project: (event) => ({ ...factOf<NoticeEvent>(event).data, receivedAt: fromIso(event.occurredAt) }),
};
