import { createHmac } from 'node:crypto';
import type { CallAnswer, IncomingNotice, NoticeCheck, PaymentFacts, PaymentRequest, RefundFacts } from '../../application/ports/gateway';
import { orderIdOfReference } from '../../domain/kernel/ids';
import { MINUTE_MS } from '../../domain/kernel/time';
import type { Surroundings } from '../world/surroundings';
import { drawnUnit } from '../world/chance';
import { NoticeRound, type OutgoingNotice } from './notice-round';
import { type BookedPayment, type BookedRefund, GatewayBook } from './gateway-book';

export interface SimulatedGatewayOptions {
  readonly id: string;
  readonly flags: GatewayBook['flags'];
  readonly notFoundFinalAfterSeconds: number;
  /** Share of charges that the buyer's bank declines. */
  readonly declines: number;
  /** Ways to pay there; both when absent. */
  readonly kinds?: readonly ('REDIRECT' | 'CHARGE')[];
}

/** Delivers a notice to the shop; true when it was taken. */
export type Ring = (gatewayId: string, notice: OutgoingNotice) => Promise<boolean>;

const MERCHANT = 'm1';
/** How long a request may still be unknown to a question, shorter than what counts as final. */
const APPEARS_WITHIN_MS = 10_000;
const PENDING_MS_MAX = 120 * MINUTE_MS;

/** A payment gateway on virtual time: books that are always right, and everything around them that is not. */
export class SimulatedGateway {
  readonly book: GatewayBook;
  readonly merchantId = MERCHANT;
  private readonly round: NoticeRound;
  private notices = 0;

  constructor(
    readonly options: SimulatedGatewayOptions,
    private readonly around: Surroundings,
    ring: Ring,
    /** Hears of every question about a payment. */
    private readonly asked: (reference: string) => void = () => undefined,
  ) {
    this.round = new NoticeRound(options.id, around, (notice) => ring(options.id, notice));
    const { now } = { now: () => around.scheduler.now };
    this.book = new GatewayBook(
      options.id,
      options.flags,
      now,
      (invariant, about, reference) => around.violated(invariant, about, orderIdOfReference(reference) ?? undefined),
      (payment) => this.changed(payment),
    );
  }

  /** Notices that were not taken yet. */
  get noticesUnderWay(): number {
    return this.round.underWay;
  }

  request(payment: PaymentRequest): CallAnswer<PaymentFacts> {
    const { reference, kind, amountMinor, currency } = payment;
    const isNew = !this.book.payments.has(reference);
    if (isNew && this.strikes('gateway-refuses', reference)) return { outcome: 'refused', code: 'REFUSED' };
    const booked = this.book.request(reference, kind, amountMinor, currency, JSON.stringify(payment));
    if (booked === 'mismatch') return { outcome: 'refused', code: 'CONFLICT' };
    if (isNew && kind === 'charge') this.charge(booked);
    return { outcome: 'answered', facts: this.factsOf(booked) };
  }

  private charge(booked: BookedPayment): void {
    const unit = drawnUnit(this.around.seed, `charge ${booked.reference}`);
    if (unit < this.options.declines) this.book.decline(booked);
    else if (unit < 0.8) this.book.pay(booked, this.amountOf(booked));
    else this.around.scheduler.after(60_000 * unit, () => void (booked.status === 'OPEN' && this.book.pay(booked, this.amountOf(booked))));
  }

  private amountOf(booked: BookedPayment): number {
    const isWrong = this.book.flags.lookup && booked.captures === 0 && this.strikes('wrong-amount', booked.reference);
    return isWrong ? booked.amountMinor - 1 : booked.amountMinor;
  }

  query(reference: string): CallAnswer<PaymentFacts> {
    this.asked(reference);
    const { now } = this.around.scheduler;
    if (!this.book.flags.lookup) this.around.violated('I8', `payment ${reference} was asked about at a gateway that cannot be asked`);
    const booked = this.book.payments.get(reference);
    if (booked === undefined) return { outcome: 'notFound' };
    if (now - booked.bookedAt < APPEARS_WITHIN_MS && this.strikes('gateway-appears-late', reference)) return { outcome: 'notFound' };
    const { before } = booked;
    if (before !== null && now < before.until && this.strikes('gateway-stale', reference))
      return { outcome: 'answered', facts: { ...this.factsOf(booked), status: before.status, capturedMinor: 0 } };
    return { outcome: 'answered', facts: this.factsOf(booked) };
  }

  close(reference: string): CallAnswer<PaymentFacts> {
    return { outcome: 'answered', facts: this.factsOf(this.book.close(reference)) };
  }

  refund(refundReference: string, reference: string, amountMinor: number): CallAnswer<RefundFacts> {
    const unit = drawnUnit(this.around.seed, `refund ${refundReference}`);
    const isPending = !this.book.refunds.has(refundReference) && this.strikes('refund-pending', refundReference);
    const refund = this.book.refund(refundReference, reference, amountMinor, isPending ? (unit < 0.85 ? 'PENDING' : 'REFUSED') : 'REFUNDED');
    if (refund === 'mismatch') return { outcome: 'refused', code: 'CONFLICT' };
    if (isPending && refund.status === 'PENDING') this.around.scheduler.after(unit * PENDING_MS_MAX, () => this.settle(refund, unit));
    return { outcome: 'answered', facts: refundFactsOf(refund) };
  }

