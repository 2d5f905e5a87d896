import { createHmac } from 'node:crypto';
import type { PaymentV1 } from '../../protocols/gateway-v1';
import type { Courier } from '../notices';
import { session } from './objects';

const TYPES = {
  OPEN: undefined,
  PAID: 'checkout.session.completed',
  DECLINED: 'checkout.session.async_payment_failed',
  CLOSED: 'checkout.session.expired',
} as const satisfies Record<PaymentV1['status'], string | undefined>;

/** Stripe's events: `Stripe-Signature: t=<unix seconds>,v1=<hex HMAC-SHA-256 of t.body>`, repeated until a 2xx. Refunds are not told. */
export function stripeCourier(secret: string): Courier<PaymentV1> {
  return {
    carries: ({ status, refundedMinor }) => TYPES[status] !== undefined && refundedMinor === 0,
    letter({ id, url, facts, forged }, atMs) {
      const created = Math.floor(atMs / 1_000);
      const event = { id: `evt_${id}`, object: 'event', created, type: TYPES[facts.status], data: { object: session(facts) } };
      const body = JSON.stringify(event);
      const signature = createHmac('sha256', forged ? `${secret}?` : secret)
        .update(`${created}.${body}`)
        .digest('hex');
      return { method: 'POST', url, headers: { 'content-type': 'application/json', 'stripe-signature': `t=${created},v1=${signature}` }, body };
    },
    isTaken: (status) => status >= 200 && status < 300,
  };
}
