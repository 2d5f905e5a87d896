import type { NoticeAnswer } from '../notice-door';
import type { IncomingNotice } from '../ports/outside-call';
import type { ChannelNoticeDesk } from '../receive-channel-notice';
import { Command, type CommandHandler } from './command';

/** A callback of an issuing channel, byte for byte. Its signature is its only right; no API key plays a part. */
export class ReceiveChannelNotice extends Command<NoticeAnswer> {
  constructor(
    readonly channelId: string,
    readonly notice: IncomingNotice,
  ) {
    super();
  }
}

export class ReceiveChannelNoticeHandler implements CommandHandler<ReceiveChannelNotice> {
  readonly command = ReceiveChannelNotice;
  constructor(private readonly desk: ChannelNoticeDesk) {}

  execute({ channelId, notice }: ReceiveChannelNotice): Promise<NoticeAnswer> {
    return this.desk.receive(channelId, notice);
  }
}
