import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { toIso } from '../../domain/kernel/time';
import type { NoticeEvent } from '../../domain/notice/events';
import type { NoticeRow } from '../../projections/notices';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Mac } from '../cursor';
import type { ReadModels } from '../ports/read-models';
import { pageOf, type Page, type PageRequest } from './page';

/** A callback in quarantine. `id` names its content. */
export type NoticeView = NoticeEvent['data'] & { readonly id: string; readonly receivedAt: string };

/** Newest first. */
export class ListNotices extends Query<Page<NoticeView>> {
  static readonly operation = 'notices';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly page: PageRequest,
    readonly filter: { readonly gatewayId?: string; readonly cause?: NoticeEvent['data']['cause'] } = {},
  ) {
    super();
  }
}

@QueryHandler(ListNotices)
export class ListNoticesHandler implements IQueryHandler<ListNotices, Page<NoticeView>> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly mac: Mac,
  ) {}

  async execute({ caller, page, filter: { gatewayId, cause } }: ListNotices): Promise<Page<NoticeView>> {
    requireRole(ListNotices, caller);
    const filter = { ...(gatewayId !== undefined && { gatewayId: { eq: gatewayId } }), ...(cause !== undefined && { cause: { eq: cause } }) };
    const list = { model: 'notices', filter, sort: { field: 'receivedAt', direction: 'desc' } } as const;
    return pageOf<NoticeRow, NoticeView>(this.readModels, this.mac, list, page, ({ key, value }) => ({
      ...value,
      id: key,
      receivedAt: toIso(value.receivedAt),
    }));
  }
}
