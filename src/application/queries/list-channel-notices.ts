import { toIso } from '../../domain/kernel/time';
import type { ChannelNoticeEvent } from '../../domain/notice/channel-notice';
import type { ChannelNoticeRow } from '../../projections/channel-notices';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Mac } from '../cursor';
import type { ReadModels } from '../ports/read-models';
import { pageOf, type Page, type PageRequest } from './page';
import { Query, type QueryHandler } from './query';

/** A callback of a channel in quarantine. `id` names its content; the codes that it may have held are stored nowhere. */
export type ChannelNoticeView = ChannelNoticeEvent['data'] & { readonly id: string; readonly receivedAt: string };

/** Newest first. */
export class ListChannelNotices extends Query<Page<ChannelNoticeView>> {
  static readonly operation = 'channelNotices';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly page: PageRequest,
    readonly filter: { readonly channelId?: string } = {},
  ) {
    super();
  }
}

export class ListChannelNoticesHandler implements QueryHandler<ListChannelNotices> {
  readonly query = ListChannelNotices;
  constructor(
    private readonly readModels: ReadModels,
    private readonly mac: Mac,
  ) {}

  async execute({ caller, page, filter: { channelId } }: ListChannelNotices): Promise<Page<ChannelNoticeView>> {
    requireRole(ListChannelNotices, caller);
    const filter = channelId === undefined ? {} : { channelId: { eq: channelId } };
    const list = { model: 'channel-notices', filter, sort: { field: 'receivedAt', direction: 'desc' } } as const;
    return pageOf<ChannelNoticeRow, ChannelNoticeView>(this.readModels, this.mac, list, page, ({ key, value: { receivedAt, ...notice } }) => ({
      ...notice,
      id: key,
      receivedAt: toIso(receivedAt),
    }));
  }
}
