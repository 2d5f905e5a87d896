import { idOf } from '../domain/kernel/ids';
import { fromIso, type Instant } from '../domain/kernel/time';
import type { NoticeEvent, QuarantinedNotice } from '../domain/notice/events';
import { factOf, type Plain } from './plain';
import type { Projection } from './projection';

export type NoticeRow = Plain<QuarantinedNotice> & {
  readonly receivedAt: Instant;
  /** 1 while nobody has said which payment it is about. */
  readonly open: 0 | 1;
  readonly orderId: string | null;
  /** The payment that a person bound it to. */
  readonly matchedTo: string | null;
  readonly matchedAt: Instant | null;
};

/** Callbacks in quarantine: well signed, and fitting no order. */
export const notices: Projection<NoticeRow> = {
  name: 'notices',
  version: 2,
  categories: ['notice-'],
  indexes: [['receivedAt'], ['gatewayId', 'receivedAt'], ['cause', 'receivedAt'], ['open', 'receivedAt']],
  keys: (event) => [idOf(event.stream)],
  project(event, row, noticeId) {
    const { type, data, occurredAt } = factOf<NoticeEvent>(event);
    if (type === 'NoticeQuarantined') return { ...data, receivedAt: fromIso(occurredAt), open: 1, orderId: null, matchedTo: null, matchedAt: null };
    if (row === null) throw new Error(`notice ${noticeId} does not begin with its quarantine`);
    return { ...row, open: 0, orderId: data.orderId, matchedTo: data.reference, matchedAt: fromIso(occurredAt) };
  },
};
