import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Settings } from '../settings';
import { channelView, type ChannelView } from './list-channels';
import { Query, type QueryHandler } from './query';
import type { TimeoutOf } from './timeout-view';

/** One channel; null when there is none. */
export class GetChannel extends Query<ChannelView | null> {
  static readonly operation = 'channel';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly channelId: string,
  ) {
    super();
  }
}

export class GetChannelHandler implements QueryHandler<GetChannel> {
  readonly query = GetChannel;
  constructor(
    private readonly settings: Pick<Settings, 'channel' | 'allSkus'>,
    private readonly timeoutOf: TimeoutOf,
    private readonly waitingMax: number,
  ) {}

  async execute({ caller, channelId }: GetChannel): Promise<ChannelView | null> {
    requireRole(GetChannel, caller);
    const channel = this.settings.channel(channelId);
    return channel === undefined ? null : channelView(channel, this.settings, this.timeoutOf, this.waitingMax);
  }
}
