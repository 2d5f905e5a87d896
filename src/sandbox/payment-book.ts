import type { PaymentRequestV1, PaymentV1, RefundV1 } from '../protocols/gateway-v1';
import { NO_CURRENCY } from '../protocols/wire';

/** What an order made by an epay call has besides. */
export interface EpayTerms {
  readonly variant: 'MD5' | 'RSA';
  readonly type: string;
  readonly name: string;
  readonly param: string;
}

/** One payment as the gateway knows it: the truth, whatever a fault makes it answer. Amounts in integer minor units. */
export interface PaymentRecord {
  readonly reference: string;
  /** The body of the first request as it came; undefined for an id that was closed before it was seen. */
  readonly requestText?: string | undefined;
  readonly merchantId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly notifyUrl?: string | undefined;
  readonly returnUrl?: string | undefined;
  /** Undefined for payments of gateway v1. */
  readonly epay?: EpayTerms | undefined;
  /** Whose door it came in by, where that is none of gateway v1 or epay. */
  readonly madeAt?: 'stripe' | 'hosted' | 'alipay' | undefined;
  readonly createdAtMs: number;
  status: PaymentV1['status'];
  capturedMinor: number;
  refundedMinor: number;
  paidAtMs: number | undefined;
  reason: string | undefined;
  /** When its state last changed, milliseconds since 1970 UTC. */
  changedAtMs: number;
  /** It will be captured later without anybody asking. */
  pending: boolean;
  /** Notices begun for it; part of their ids. */
  notices: number;
  readonly refunds: RefundRecord[];
}

/** The gateway's own name of the money that a payment took. */
export const transactionIdOf = ({ reference }: PaymentRecord): string => `tx_${reference}`;

export interface RefundRecord {
  readonly refundReference: string;
  readonly amountMinor: number;
  readonly createdAtMs: number;
  status: RefundV1['status'];
  reason: string | undefined;
  changedAtMs: number;
}

type Terms = Pick<
  PaymentRecord,
  'reference' | 'requestText' | 'merchantId' | 'amountMinor' | 'currency' | 'notifyUrl' | 'returnUrl' | 'epay' | 'madeAt'
>;

/** `multiple` charges so many times the amount; `offByMinor` misses it. Both only when a fault says so. */
export interface Capture {
  readonly amountMinor?: number | undefined;
  readonly multiple?: number;
  readonly offByMinor?: number;
}

/** The book of all payments. It moves money and keeps the rules of gateway v1; it knows nothing of HTTP, faults or notices. */
export class PaymentBook {
  private readonly payments = new Map<string, PaymentRecord>();

  /** `stored` is told of every change before anybody else hears of it. */
  constructor(
    private readonly nowMs: () => number,
    private readonly stored: (payment: PaymentRecord) => void,
  ) {}

  all(): IterableIterator<PaymentRecord> {
    return this.payments.values();
  }

  find(reference: string): PaymentRecord | undefined {
    return this.payments.get(reference);
  }

  /** Takes a payment back in as it was stored. */
  restore(payment: PaymentRecord): void {
    this.payments.set(payment.reference, payment);
  }

  open(request: Omit<PaymentRequestV1, 'kind' | 'expiresAt'>, requestText: string, made: Pick<PaymentRecord, 'epay' | 'madeAt'> = {}): PaymentRecord {
    const { reference, merchantId, amountMinor, currency, notifyUrl, returnUrl } = request;
    return this.add({ reference, requestText, merchantId, amountMinor, currency, notifyUrl, returnUrl, ...made });
  }

  /** An id that is closed before it was ever seen stays closed, whatever is asked under it later. */
  placeholder(reference: string, merchantId: string): PaymentRecord {
    const payment = this.add({ reference, merchantId, amountMinor: 0, currency: NO_CURRENCY });
    payment.status = 'CLOSED';
    return this.changed(payment);
  }

  capture(payment: PaymentRecord, { amountMinor = payment.amountMinor, multiple = 1, offByMinor = 0 }: Capture = {}): PaymentRecord {
    payment.capturedMinor += amountMinor * multiple + offByMinor;
    payment.status = 'PAID';
    payment.paidAtMs ??= this.nowMs();
    payment.pending = false;
    payment.reason = undefined;
    return this.changed(payment);
  }

  decline(payment: PaymentRecord, reason: string): PaymentRecord {
    payment.status = 'DECLINED';
    payment.reason = reason;
    return this.changed(payment);
  }

  close(payment: PaymentRecord): PaymentRecord {
    payment.status = 'CLOSED';
    payment.pending = false;
    return this.changed(payment);
  }

  awaitCapture(payment: PaymentRecord): PaymentRecord {
    payment.pending = true;
    return this.changed(payment);
  }

  refund(payment: PaymentRecord, refundReference: string, amountMinor: number, status: RefundV1['status'], reason?: string): RefundRecord {
    const nowMs = this.nowMs();
    const refund: RefundRecord = { refundReference, amountMinor, createdAtMs: nowMs, status: 'PENDING', reason: undefined, changedAtMs: nowMs };
    payment.refunds.push(refund);
    if (status === 'PENDING') this.changed(payment);
    else this.settleRefund(payment, refund, status, reason);
    return refund;
  }

  settleRefund(payment: PaymentRecord, refund: RefundRecord, status: RefundV1['status'], reason?: string): void {
    refund.status = status;
    refund.changedAtMs = this.nowMs();
    refund.reason = reason;
    if (status === 'REFUNDED') payment.refundedMinor += refund.amountMinor;
    this.changed(payment);
  }

  private add(terms: Terms): PaymentRecord {
    const nowMs = this.nowMs();
    const payment: PaymentRecord = {
      reference: terms.reference,
      requestText: terms.requestText,
      merchantId: terms.merchantId,
      amountMinor: terms.amountMinor,
      currency: terms.currency,
      notifyUrl: terms.notifyUrl,
      returnUrl: terms.returnUrl,
      epay: terms.epay,
      madeAt: terms.madeAt,
      createdAtMs: nowMs,
      status: 'OPEN',
      capturedMinor: 0,
      refundedMinor: 0,
      paidAtMs: undefined,
      reason: undefined,
      changedAtMs: nowMs,
      pending: false,
      notices: 0,
      refunds: [],
    };
    this.payments.set(payment.reference, payment);
    return this.changed(payment);
  }

  private changed(payment: PaymentRecord): PaymentRecord {
    payment.changedAtMs = this.nowMs();
    this.stored(payment);
    return payment;
  }
}

/** The payment as it was when it was opened. */
export const asOpened = (payment: PaymentRecord): PaymentRecord => ({ ...payment, status: 'OPEN', capturedMinor: 0, refundedMinor: 0 });

/** What may still be refunded: captured, less what was returned or is on its way back. */
export function refundableMinor(payment: PaymentRecord): number {
  return payment.refunds.reduce((rest, { status, amountMinor }) => (status === 'REFUSED' ? rest : rest - amountMinor), payment.capturedMinor);
}
