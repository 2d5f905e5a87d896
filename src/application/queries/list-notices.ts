import { toIso } from '../../domain/kernel/time';
import type { QuarantinedNotice } from '../../domain/notice/events';
import type { NoticeRow } from '../../projections/notices';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Mac } from '../cursor';
import type { ReadModels, Row } from '../ports/read-models';
import { pageOf, type Page, type PageRequest } from './page';
import { Query, type QueryHandler } from './query';

/** A callback in quarantine. `id` names its content. */
export type NoticeView = QuarantinedNotice & {
  readonly id: string;
  readonly receivedAt: string;
  /** The payment that a person bound it to, if one has. */
  readonly matched: { readonly orderId: string; readonly reference: string; readonly at: string } | null;
};

/** Newest first. */
export class ListNotices extends Query<Page<NoticeView>> {
  static readonly operation = 'notices';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly page: PageRequest,
    readonly filter: { readonly gatewayId?: string; readonly cause?: QuarantinedNotice['cause']; readonly matched?: boolean } = {},
  ) {
    super();
  }
}

export class ListNoticesHandler implements QueryHandler<ListNotices> {
  readonly query = ListNotices;
  constructor(
    private readonly readModels: ReadModels,
    private readonly mac: Mac,
  ) {}

  async execute({ caller, page, filter: { gatewayId, cause, matched } }: ListNotices): Promise<Page<NoticeView>> {
    requireRole(ListNotices, caller);
    const filter = {
      ...(gatewayId !== undefined && { gatewayId: { eq: gatewayId } }),
      ...(cause !== undefined && { cause: { eq: cause } }),
      ...(matched !== undefined && { open: { eq: matched ? 0 : 1 } }),
    };
    const list = { model: 'notices', filter, sort: { field: 'receivedAt', direction: 'desc' } } as const;
    return pageOf<NoticeRow, NoticeView>(this.readModels, this.mac, list, page, viewOf);
  }
}

function viewOf({ key, value: { receivedAt, open: _open, orderId, matchedTo, matchedAt, ...notice } }: Row<NoticeRow>): NoticeView {
  const isMatched = orderId !== null && matchedTo !== null && matchedAt !== null;
  const matched = isMatched ? { orderId, reference: matchedTo, at: toIso(matchedAt) } : null;
  return { ...notice, id: key, receivedAt: toIso(receivedAt), matched };
}
