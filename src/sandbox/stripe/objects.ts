import type { PaymentV1 } from '../../protocols/gateway-v1';
import type { RefundRecord } from '../payment-book';

/** Ids at Stripe hold no dot: that of one of our references is told by its last underscore. */
const nameOf = (reference: string): string => reference.replace('.', '_');
const referenceOf = (name: string): string => name.replace(/_([^_]*)$/, '.$1');

export const sessionIdOf = (reference: string): string => `cs_test_${nameOf(reference)}`;
const intentIdOf = (reference: string): string => `pi_${nameOf(reference)}`;
export const referenceOfSession = (id: string): string => referenceOf(id.replace(/^cs_test_/, ''));
export const referenceOfIntent = (id: string): string => referenceOf(id.replace(/^pi_/, ''));

const seconds = (iso: string | undefined): number => Math.floor(Date.parse(iso ?? '2026-01-01T00:00:00Z') / 1_000);

/** A payment that is declined for good is a session that was completed and never paid, as with slow ways to pay. */
const WORDS = {
  OPEN: ['open', 'unpaid', 'requires_payment_method'],
  PAID: ['complete', 'paid', 'succeeded'],
  DECLINED: ['complete', 'unpaid', 'canceled'],
  CLOSED: ['expired', 'unpaid', 'canceled'],
} as const satisfies Record<PaymentV1['status'], readonly [string, string, string]>;

/** A Checkout Session, with its intent and charge where there are any. */
export function session(facts: PaymentV1): object {
  const { reference, merchantId, status, amountMinor, currency, payUrl } = facts;
  const [word, paymentStatus] = WORDS[status];
  return {
    id: sessionIdOf(reference),
    object: 'checkout.session',
    client_reference_id: reference,
    livemode: false,
    mode: 'payment',
    status: word,
    payment_status: paymentStatus,
    amount_total: amountMinor,
    currency: currency.toLowerCase(),
    metadata: { reference, merchantId },
    payment_intent: status === 'PAID' || status === 'DECLINED' ? intent(facts) : null,
    url: status === 'OPEN' ? (payUrl ?? null) : null,
  };
}

function intent({ reference, status, capturedMinor, refundedMinor, paidAt }: PaymentV1): object {
  const charge = { id: `ch_${nameOf(reference)}`, object: 'charge', amount_refunded: refundedMinor, created: seconds(paidAt) };
  return {
    id: intentIdOf(reference),
    object: 'payment_intent',
    status: WORDS[status][2],
    amount_received: capturedMinor,
    latest_charge: status === 'PAID' ? charge : null,
  };
}

const REFUND_WORDS = { REFUNDED: 'succeeded', PENDING: 'pending', REFUSED: 'failed' } as const;

export const refund = (reference: string, { refundReference, amountMinor, status }: RefundRecord): object => ({
  id: `re_${nameOf(refundReference)}`,
  object: 'refund',
  payment_intent: intentIdOf(reference),
  amount: amountMinor,
  status: REFUND_WORDS[status],
  metadata: { refundReference },
});
