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
import { orderIdOfReference } from '../../domain/kernel/ids';
import type { Life } from '../node/life';
import type { Surroundings } from '../world/surroundings';
import type { Fate } from './faulty-event-store';
import { type SimulatedGateway, verifyNotice } from './simulated-gateway';

/** A connection takes so long at most before a request leaves: long enough to be stopped in between. */
const CONNECT_MS_MAX = 20;
/** A request that lingers arrives within so long; nobody waits for its answer any more. */
const LINGERS_MS_MAX = 45_000;

/** One process calling one gateway: the request may be lost, late, or done with its answer lost; after the time-out nobody waits. */
export class GatewayOverTheWire implements PaymentGateway {
  readonly noticeAccepted = { status: 200, contentType: 'application/json', body: '{"ok":true}' };

  constructor(
    private readonly gateway: SimulatedGateway,
    private readonly around: Surroundings,
    private readonly life: Life,
    private readonly fate: Fate,
  ) {}

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
    return this.call(`request ${payment.reference}`, payment.reference, options, () => this.gateway.request(payment));
  }

  query(reference: string, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    return this.call(`query ${reference}`, reference, options, () => this.gateway.query(reference));
  }

  close(reference: string, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    return this.call(`close ${reference}`, reference, options, () => this.gateway.close(reference));
  }

  refund(refund: { reference: string; refundReference: string; amountMinor: number }, options: CallOptions): Promise<CallAnswer<RefundFacts>> {
    const { reference, refundReference, amountMinor } = refund;
    return this.call(`refund ${refundReference}`, refundReference, options, () => this.gateway.refund(refundReference, reference, amountMinor));
  }

  queryRefund({ refundReference }: { refundReference: string }, options: CallOptions): Promise<CallAnswer<RefundFacts>> {
    return this.call(`query-refund ${refundReference}`, refundReference, options, () => this.gateway.queryRefund(refundReference));
  }

  verifyNotice(notice: IncomingNotice): NoticeCheck {
    return verifyNotice(this.gateway.options.id, notice);
  }

  private call<F>(what: string, reference: string, options: CallOptions, effect: () => CallAnswer<F>): Promise<CallAnswer<F>> {
    const { delays } = this.around;
    const orderId = orderIdOfReference(reference) ?? undefined;
    return new Promise((resolve) => {
      this.fate(`before ${what}`, orderId);
      this.life.later(delays.of(`connect ${what}`, 0, CONNECT_MS_MAX), () => {
        if (options.maySend?.() === false) return resolve({ outcome: 'notDone', code: 'TOO_LATE' });
        if (this.isUnreachable(what, orderId)) return resolve({ outcome: 'notDone', code: 'CONNECTION_REFUSED' });
        this.send(what, orderId, options.timeoutMs, effect, resolve);
      });
    });
  }

  private send<F>(
    what: string,
    orderId: string | undefined,
    timeoutMs: number,
    effect: () => CallAnswer<F>,
    resolve: (answer: CallAnswer<F>) => void,
  ): void {
    const { faults, delays, scheduler, story } = this.around;
    const { id } = this.gateway.options;
    this.life.later(timeoutMs, () => resolve({ outcome: 'unknown', cause: 'TIMEOUT' }));
    const isStruck = (kind: 'gateway-lost' | 'gateway-silent' | 'gateway-late'): boolean => faults.strikes(kind, `${id} ${what}`, orderId);
    if (isStruck('gateway-lost')) return;
    const isLate = isStruck('gateway-late');
    const thereMs = isLate ? delays.of(`linger ${what}`, timeoutMs, LINGERS_MS_MAX) : delays.of(`call ${what}`, 5, 250);
    scheduler.after(thereMs, () => {
      const answer = effect();
      story.tell(`${id} ${what} ${answer.outcome}${answer.outcome === 'answered' ? ` ${(answer.facts as { status?: string }).status}` : ''}`);
      this.fate(`after ${what}`, orderId);
      if (!isStruck('gateway-silent')) this.life.later(delays.of(`answer ${what}`, 5, 100), () => resolve(answer));
    });
  }

  private isUnreachable(what: string, orderId: string | undefined): boolean {
    const { id } = this.gateway.options;
    return this.around.outages.has(`gateway ${id}`) || this.around.faults.strikes('gateway-unreachable', `${id} ${what}`, orderId);
  }
}