  private settle(refund: BookedRefund, unit: number): void {
    if (refund.status === 'PENDING') refund.status = unit < 0.7 ? 'REFUNDED' : 'REFUSED';
  }

  queryRefund(refundReference: string): CallAnswer<RefundFacts> {
    if (!this.book.flags.lookup) this.around.violated('I8', `refund ${refundReference} was asked about at a gateway that cannot be asked`);
    const refund = this.book.refunds.get(refundReference);
    return refund === undefined ? { outcome: 'notFound' } : { outcome: 'answered', facts: refundFactsOf(refund) };
  }

  /** A buyer at the page of the gateway. True when money was taken. */
  buyerPays(reference: string): boolean {
    const booked = this.book.payments.get(reference);
    if (booked === undefined || booked.kind !== 'redirect') return false;
    // The protocol says that captured money never grows; the gateways that do it all the same can at least be asked.
    if (booked.status === 'PAID' && !this.book.flags.lookup) return false;
    if (booked.status === 'OPEN' && this.strikes('gateway-declines', reference)) {
      this.book.decline(booked);
      return false;
    }
    const isPaid = this.book.pay(booked, this.amountOf(booked));
    if (isPaid) this.around.story.tell(`buyer paid ${reference} at ${this.options.id}`);
    return isPaid;
  }

  private factsOf({ reference, status, amountMinor, capturedMinor, currency }: BookedPayment): PaymentFacts {
    return {
      reference,
      merchantId: MERCHANT,
      status,
      amountMinor,
      capturedMinor,
      refundedMinor: this.book.refundedMinor(reference),
      currency,
      payUrl: `https://${this.options.id}.simulated/pay/${reference}`,
      ...(capturedMinor > 0 ? { transactionId: `t-${reference}` } : {}),
    };
  }

  /** Something happened to a payment: the shop is told, late, often, never, or of something else. */
  private changed(payment: BookedPayment): void {
    const { reference } = payment;
    this.around.story.tell(`book ${this.options.id} ${reference} ${payment.status} ${payment.capturedMinor}`);
    // A second charge on a paid reference, or one at a gateway that cannot be asked, nobody could know of without any notice.
    const mustBeTold = payment.captures > 1 || !this.book.flags.lookup;
    if (!mustBeTold && this.strikes('notice-lost', reference)) return;
    const id = `n-${this.options.id}-${++this.notices}`;
    const times = this.strikes('notice-repeated', reference) ? 10 : 1;
    for (let i = 0; i < times; i++) {
      const lateMs = this.strikes('notice-late', reference) ? this.around.delays.of(`late notice ${reference}`, 15_000, 4 * 60 * MINUTE_MS) : 0;
      const inMs = lateMs + this.around.delays.of(`notice ${reference}`, 20, 500);
      this.notify(inMs, id, () => this.factsOf(payment), mustBeTold ? Infinity : undefined);
    }
    if (this.strikes('notice-false', reference)) this.lie(payment);
    if (this.strikes('notice-foreign', reference)) this.notify(0, `${id}-x`, () => ({ ...this.factsOf(payment), reference: `unknown-${reference}` }));
  }

  /** A well-signed notice that is not true. */
  private lie(payment: BookedPayment): void {
    const facts = { ...this.factsOf(payment), status: 'PAID', capturedMinor: payment.amountMinor } as const;
    this.notify(1_000, `lie-${++this.notices}`, () => facts);
  }

  private notify(inMs: number, id: string, facts: () => PaymentFacts, triesMax?: number): void {
    const notice = (): OutgoingNotice => {
      const body = Buffer.from(JSON.stringify(facts()));
      return { headers: { 'webhook-id': id, 'webhook-signature': signatureOf(this.options.id, body) }, body };
    };
    this.round.begin(inMs, notice, triesMax);
  }

  private strikes(kind: Parameters<Surroundings['faults']['strikes']>[0], reference: string): boolean {
    return this.around.faults.strikes(kind, `${this.options.id} ${reference}`, orderIdOfReference(reference) ?? undefined);
  }
}

const refundFactsOf = ({ refundReference, status }: BookedRefund): RefundFacts => ({ refundReference, status });

const signatureOf = (gatewayId: string, body: Buffer): string => createHmac('sha256', `secret of ${gatewayId}`).update(body).digest('base64');

/** What the shop makes of a notice that came in for this gateway. */
export function verifyNotice(gatewayId: string, { headers, body }: IncomingNotice): NoticeCheck {
  if (headers['webhook-signature'] !== signatureOf(gatewayId, body)) return { outcome: 'forged', why: 'signature' };
  const facts = JSON.parse(body.toString('utf8')) as PaymentFacts;
  return { outcome: 'genuine', notice: { noticeId: String(headers['webhook-id']), facts } };
}
