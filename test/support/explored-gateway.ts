import type { PaymentAnswer, PaymentReport, RefundAnswer } from '../../src/domain/order/commands';
import type { OrderEventData } from '../../src/domain/order/events';
import type { GatewayView } from '../../src/domain/order/plan';
import { gatewayView } from './given';
import type { Chance } from './chance';

export interface BookedPayment {
  readonly reference: string;
  readonly kind: 'REDIRECT' | 'CHARGE' | 'PLACEHOLDER';
  readonly amountMinor: number;
  readonly bookedAt: number;
  status: 'OPEN' | 'PAID' | 'DECLINED' | 'CLOSED';
  /** A query may still see this status for a moment. */
  before: { readonly status: 'OPEN' | 'DECLINED'; readonly until: number } | null;
  capturedMinor: number;
}

export interface BookedRefund {
  readonly refundReference: string;
  readonly reference: string;
  readonly amountMinor: number;
  status: 'REFUNDED' | 'PENDING' | 'REFUSED';
}

/** What really happened to the money, in memory, with faults on request. It keeps gateway v1 as far as its flags promise it. */
export class ExploredGateway {
  readonly payments = new Map<string, BookedPayment>();
  readonly refunds = new Map<string, BookedRefund>();
  readonly broken: string[] = [];

  constructor(
    readonly id: string,
    readonly flags: GatewayView['flags'],
    private readonly chance: Chance,
  ) {}

  get view(): GatewayView {
    return gatewayView({ flags: this.flags });
  }

  request(data: OrderEventData<'PaymentRequested'>, now: number, faulty: boolean): PaymentAnswer {
    const there = this.payments.get(data.reference);
    if (there !== undefined) {
      if (!this.flags.replay && there.kind !== 'PLACEHOLDER') this.broken.push(`${data.reference} was sent twice to a gateway that does not replay`);
      return this.report(there);
    }
    if (faulty && this.chance.hit(0.08)) return { kind: 'REFUSED', code: 'REFUSED' };
    const payment: BookedPayment = {
      reference: data.reference,
      kind: data.kind,
      amountMinor: data.amount.amountMinor,
      bookedAt: now,
      status: 'OPEN',
      before: null,
      capturedMinor: 0,
    };
    this.payments.set(data.reference, payment);
    if (data.kind === 'CHARGE') {
      if (this.chance.hit(0.6)) this.pay(payment, now, faulty);
      else if (this.chance.hit(0.5)) this.decline(payment, now);
    }
    return this.report(payment);
  }

  query(reference: string, now: number, faulty: boolean): PaymentAnswer {
    if (!this.flags.lookup) this.broken.push(`${reference} was asked about at a gateway that cannot be asked`);
    const payment = this.payments.get(reference);
    const appearsLate = faulty && payment !== undefined && now - payment.bookedAt < 10_000 && this.chance.hit(0.3);
    if (payment === undefined || appearsLate) return { kind: 'NOT_FOUND', final: false };
    const stale = faulty && payment.before !== null && now < payment.before.until && this.chance.hit(0.5);
    return stale && payment.before !== null ? this.report({ ...payment, status: payment.before.status, capturedMinor: 0 }) : this.report(payment);
  }

  close(reference: string, now: number, faulty: boolean): PaymentAnswer {
    if (!this.flags.cancel) this.broken.push(`${reference} was closed at a gateway that cannot close`);
    const payment = this.payments.get(reference) ?? this.placeholder(reference, now);
    if (payment.status === 'OPEN' && !(faulty && payment.kind === 'CHARGE' && this.chance.hit(0.5))) this.set(payment, 'CLOSED', now);
    const answer = this.report(payment);
    if (payment.status === 'DECLINED') payment.status = 'CLOSED';
    return answer;
  }

  /** What a person does at the desk of the gateway: nothing can be captured afterwards. */
  closeByHand(reference: string, now: number): BookedPayment {
    const payment = this.payments.get(reference) ?? this.placeholder(reference, now);
    if (payment.status !== 'PAID') payment.status = 'CLOSED';
    return payment;
  }

