import type { Money } from '../kernel/money';
import { SECOND_MS, toIso, type Instant } from '../kernel/time';
import { orderRefund } from './decide-refund';
import type { OrderEvent, PaymentEvidence } from './events';
import { inReview, keptPayment, paymentSubject, refundableMinor, type Payment, type SubmittedOrder } from './state';

export interface Confirmation {
  readonly captured: Money;
  readonly evidence: PaymentEvidence;
  readonly transactionId?: string;
  readonly at: Instant;
}

/** A definite answer closes the review that waited for it, and no other. */
export function answeredReview(state: SubmittedOrder, subject: string): readonly OrderEvent[] {
  return inReview(state, subject) ? [{ type: 'ReviewResolved', data: { subject, resolution: 'ANSWERED' } }] : [];
}

/** Money is known to be there: it is this order's payment, a late one, or one too many that goes back. */
export function confirm(state: SubmittedOrder, payment: Payment, { captured, evidence, transactionId, at }: Confirmation): readonly OrderEvent[] {
  const { reference, gatewayId } = payment;
  const { skuId, quantity, terms } = state.submitted;
  const facts = { reference, gatewayId, captured, evidence, ...(transactionId === undefined ? {} : { transactionId }) };
  const review = answeredReview(state, paymentSubject(reference));
  if (keptPayment(state) !== undefined) return [{ type: 'SurplusPaymentConfirmed', data: facts }, ...review];
  if (state.end === undefined) {
    const { kind, returnUrl, instrument } = payment.request;
    const method = { gatewayId, kind, ...(returnUrl === undefined ? {} : { returnUrl }), ...(instrument === undefined ? {} : { instrument }) };
    const dropped: readonly OrderEvent[] =
      state.changing === undefined ? [] : [{ type: 'PaymentMethodChangeDropped', data: { reference, payment: method } }];
    return [{ type: 'PaymentConfirmed', data: { ...facts, skuId, quantity } }, ...dropped, ...review];
  }
  const late: OrderEvent = { type: 'LatePaymentReceived', data: { ...facts, skuId, quantity } };
  const reopened: OrderEvent = {
    type: 'OrderReopened',
    data: { skuId, cause: 'LATE_PAYMENT', deliverBy: toIso(at + terms.deliverWithinSeconds * SECOND_MS) },
  };
  // Nobody could show to be the buyer of goods that came for it now: the money goes back.
  if (state.end.kind !== 'CANCELLED' && state.erasedAt === undefined) return [late, reopened, ...review];
  const lateMoney: Payment = { ...payment, captured, status: 'PAID', role: 'KEPT' };
  return [late, reopened, orderRefund(state, lateMoney, refundableMinor(state, lateMoney), 'LATE', []), ...review];
}
