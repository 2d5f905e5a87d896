import type { CallAnswer, CallOptions, PaymentFacts, PaymentRequest } from '../../application/ports/gateway';
import { answered, notDone } from '../http/outcomes';

/** Where the buyer pays. */
export interface PayPage {
  readonly payUrl?: string;
  readonly qrText?: string;
}

/** A payment that was just opened as it was asked for, and waits for its buyer. */
export function opened({ reference, merchantId, amountMinor, currency }: PaymentRequest, page: PayPage): CallAnswer<PaymentFacts> {
  return answered({ reference, merchantId, status: 'OPEN', amountMinor, capturedMinor: 0, refundedMinor: 0, currency, ...page });
}

/** Nothing is sent, so there is nothing to be in doubt about: the other side hears of the payment when the buyer opens the link. */
export function linked(payment: PaymentRequest, payUrl: string, { maySend, signal }: CallOptions): Promise<CallAnswer<PaymentFacts>> {
  if (signal?.aborted) return Promise.resolve(notDone('ABORTED'));
  return Promise.resolve(maySend?.() === false ? notDone('TOO_LATE') : opened(payment, { payUrl }));
}