  pay(payment: BookedPayment, now: number, faulty: boolean): void {
    if (payment.status === 'CLOSED' || (payment.status === 'PAID' && !faulty)) return;
    payment.capturedMinor += faulty && this.flags.lookup && this.chance.hit(0.03) ? payment.amountMinor - 1 : payment.amountMinor;
    this.set(payment, 'PAID', now);
  }

  decline(payment: BookedPayment, now: number): void {
    if (payment.status === 'OPEN') this.set(payment, 'DECLINED', now);
  }

  refund(refundReference: string, reference: string, amountMinor: number, faulty: boolean): RefundAnswer {
    const there = this.refunds.get(refundReference);
    if (there !== undefined) {
      if (!this.flags.replay) this.broken.push(`${refundReference} was sent twice to a gateway that does not replay`);
      return this.reportRefund(there);
    }
    const payment = this.payments.get(reference);
    if (payment === undefined || amountMinor <= 0 || this.promisedBack(reference) + amountMinor > payment.capturedMinor) {
      this.broken.push(`${refundReference} returns ${amountMinor}, more than what was captured`);
      return { kind: 'REFUSED', code: 'AMOUNT_TOO_LARGE', definite: false };
    }
    if (faulty && this.chance.hit(0.05)) return { kind: 'REFUSED', code: 'TRY_LATER', definite: false };
    const status = !faulty || this.chance.hit(0.6) ? 'REFUNDED' : this.chance.hit(0.7) ? 'PENDING' : 'REFUSED';
    const refund: BookedRefund = { refundReference, reference, amountMinor, status };
    this.refunds.set(refundReference, refund);
    return this.reportRefund(refund);
  }

  queryRefund(refundReference: string): RefundAnswer {
    if (!this.flags.lookup) this.broken.push(`${refundReference} was asked about at a gateway that cannot be asked`);
    const refund = this.refunds.get(refundReference);
    return refund === undefined ? { kind: 'NOT_FOUND', final: false, retryAt: 0 } : this.reportRefund(refund);
  }

  /** What a person at the desk of the gateway finds out, and settles for good: a sending that comes later is refused. */
  settleByHand(refundReference: string, reference: string, amountMinor: number): 'REFUNDED' | 'NOT_REFUNDED' {
    const refund = this.refunds.get(refundReference);
    if (refund === undefined) this.refunds.set(refundReference, { refundReference, reference, amountMinor, status: 'REFUSED' });
    else if (refund.status === 'PENDING') refund.status = this.chance.hit(0.5) ? 'REFUNDED' : 'REFUSED';
    return this.refunds.get(refundReference)?.status === 'REFUNDED' ? 'REFUNDED' : 'NOT_REFUNDED';
  }

  capturedMinor(reference: string): number {
    return this.payments.get(reference)?.capturedMinor ?? 0;
  }

  refundedMinor(reference: string): number {
    return this.sum(reference, (refund) => refund.status === 'REFUNDED');
  }

  private promisedBack(reference: string): number {
    return this.sum(reference, (refund) => refund.status !== 'REFUSED');
  }

  private sum(reference: string, counts: (refund: BookedRefund) => boolean): number {
    return [...this.refunds.values()].filter((r) => r.reference === reference && counts(r)).reduce((sum, r) => sum + r.amountMinor, 0);
  }

  private placeholder(reference: string, now: number): BookedPayment {
    const payment: BookedPayment = {
      reference,
      kind: 'PLACEHOLDER',
      amountMinor: 0,
      bookedAt: now,
      status: 'CLOSED',
      before: null,
      capturedMinor: 0,
    };
    this.payments.set(reference, payment);
    return payment;
  }

  private set(payment: BookedPayment, status: BookedPayment['status'], now: number): void {
    if (payment.status === 'OPEN' || payment.status === 'DECLINED') payment.before = { status: payment.status, until: now + this.chance.upTo(5_000) };
    payment.status = status;
  }

  private report({ status, amountMinor, capturedMinor }: BookedPayment): PaymentAnswer {
    const report: PaymentReport = { status, merchantId: 'm1', amountMinor, capturedMinor, currency: 'CNY' };
    return { kind: 'REPORTED', report };
  }

  private reportRefund({ status }: BookedRefund): RefundAnswer {
    return status === 'REFUSED' ? { kind: 'REFUSED', code: 'REFUSED', definite: true } : { kind: status };
  }
}
