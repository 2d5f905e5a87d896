import { ReceiveChannelNotice } from '../../application/commands/receive-channel-notice';
import { ReceiveGatewayNotice } from '../../application/commands/receive-gateway-notice';
import type { NoticeAnswer } from '../../application/notice-door';
import type { Answer, Requests } from '../people/requests';
import type { OutgoingNotice } from '../ports/notice-round';
import type { Scheduler } from './scheduler';

/** Where gateways and channels ring. True when the notice was taken. */
export class NoticeDoors {
  constructor(
    private readonly requests: Requests,
    private readonly scheduler: Scheduler,
  ) {}

  async ofGateways(gatewayId: string, notice: OutgoingNotice): Promise<boolean> {
    const incoming = { ...notice, receivedAtMs: this.scheduler.now };
    return isTaken(await this.requests.send(`notice ${gatewayId}`, (desk) => desk.notice.execute(new ReceiveGatewayNotice(gatewayId, incoming))));
  }

  async ofChannels(channelId: string, notice: OutgoingNotice): Promise<boolean> {
    const incoming = { ...notice, receivedAtMs: this.scheduler.now };
    return isTaken(
      await this.requests.send(`notice ${channelId}`, (desk) => desk.channelNotice.execute(new ReceiveChannelNotice(channelId, incoming))),
    );
  }
}

const isTaken = (answer: Answer<NoticeAnswer>): boolean => answer.outcome === 'answered' && answer.value.status < 300;
