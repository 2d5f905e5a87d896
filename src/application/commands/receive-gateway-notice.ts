import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { NoticeAnswer } from '../notice-door';
import type { IncomingNotice } from '../ports/outside-call';
import type { NoticeDesk } from '../receive-notice';

/** A callback of a payment gateway, byte for byte. Its signature is its only right; no API key plays a part. */
export class ReceiveGatewayNotice extends Command<NoticeAnswer> {
  constructor(
    readonly gatewayId: string,
    readonly notice: IncomingNotice,
  ) {
    super();
  }
}

@CommandHandler(ReceiveGatewayNotice)
export class ReceiveGatewayNoticeHandler implements ICommandHandler<ReceiveGatewayNotice> {
  constructor(private readonly desk: NoticeDesk) {}

  execute({ gatewayId, notice }: ReceiveGatewayNotice): Promise<NoticeAnswer> {
    return this.desk.receive(gatewayId, notice);
  }
}
