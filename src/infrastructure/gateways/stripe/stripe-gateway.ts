import type Stripe from 'stripe';
import type {
  CallAnswer,
  CallOptions,
  GatewayFlags,
  IncomingNotice,
  NoticeCheck,
  PaymentFacts,
  PaymentGateway,
  PaymentRequest,
  RefundFacts,
} from '../../../application/ports/gateway';
import { NO_CURRENCY } from '../../../protocols/wire';
import { answered, refused, unknown } from '../../http/outcomes';
import { type Anchor, Anchors } from './anchors';
import { intentIdOf, refundFacts, sessionFacts } from './facts';
import { type Limits, limitsOf } from '../../http/limits';
import { checkNotice } from './notice';
import { StripeSdk } from './sdk';
import type { StripeSettings } from './settings';
import { anchorId, metadataOf, termsOf } from './terms';
import { stripeAmount } from './units';

/** Refunds of one payment on one page; a payment with more of them is for a person. */
const REFUNDS_MAX = 100;

const SECRET_KEY = /^[sr]k_[A-Za-z0-9_]{16,255}$/;
const WEBHOOK_SECRET = /^whsec_[A-Za-z0-9+/=]{16,255}$/;

interface Refund {
  readonly reference: string;
  readonly refundReference: string;
}

/** Stripe Checkout by the official SDK: the buyer pays on a page of Stripe. Throws at construction when settings cannot be used, and never afterwards. */
export class StripeGateway implements PaymentGateway {
  readonly flags: GatewayFlags;
  readonly notFoundFinalAfterSeconds: number;
  readonly merchantId: string;
  readonly noticeAccepted = { status: 200, contentType: 'application/json', body: '{"received":true}' } as const;
  private readonly anchors: Anchors;
  readonly #settings: StripeSettings;
  readonly #sdk: StripeSdk;

