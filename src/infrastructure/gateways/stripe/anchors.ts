import type Stripe from 'stripe';
import type { CallAnswer } from '../../../application/ports/gateway';
import { answered } from '../../http/outcomes';
import type { Limits } from '../../http/limits';
import type { StripeSdk } from './sdk';
import { metadataOf, type PaymentTerms, sessionParams, termsIn } from './terms';

/** What is known at Stripe under one reference. */
export interface Anchor {
  readonly id: string;
  /** Undefined: closed before it was ever asked for. */
  readonly terms: PaymentTerms | undefined;
  readonly sessionId: string | undefined;
  /** Milliseconds since 1970 UTC, by Stripe's clock. */
  readonly createdAtMs: number;
}

/** Stripe may forget an idempotency key after a day; an hour less, and a session is not made under it any more. */
const KEYS_LAST_MS = 23 * 3_600_000;
const EXPAND = ['payment_intent.latest_charge'];

type Answered<T> = CallAnswer<T>;

/**
 * Finds a payment at Stripe by our reference alone. Sessions cannot be searched for, and what can be is minutes late. A product may have an id that the
 * merchant chose, and is read as it was written: so each payment is a product of its own, which its session sells. Its metadata holds the
 * terms, from which the session is made, under the same idempotency key by whoever comes first, and then the id of the session.
 */
export class Anchors {
  constructor(
    private readonly sdk: StripeSdk,
    private readonly productName: string,
    private readonly wallMs: () => number,
  ) {}

  /** Made with these terms, or found as it is. */
  async make(id: string, terms: PaymentTerms | undefined, limits: Limits): Promise<Answered<Anchor>> {
    const metadata = terms === undefined ? { closed: 'yes' } : metadataOf(terms);
    const made = await this.sdk.send(limits(), (stripe) => stripe.products.create({ id, name: this.productName, metadata }));
    if (made.ok) return answered(anchorOf(made.value));
    return made.code === 'RESOURCE_ALREADY_EXISTS' ? this.find(id, limits) : made.answer;
  }

  async find(id: string, limits: Limits): Promise<Answered<Anchor>> {
    const found = await this.sdk.send(limits(), (stripe) => stripe.products.retrieve(id));
    return found.ok ? answered(anchorOf(found.value)) : found.answer;
  }

  /** The session of a payment as it is now. One that was never made, or whose id was lost with an answer, is made: nobody can pay on it unseen. */
  async session({ id, sessionId, createdAtMs }: Anchor, terms: PaymentTerms, limits: Limits): Promise<Answered<Stripe.Checkout.Session>> {
    if (sessionId !== undefined) return this.read(sessionId, limits);
    if (this.wallMs() - createdAtMs > KEYS_LAST_MS) return { outcome: 'unknown', cause: 'SESSION_ID_LOST' };
    const key = { idempotencyKey: `${id}.session` };
    const made = await this.sdk.send(limits(), (stripe) => stripe.checkout.sessions.create(sessionParams(terms), key));
    if (!made.ok) return made.answer;
    // Lost, it is written by whoever asks next; until then the key brings the same session.
    await this.sdk.send(limits(), (stripe) => stripe.products.update(id, { metadata: { session: made.value.id } }));
    // What the key brings is the session as it was when it was made.
    return this.read(made.value.id, limits);
  }

  async expire(sessionId: string, limits: Limits): Promise<Answered<Stripe.Checkout.Session>> {
    const ended = await this.sdk.send(limits(), (stripe) => stripe.checkout.sessions.expire(sessionId, { expand: EXPAND }));
    if (ended.ok) return answered(ended.value);
    // It is not open: paid, or expired before.
    return ended.answer.outcome === 'refused' ? this.read(sessionId, limits) : ended.answer;
  }

  private async read(sessionId: string, limits: Limits): Promise<Answered<Stripe.Checkout.Session>> {
    const found = await this.sdk.send(limits(), (stripe) => stripe.checkout.sessions.retrieve(sessionId, { expand: EXPAND }));
    if (found.ok) return answered(found.value);
    // It was there, so a later "no such session" is no proof of anything.
    return found.answer.outcome === 'notFound' ? { outcome: 'unknown', cause: 'SESSION_NOT_SEEN' } : found.answer;
  }
}

const anchorOf = (product: Stripe.Product): Anchor => ({
  id: product.id,
  terms: termsIn(product),
  sessionId: product.metadata['session'],
  createdAtMs: product.created * 1_000,
});
