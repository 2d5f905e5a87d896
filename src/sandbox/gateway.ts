import type { PaymentV1, RefundV1 } from '../protocols/gateway-v1';
import { DELAY_MS } from './delays';
import type { Delays } from './delays';
import type { Fault, FaultName, Occasion } from './faults';
import type { Courier } from './notices';
import { transactionIdOf } from './payment-book';
import type { Capture, PaymentBook, PaymentRecord, RefundRecord } from './payment-book';
import type { FalseNotice, Subject, Teller } from './teller';

export interface GatewayParts {
  readonly merchantId: string;
  readonly publicUrl: string;
  readonly book: PaymentBook;
  readonly delays: Delays;
  readonly teller: Teller;
  /** Who writes the notices of a payment. */
  readonly courierFor: (payment: PaymentRecord) => Courier<PaymentV1>;
}

/** A captured payment may be captured wrongly, or later, when a fault (or a telling instrument) says so. */
type How = { readonly fault: FaultName | undefined; readonly ms: number | undefined };

/** What the gateway does with a payment, and whom it tells. Every change of money or status sends its notice from here. */
export class Gateway {
  readonly merchantId: string;
  readonly publicUrl: string;
  readonly book: PaymentBook;
  readonly delays: Delays;

  constructor(private readonly parts: GatewayParts) {
    ({ merchantId: this.merchantId, publicUrl: this.publicUrl, book: this.book, delays: this.delays } = parts);
  }

  view(payment: PaymentRecord): PaymentV1 {
    return paymentView(payment, this.publicUrl);
  }

  capture(payment: PaymentRecord, how: How | undefined, occasion: Occasion, amountMinor?: number): void {
    if (how?.fault === 'pending') {
      this.book.awaitCapture(payment);
      this.delays.after(how.ms ?? DELAY_MS.pending, () => this.settle(payment, occasion));
      this.lieAbout(payment, occasion);
      return;
    }
    this.book.capture(payment, { amountMinor, ...captureFor(how?.fault, amountMinor ?? payment.amountMinor) });
    this.tell(payment, occasion);
  }

  /** A capture that was announced happens unless the payment was closed meanwhile. */
  settle(payment: PaymentRecord, occasion: Occasion): void {
    if (payment.status === 'OPEN') this.capture(payment, undefined, occasion);
  }

  decline(payment: PaymentRecord, reason: string, occasion: Occasion): void {
    this.book.decline(payment, reason);
    this.tell(payment, occasion);
  }

  close(payment: PaymentRecord, occasion: Occasion): void {
    this.book.close(payment);
    this.tell(payment, occasion);
  }

  refund(payment: PaymentRecord, refundReference: string, amountMinor: number, fault: Fault | undefined, occasion: Occasion): RefundRecord {
    if (fault?.fault === 'pending') {
      const refund = this.book.refund(payment, refundReference, amountMinor, 'PENDING');
      this.delays.after(fault.ms ?? DELAY_MS.pending, () => this.settleRefund(payment, refund, occasion));
      return refund;
    }
    const refused = fault?.fault === 'refuse';
    const refund = this.book.refund(payment, refundReference, amountMinor, refused ? 'REFUSED' : 'REFUNDED', refused ? 'REFUSED_BY_BANK' : undefined);
    this.tell(payment, occasion);
    return refund;
  }

  settleRefund(payment: PaymentRecord, refund: RefundRecord, occasion: Occasion): void {
    this.book.settleRefund(payment, refund, 'REFUNDED');
    this.tell(payment, occasion);
  }

  /** What a fault keeps from those who ask, for a while. */
  notYetSeen({ createdAtMs }: { readonly createdAtMs: number }, fault: Fault | undefined): boolean {
    return fault?.fault === 'appears-late' && this.delays.nowMs() - createdAtMs < this.delays.scaled(fault.ms ?? DELAY_MS.appearsLate);
  }

  /** Nothing happened that is worth a notice; somebody who wants to deceive sends one all the same. */
  lieAbout(payment: PaymentRecord, occasion: Occasion): void {
    this.parts.teller.lieAbout(this.subject(payment), occasion);
  }

  private tell(payment: PaymentRecord, occasion: Occasion): void {
    this.parts.teller.tell(this.subject(payment), occasion);
  }

  private subject(payment: PaymentRecord): Subject<PaymentV1> {
    const facts = (): PaymentV1 => this.view(payment);
    return {
      reference: payment.reference,
      url: payment.notifyUrl,
      nextNotice: () => ++payment.notices,
      facts,
      untruth: (fault) => untruth(facts(), fault),
      courier: this.parts.courierFor(payment),
    };
  }
}

/** Paid, whatever it is, and not paid when it is. */
function untruth(payment: PaymentV1, fault: FalseNotice): PaymentV1 {
  const paid = { ...payment, status: 'PAID', capturedMinor: payment.amountMinor } as const;
  if (fault === 'foreign-notice') return { ...paid, merchantId: 'somebody-else' };
  if (fault === 'lying-notice' && payment.status === 'PAID') return { ...paid, status: 'DECLINED', capturedMinor: 0 };
  return paid;
}

/** What one capture takes when it goes wrong. A wrong amount is one minor unit short, or over where nothing would remain. */
function captureFor(fault: FaultName | undefined, amountMinor: number): Capture {
  if (fault === 'wrong-amount') return { offByMinor: amountMinor > 1 ? -1 : 1 };
  return { multiple: fault === 'paid-twice' ? 2 : 1 };
}

export function paymentView(payment: PaymentRecord, publicUrl: string): PaymentV1 {
  const { reference, merchantId, status, amountMinor, capturedMinor, refundedMinor, currency, paidAtMs, reason } = payment;
  return {
    reference,
    merchantId,
    status,
    amountMinor,
    capturedMinor,
    refundedMinor,
    currency,
    ...(payment.requestText !== undefined && { payUrl: `${publicUrl}/pay/${reference}` }),
    ...(status === 'PAID' && paidAtMs !== undefined && { transactionId: transactionIdOf(payment), paidAt: new Date(paidAtMs).toISOString() }),
    ...(reason !== undefined && { reason }),
  };
}

export const refundView = ({ refundReference, status, reason }: RefundRecord): RefundV1 => ({
  refundReference,
  status,
  ...(reason !== undefined && { reason }),
});
