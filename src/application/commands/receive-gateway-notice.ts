import type { NoticeAnswer } from '../notice-door';
import type { IncomingNotice } from '../ports/outside-call';
import type { NoticeDesk } from '../receive-notice';
import { Command, type CommandHandler } from './command';

/** A callback of a payment gateway, byte for byte. Its signature is its only right; no API key plays a part. */
export class ReceiveGatewayNotice extends Command<NoticeAnswer> {
  constructor(
    readonly gatewayId: string,
    readonly notice: IncomingNotice,
  ) {
    super();
  }
}

export class ReceiveGatewayNoticeHandler implements CommandHandler<ReceiveGatewayNotice> {
  readonly command = ReceiveGatewayNotice;
  constructor(private readonly desk: NoticeDesk) {}

  execute({ gatewayId, notice }: ReceiveGatewayNotice): Promise<NoticeAnswer> {
    return this.desk.receive(gatewayId, notice);
  }
}
