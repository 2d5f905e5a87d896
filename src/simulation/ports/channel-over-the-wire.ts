import type {
  BalanceFacts,
  ChannelFlags,
  ChannelNotice,
  IssuingChannel,
  PurchaseFacts,
  PurchaseRequest,
  StockFacts,
} from '../../application/ports/channel';
import type { CallAnswer, CallOptions, IncomingNotice, NoticeVerdict } from '../../application/ports/outside-call';
import type { Life } from '../node/life';
import type { Surroundings } from '../world/surroundings';
import type { Fate } from './faulty-event-store';
import { type SimulatedChannel, verifyChannelNotice } from './simulated-channel';
import { Wire } from './wire';

const notSupported: Promise<CallAnswer<never>> = Promise.resolve({ outcome: 'refused', code: 'NOT_SUPPORTED' });

/** One process calling one channel. What a flag would allow stays at home without it. */
export class ChannelOverTheWire implements IssuingChannel {
  readonly noticeAccepted = { status: 200, contentType: 'application/json', body: '{"ok":true}' };
  private readonly wire: Wire;

  constructor(
    private readonly channel: SimulatedChannel,
    around: Surroundings,
    life: Life,
    fate: Fate,
  ) {
    this.wire = new Wire({ side: 'channel', id: channel.options.id }, around, life, fate);
  }

  get flags(): ChannelFlags {
    return this.channel.options.flags;
  }

  get notFoundFinalAfterSeconds(): number {
    return this.channel.options.notFoundFinalAfterSeconds;
  }

  purchase(request: PurchaseRequest, options: CallOptions): Promise<CallAnswer<PurchaseFacts>> {
    const { requestId } = request;
    return this.wire.call(
      `purchase ${requestId}`,
      requestId,
      options,
      () => this.channel.purchase(request),
      () => this.channel.onItsWay(request),
    );
  }

  query(requestId: string, options: CallOptions): Promise<CallAnswer<PurchaseFacts>> {
    if (!this.flags.lookup) return notSupported;
    return this.wire.call(`query-purchase ${requestId}`, requestId, options, () => this.channel.query(requestId));
  }

  cancel(requestId: string, options: CallOptions): Promise<CallAnswer<PurchaseFacts>> {
    if (!this.flags.cancel) return notSupported;
    return this.wire.call(`cancel-purchase ${requestId}`, requestId, options, () => this.channel.cancel(requestId));
  }

  stock(product: string, options: CallOptions): Promise<CallAnswer<StockFacts>> {
    return this.wire.call(`stock ${product}`, product, options, () => this.channel.stock(product));
  }

  balance(options: CallOptions): Promise<CallAnswer<BalanceFacts>> {
    return this.wire.call('balance', '', options, () => this.channel.balance());
  }

  verifyNotice(notice: IncomingNotice): NoticeVerdict<ChannelNotice> {
    return verifyChannelNotice(this.channel.options.id, notice);
  }
}
