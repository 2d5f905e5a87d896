import type {
  CallAnswer,
  CallOptions,
  IncomingNotice,
  NoticeCheck,
  PaymentFacts,
  PaymentGateway,
  PaymentRequest,
  RefundFacts,
} from '../../application/ports/gateway';
import type { Life } from '../node/life';
import type { Surroundings } from '../world/surroundings';
import type { Fate } from './faulty-event-store';
import { type SimulatedGateway, verifyNotice } from './simulated-gateway';
import { Wire } from './wire';

/** One process calling one gateway. */
export class GatewayOverTheWire implements PaymentGateway {
  readonly noticeAccepted = { status: 200, contentType: 'application/json', body: '{"ok":true}' };

  private readonly wire: Wire;

  constructor(
    private readonly gateway: SimulatedGateway,
    around: Surroundings,
    life: Life,
    fate: Fate,
  ) {
    this.wire = new Wire({ side: 'gateway', id: gateway.options.id }, around, life, fate);
  }

  get flags(): PaymentGateway['flags'] {
    return this.gateway.options.flags;
  }

  get notFoundFinalAfterSeconds(): number {
    return this.gateway.options.notFoundFinalAfterSeconds;
  }

  get merchantId(): string {
    return this.gateway.merchantId;
  }

  request(payment: PaymentRequest, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    return this.wire.call(`request ${payment.reference}`, payment.reference, options, () => this.gateway.request(payment));
  }

  query(reference: string, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    return this.wire.call(`query ${reference}`, reference, options, () => this.gateway.query(reference));
  }

  close(reference: string, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    return this.wire.call(`close ${reference}`, reference, options, () => this.gateway.close(reference));
  }

  refund(refund: { reference: string; refundReference: string; amountMinor: number }, options: CallOptions): Promise<CallAnswer<RefundFacts>> {
    const { reference, refundReference, amountMinor } = refund;
    return this.wire.call(`refund ${refundReference}`, refundReference, options, () => this.gateway.refund(refundReference, reference, amountMinor));
  }

  queryRefund({ refundReference }: { refundReference: string }, options: CallOptions): Promise<CallAnswer<RefundFacts>> {
    return this.wire.call(`query-refund ${refundReference}`, refundReference, options, () => this.gateway.queryRefund(refundReference));
  }

  verifyNotice(notice: IncomingNotice): NoticeCheck {
    return verifyNotice(this.gateway.options.id, notice);
  }
}
