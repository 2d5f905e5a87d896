import type Stripe from 'stripe';
import type { PaymentFacts, RefundFacts } from '../../../application/ports/gateway';
import { minorOf } from './units';

/** Undefined for a session that is not ours, or that says nothing that can be counted on. */
export function sessionFacts(session: Stripe.Checkout.Session): PaymentFacts | undefined {
  const { reference, merchantId } = session.metadata ?? {};
  const currency = session.currency?.toUpperCase();
  if (reference === undefined || merchantId === undefined || currency === undefined) return undefined;
  const { intent, charge } = moneyOf(session);
  const paid = session.payment_status === 'paid';
  const amountMinor = minorOf(session.amount_total ?? 0, currency);
  const capturedMinor = paid ? minorOf(intent?.amount_received ?? session.amount_total ?? 0, currency) : 0;
  const refundedMinor = minorOf(charge?.amount_refunded ?? 0, currency);
  const status = statusOf(session, intent);
  if (status === undefined || amountMinor === null || capturedMinor === null || refundedMinor === null) return undefined;
  return {
    ...{ reference, merchantId, status, amountMinor, capturedMinor, refundedMinor, currency },
    ...(session.url == null || status !== 'OPEN' ? {} : { payUrl: session.url }),
    ...(paid && intent !== undefined ? { transactionId: intent.id } : {}),
    ...(paid && charge !== undefined ? { paidAt: new Date(charge.created * 1_000).toISOString() } : {}),
  };
}

/** The payment intent of a session that has one; an id where it was not expanded. */
export const intentIdOf = ({ payment_intent: intent }: Stripe.Checkout.Session): string | undefined =>
  typeof intent === 'string' ? intent : intent?.id;

function moneyOf({ payment_intent: found }: Stripe.Checkout.Session) {
  const intent = typeof found === 'object' && found !== null ? found : undefined;
  const latest = intent?.latest_charge;
  return { intent, charge: typeof latest === 'object' && latest !== null ? latest : undefined };
}

/** A way to pay that takes days leaves the session complete and unpaid; the intent tells whether the money may still come. */
function statusOf(
  { status, payment_status: payment }: Stripe.Checkout.Session,
  intent: Stripe.PaymentIntent | undefined,
): PaymentFacts['status'] | undefined {
  if (payment === 'paid') return 'PAID';
  if (status === 'open') return 'OPEN';
  if (status === 'expired') return 'CLOSED';
  if (status !== 'complete') return undefined;
  return intent?.status === 'canceled' || intent?.status === 'requires_payment_method' ? 'DECLINED' : 'OPEN';
}

const REFUND_STATUS: Readonly<Record<string, RefundFacts['status']>> = {
  succeeded: 'REFUNDED',
  pending: 'PENDING',
  requires_action: 'PENDING',
  failed: 'REFUSED',
  canceled: 'REFUSED',
};

/** Undefined for a status that nobody knows. */
export function refundFacts({ status, failure_reason: reason }: Stripe.Refund, refundReference: string): RefundFacts | undefined {
  const word = REFUND_STATUS[status ?? ''];
  return word === undefined ? undefined : { refundReference, status: word, ...(reason === undefined ? {} : { reason }) };
}
