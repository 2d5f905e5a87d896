import type { OrderEvent } from '../../domain/order/events';

interface Returned {
  readonly reference: string;
  /** What it gives back of money that had been taken too much. */
  readonly settlesMinor: number;
  /** What of it lies there too much once it is refused: no goods come for a part that was not delivered. */
  readonly leavesMinor: number;
  readonly giftMinor: number;
}

/**
 * What people of the shop gave away of the price of one order, by its events in their order and nobody's fold but this: what they gave back
 * while nothing too much lay there, and what was not the price of cards that they took back. Minor units.
 */
export class GivenBack {
  private priceMinor = 0;
  private unitMinor = 0;
  private kept: string | null = null;
  private readonly captured = new Map<string, number>();
  private readonly tooMuch = new Map<string, number>();
  private readonly returns = new Map<string, Returned>();
  private gifts = 0;

  get giftsMinor(): number {
    return this.gifts;
  }

  see(event: OrderEvent): void {
    switch (event.type) {
      case 'OrderSubmitted':
        this.unitMinor = event.data.terms.unitPrice.amountMinor;
        this.priceMinor = event.data.quantity * this.unitMinor;
        return;
      case 'PaymentConfirmed':
      case 'LatePaymentReceived':
        this.took(event.data.reference, event.data.captured.amountMinor);
        this.kept = event.data.reference;
        return this.change(event.data.reference, -this.priceMinor);
      case 'SurplusPaymentConfirmed':
      case 'PaymentMismatched':
      case 'PaymentCapturedAgain':
        return this.took(event.data.reference, event.data.captured.amountMinor);
      case 'RefundOrdered':
        return this.ordered(event.data);
      case 'RefundRefused':
        return this.refused(event.data.refundReference);
      case 'Compensated':
        if (event.data.method === 'REFUND') this.gifts += this.returns.get(event.data.refundReference)?.giftMinor ?? 0;
        return;
      default:
        return;
    }
  }

  /** Whatever comes in is too much until the order has taken its price out of it. */
  private took(reference: string, capturedMinor: number): void {
    const before = this.captured.get(reference) ?? 0;
    this.captured.set(reference, Math.max(before, capturedMinor));
    this.change(reference, Math.max(0, capturedMinor - before));
  }

  private ordered({ refundReference, reference, amount, cause, takesBack }: Extract<OrderEvent, { type: 'RefundOrdered' }>['data']): void {
    const ofCards = cause === 'PARTIAL' ? amount.amountMinor : Math.min(amount.amountMinor, takesBack.length * this.unitMinor);
    const rest = amount.amountMinor - ofCards;
    const settlesMinor = Math.min(rest, Math.max(0, this.tooMuch.get(reference) ?? 0));
    const giftMinor = cause === 'PERSON' && reference === this.kept ? rest - settlesMinor : 0;
    const leavesMinor = settlesMinor + (cause === 'PARTIAL' ? amount.amountMinor : 0);
    this.returns.set(refundReference, { reference, settlesMinor, leavesMinor, giftMinor });
    this.change(reference, -settlesMinor);
  }

  private refused(refundReference: string): void {
    const returned = this.returns.get(refundReference);
    if (returned !== undefined) this.change(returned.reference, returned.leavesMinor);
  }

  private change(reference: string, minor: number): void {
    this.tooMuch.set(reference, (this.tooMuch.get(reference) ?? 0) + minor);
  }
}
