/** What really happened to the money: the ledger of one gateway. Amounts in minor units. */
export interface BookedPayment {
  readonly reference: string;
  readonly kind: 'redirect' | 'charge' | 'placeholder';
  readonly amountMinor: number;
  readonly currency: string;
  readonly body: string;
  readonly bookedAt: number;
  status: 'OPEN' | 'PAID' | 'DECLINED' | 'CLOSED';
  capturedMinor: number;
  /** How often money was taken. */
  captures: number;
  /** A question may still be answered with this for a moment. */
  before: { readonly status: 'OPEN' | 'DECLINED'; readonly until: number } | null;
}

export interface BookedRefund {
  readonly refundReference: string;
  readonly reference: string;
  readonly amountMinor: number;
  status: 'REFUNDED' | 'PENDING' | 'REFUSED';
}

const STALE_MS = 5_000;

/** Books of one gateway, without any network: what it takes, keeps and gives back. `broken` is told what no caller may do. */
export class GatewayBook {
  readonly payments = new Map<string, BookedPayment>();
  readonly refunds = new Map<string, BookedRefund>();

  constructor(
    readonly id: string,
    readonly flags: { readonly replay: boolean; readonly lookup: boolean; readonly cancel: boolean },
    private readonly now: () => number,
    private readonly broken: (invariant: string, about: string, reference: string) => void,
    private readonly onChange: (payment: BookedPayment) => void,
  ) {}

  /** The same reference with the same body is the same payment; 'mismatch' when the body is another one. */
  request(reference: string, kind: 'redirect' | 'charge', amountMinor: number, currency: string, body: string): BookedPayment | 'mismatch' {
    const there = this.payments.get(reference);
    if (there === undefined) {
      const bookedAt = this.now();
      const payment: BookedPayment = {
        reference,
        kind,
        amountMinor,
        currency,
        body,
        bookedAt,
        status: 'OPEN',
        capturedMinor: 0,
        captures: 0,
        before: null,
      };
      this.payments.set(reference, payment);
      return payment;
    }
    if (there.kind === 'placeholder') return there;
    if (!this.flags.replay) this.broken('I17', `payment ${reference} was requested twice of a gateway that does not replay`, reference);
    if (there.body !== body) this.broken('I6', `payment ${reference} was requested again with another body`, reference);
    return there.body === body ? there : 'mismatch';
  }

  close(reference: string): BookedPayment {
    if (!this.flags.cancel) this.broken('I8', `payment ${reference} was closed at a gateway that cannot close`, reference);
    const payment = this.payments.get(reference) ?? this.placeholder(reference);
    if (payment.status === 'OPEN' || payment.status === 'DECLINED') this.set(payment, 'CLOSED');
    return payment;
  }

  /** What a person does at the desk of the gateway. */
  closeByHand(reference: string): BookedPayment {
    const payment = this.payments.get(reference) ?? this.placeholder(reference);
    if (payment.status !== 'PAID') payment.status = 'CLOSED';
    return payment;
  }

  /** False when no money was taken. A second time on a paid reference takes money again. */
  pay(payment: BookedPayment, amountMinor = payment.amountMinor): boolean {
    if (payment.status === 'CLOSED') return false;
    payment.capturedMinor += amountMinor;
    payment.captures++;
    this.set(payment, 'PAID');
    return true;
  }

  decline(payment: BookedPayment): void {
    if (payment.status === 'OPEN') this.set(payment, 'DECLINED');
  }

  refund(refundReference: string, reference: string, amountMinor: number, settlesAs: BookedRefund['status']): BookedRefund | 'mismatch' {
    const there = this.refunds.get(refundReference);
    if (there !== undefined) {
      if (!this.flags.replay) this.broken('I17', `refund ${refundReference} was requested twice of a gateway that does not replay`, reference);
      return there.amountMinor === amountMinor ? there : 'mismatch';
    }
    const payment = this.payments.get(reference);
    if (payment === undefined || amountMinor <= 0 || this.promisedBack(reference) + amountMinor > payment.capturedMinor) {
      this.broken('I3', `refund ${refundReference} asks ${amountMinor} back, more than what is left of ${payment?.capturedMinor ?? 0}`, reference);
      return 'mismatch';
    }
    const refund: BookedRefund = { refundReference, reference, amountMinor, status: settlesAs };
    this.refunds.set(refundReference, refund);
    return refund;
  }

  refundedMinor(reference: string): number {
    return this.sum(reference, ({ status }) => status === 'REFUNDED');
  }

  private promisedBack(reference: string): number {
    return this.sum(reference, ({ status }) => status !== 'REFUSED');
  }

  private sum(reference: string, counts: (refund: BookedRefund) => boolean): number {
    let sum = 0;
    for (const refund of this.refunds.values()) if (refund.reference === reference && counts(refund)) sum += refund.amountMinor;
    return sum;
  }

  private placeholder(reference: string): BookedPayment {
    const payment: BookedPayment = {
      reference,
      kind: 'placeholder',
      amountMinor: 0,
      currency: 'CNY',
      body: '',
      bookedAt: this.now(),
      status: 'CLOSED',
      capturedMinor: 0,
      captures: 0,
      before: null,
    };
    this.payments.set(reference, payment);
    return payment;
  }

  private set(payment: BookedPayment, status: BookedPayment['status']): void {
    if (payment.status === 'OPEN' || payment.status === 'DECLINED') payment.before = { status: payment.status, until: this.now() + STALE_MS };
    payment.status = status;
    this.onChange(payment);
  }
}