  constructor(settings: StripeSettings, wallMs: () => number) {
    if (!SECRET_KEY.test(settings.secretKey)) throw new Error('the secret key of a Stripe account begins with sk_ or rk_');
    if (!settings.webhookSecrets.every((secret) => WEBHOOK_SECRET.test(secret))) throw new Error('a webhook secret of Stripe begins with whsec_');
    this.flags = settings.flags;
    this.notFoundFinalAfterSeconds = settings.notFoundFinalAfterSeconds;
    this.merchantId = settings.merchantId;
    this.#settings = settings;
    this.#sdk = new StripeSdk(settings.baseUrl, settings.secretKey);
    this.anchors = new Anchors(this.#sdk, settings.productName, wallMs);
  }

  async request(payment: PaymentRequest, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    const terms = termsOf(payment, this.#settings);
    if (typeof terms === 'string') return refused(terms);
    const limits = limitsOf(options);
    const found = await this.anchors.make(anchorId(terms.reference) ?? '', terms, limits);
    if (found.outcome !== 'answered') return found;
    const { facts: anchor } = found;
    if (anchor.terms === undefined) return answered(this.neverAskedFor(terms.reference));
    const isSame = JSON.stringify(metadataOf(anchor.terms)) === JSON.stringify(metadataOf(terms));
    return isSame ? factsOf(await this.anchors.session(anchor, terms, limits), terms.reference) : refused('REFERENCE_REUSED');
  }

  async query(reference: string, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    const id = anchorId(reference);
    if (id === undefined) return refused('INVALID_REFERENCE');
    const limits = limitsOf(options);
    return this.look(reference, await this.anchors.find(id, limits), limits);
  }

  async close(reference: string, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    const id = anchorId(reference);
    if (!this.flags.cancel) return refused('NOT_SUPPORTED');
    if (id === undefined) return refused('INVALID_REFERENCE');
    const limits = limitsOf(options);
    const known = await this.anchors.find(id, limits);
    const found = known.outcome === 'notFound' ? await this.anchors.make(id, undefined, limits) : known;
    if (found.outcome !== 'answered') return found;
    const { facts: anchor } = found;
    if (anchor.terms === undefined) return answered(this.neverAskedFor(reference));
    const session = await this.anchors.session(anchor, anchor.terms, limits);
    if (session.outcome !== 'answered' || session.facts.status !== 'open') return factsOf(session, reference);
    return factsOf(await this.anchors.expire(session.facts.id, limits), reference);
  }

  async refund({ reference, refundReference, amountMinor }: Refund & { readonly amountMinor: number }, options: CallOptions) {
    const limits = limitsOf(options);
    const paid = await this.paidSession(reference, limits);
    if (paid.outcome !== 'answered') return paid.outcome === 'notFound' ? refused('UNKNOWN_PAYMENT') : paid;
    const { intent, currency } = paid.facts;
    // Keys are forgotten after a day, refunds are not.
    const before = await this.refundAt(intent, refundReference, limits);
    if (before.outcome !== 'notFound') return before;
    const amount = stripeAmount(amountMinor, currency);
    if (amount === null) return refused('AMOUNT_NOT_SUPPORTED');
    const wanted = { payment_intent: intent, amount, metadata: { refundReference } };
    const made = await this.#sdk.send(limits(), (stripe) => stripe.refunds.create(wanted, { idempotencyKey: `cardrail_${refundReference}` }));
    return made.ok ? refundAnswer(made.value, refundReference) : made.answer;
  }

  async queryRefund({ reference, refundReference }: Refund, options: CallOptions): Promise<CallAnswer<RefundFacts>> {
    const limits = limitsOf(options);
    const paid = await this.paidSession(reference, limits);
    return paid.outcome === 'answered' ? this.refundAt(paid.facts.intent, refundReference, limits) : paid;
  }

  verifyNotice(notice: IncomingNotice): NoticeCheck {
    return checkNotice(this.#settings.webhookSecrets, notice);
  }

  /** Ends what is under way and closes the sockets; to be called when the account's settings were replaced, or at the end. */
  release(): Promise<void> {
    return this.#sdk.release();
  }

  private async look(reference: string, found: CallAnswer<Anchor>, limits: Limits): Promise<CallAnswer<PaymentFacts>> {
    if (found.outcome !== 'answered') return found;
    const { facts: anchor } = found;
    if (anchor.terms === undefined) return answered(this.neverAskedFor(reference));
    const session = await this.anchors.session(anchor, anchor.terms, limits);
    // Stripe makes no page for it now; whether it once did is not said by that.
    if (session.outcome === 'refused') return unknown(session.code);
    return factsOf(session, reference);
  }

  private async paidSession(reference: string, limits: Limits): Promise<CallAnswer<{ readonly intent: string; readonly currency: string }>> {
    const id = anchorId(reference);
    if (id === undefined) return refused('INVALID_REFERENCE');
    const found = await this.anchors.find(id, limits);
    if (found.outcome !== 'answered') return found;
    const { terms } = found.facts;
    if (terms === undefined) return refused('NOT_PAID');
    const session = await this.anchors.session(found.facts, terms, limits);
    if (session.outcome !== 'answered') return session.outcome === 'refused' ? unknown(session.code) : session;
    const intent = intentIdOf(session.facts);
    return session.facts.payment_status === 'paid' && intent !== undefined ? answered({ intent, currency: terms.currency }) : refused('NOT_PAID');
  }

  private async refundAt(intent: string, refundReference: string, limits: Limits): Promise<CallAnswer<RefundFacts>> {
    const list = await this.#sdk.send(limits(), (stripe) => stripe.refunds.list({ payment_intent: intent, limit: REFUNDS_MAX }));
    if (!list.ok) return list.answer.outcome === 'notFound' ? unknown('PAYMENT_NOT_SEEN') : list.answer;
    const { data, has_more: hasMore } = list.value;
    const refund = data.find(({ metadata }) => metadata?.['refundReference'] === refundReference);
    if (refund !== undefined) return refundAnswer(refund, refundReference);
    return hasMore ? unknown('TOO_MANY_REFUNDS') : { outcome: 'notFound' };
  }

  /** Closed before it was asked for: it stays so, whatever is asked under it later. */
  private neverAskedFor(reference: string): PaymentFacts {
    return { reference, merchantId: this.merchantId, status: 'CLOSED', amountMinor: 0, capturedMinor: 0, refundedMinor: 0, currency: NO_CURRENCY };
  }
}

/** An answer about another payment than the one asked for says nothing about ours. */
function factsOf(session: CallAnswer<Stripe.Checkout.Session>, reference: string): CallAnswer<PaymentFacts> {
  if (session.outcome !== 'answered') return session;
  const facts = sessionFacts(session.facts);
  return facts?.reference === reference ? answered(facts) : unknown('UNREADABLE_ANSWER');
}

function refundAnswer(refund: Stripe.Refund, refundReference: string): CallAnswer<RefundFacts> {
  const facts = refundFacts(refund, refundReference);
  return facts === undefined ? unknown('UNREADABLE_ANSWER') : answered(facts);
}
