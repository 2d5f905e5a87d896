import type Stripe from 'stripe';
import type { IncomingNotice, NoticeCheck } from '../../../application/ports/gateway';
import { MESSAGE_BYTES_MAX } from '../../../protocols/wire';
import { sessionFacts } from './facts';
import { stripeModule } from './sdk';

const TOLERANCE_SECONDS = 300;
const TIMESTAMP = /^t=([1-9][0-9]{0,11}),/;
const ABOUT_SESSIONS: ReadonlySet<string> = new Set([
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
]);

/** Judges the raw bytes by the SDK, with each secret of the account. Old and future signatures are refused alike. */
export function checkNotice(secrets: readonly string[], { headers, body, receivedAtMs, inQuery }: IncomingNotice): NoticeCheck {
  const header = headers['stripe-signature'];
  if (inQuery === true || typeof header !== 'string') return { outcome: 'forged', why: 'BAD_HEADERS' };
  const signedAt = Number(TIMESTAMP.exec(header)?.[1]);
  if (!(Math.abs(receivedAtMs / 1_000 - signedAt) <= TOLERANCE_SECONDS)) return { outcome: 'forged', why: 'BAD_TIMESTAMP' };
  if (body.length > MESSAGE_BYTES_MAX) return { outcome: 'unreadable', why: 'OVERSIZED' };
  const event = secrets.map((secret) => eventOf(secret, header, body, receivedAtMs)).find((found) => found !== null);
  if (event === undefined) return { outcome: 'forged', why: 'BAD_SIGNATURE' };
  const facts = ABOUT_SESSIONS.has(event.type) ? sessionFacts(event.data.object as Stripe.Checkout.Session) : undefined;
  return facts === undefined ? { outcome: 'unreadable', why: 'NOT_A_PAYMENT' } : { outcome: 'genuine', notice: { noticeId: event.id, facts } };
}

/** Null when this secret did not sign it. */
function eventOf(secret: string, header: string, body: Buffer, receivedAtMs: number): Stripe.Event | null {
  try {
    return stripeModule().webhooks.constructEvent(body, header, secret, TOLERANCE_SECONDS, undefined, receivedAtMs);
  } catch {
    return null;
  }
}
