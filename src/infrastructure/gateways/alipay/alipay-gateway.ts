import { z } from 'zod';
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
import { decimalText, plainDecimal } from '../../../domain/kernel/decimal';
import { beijingTime } from '../../../protocols/alipay/signing';
import {
  CURRENCY,
  methods,
  productCodes,
  REFUND_SUCCESS,
  refundQuerySchema,
  refundSchema,
  TAKEN,
  tradeSchema,
} from '../../../protocols/alipay/words';
import { limitsOf, type Limits } from '../../http/limits';
import { answered, notFound, refused, unknown } from '../../http/outcomes';
import { linked } from '../pay-page';
import { tradeNumberOf } from '../trade-number';
import { tradeFacts } from './facts';
import { checkNotice } from './notice';
import { AlipayOpenApi } from './open-api';
import type { AlipaySettings } from './settings';

interface Refund {
  readonly reference: string;
  readonly refundReference: string;
}

/** Refunds of one payment that are looked for by their names; what came back beyond them is not shown. */
const REFUNDS_MAX = 5;

/**
 * An application at Alipay (支付宝). Its buyer's browser makes the trade by opening a signed link. Redirect payments in yuan only. Throws at construction when
 * settings cannot be used, and never afterwards. A notice is a hint: what counts is what a query says.
 */
export class AlipayGateway implements PaymentGateway {
  readonly flags: GatewayFlags;
  readonly notFoundFinalAfterSeconds: number;
  readonly merchantId: string;
  readonly noticeAccepted = { status: 200, contentType: 'text/plain; charset=utf-8', body: TAKEN } as const;
  private readonly api: AlipayOpenApi;
  readonly #settings: AlipaySettings;

  constructor(settings: AlipaySettings, wallMs: () => number) {
    this.flags = settings.flags;
    this.notFoundFinalAfterSeconds = settings.notFoundFinalAfterSeconds;
    this.merchantId = settings.merchantId;
    this.#settings = settings;
    this.api = new AlipayOpenApi(settings, wallMs);
  }

  async request(payment: PaymentRequest, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    if (payment.kind !== 'redirect') return refused('KIND_NOT_SUPPORTED');
    if (payment.currency !== CURRENCY) return refused('CURRENCY_NOT_SUPPORTED');
    const number = tradeNumberOf(payment.reference);
    if (number === undefined) return refused('INVALID_REFERENCE');
    return linked(payment, this.linkOf(payment, number), options);
  }

  async query(reference: string, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    return this.look(reference, limitsOf(options));
  }

  /** Closes a trade that its buyer has opened. One that nobody opened is not there, and its page can still be opened until it expires. */
  async close(reference: string, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    if (!this.flags.cancel) return refused('NOT_SUPPORTED');
    const number = tradeNumberOf(reference);
    if (number === undefined) return refused('INVALID_REFERENCE');
    const limits = limitsOf(options);
    const closed = await this.api.call(methods.close, { out_trade_no: number }, limits(), z.object({}));
    if (closed.outcome === 'unknown' || closed.outcome === 'notDone' || closed.outcome === 'notFound') return closed;
    // "Closed" and "not closed" say nothing of money that came first: the trade does.
    return this.look(reference, limits);
  }

  async refund(
    { reference, refundReference, amountMinor }: Refund & { readonly amountMinor: number },
    options: CallOptions,
  ): Promise<CallAnswer<RefundFacts>> {
    const [number, name] = [tradeNumberOf(reference), tradeNumberOf(refundReference)];
    if (number === undefined || name === undefined) return refused('INVALID_REFERENCE');
    const content = { out_trade_no: number, out_request_no: name, refund_amount: decimalText(amountMinor, CURRENCY), refund_reason: refundReference };
    const made = await this.api.call(methods.refund, content, options, refundSchema);
    // A trade that is not there has no money to give back.
    if (made.outcome === 'notFound') return refused('UNKNOWN_PAYMENT');
    if (made.outcome !== 'answered') return made;
    if (made.facts.out_trade_no !== number) return unknown('UNREADABLE_ANSWER');
    // "No money moved" is said of a repeat, and of one that is still under way: it is asked about.
    return answered({ refundReference, status: made.facts.fund_change === 'Y' ? 'REFUNDED' : 'PENDING' });
  }

  async queryRefund({ reference, refundReference }: Refund, options: CallOptions): Promise<CallAnswer<RefundFacts>> {
    const found = await this.findRefund(reference, refundReference, options);
    return found.outcome === 'answered' ? answered({ refundReference, status: 'REFUNDED' }) : found;
  }

  verifyNotice(notice: IncomingNotice): NoticeCheck {
    return checkNotice((text, signature) => this.api.isGenuine(text, signature), this.#settings, notice);
  }

  /** Ends what is under way and closes the sockets; to be called when the account's settings were replaced, or at the end. */
  release(): Promise<void> {
    return this.api.release();
  }

  private linkOf({ amountMinor, notifyUrl, returnUrl, expiresAt }: PaymentRequest, number: string): string {
    const method = this.#settings.checkout === 'WAP' ? methods.wapPay : methods.pagePay;
    const content = {
      out_trade_no: number,
      total_amount: decimalText(amountMinor, CURRENCY),
      subject: this.#settings.productName,
      product_code: productCodes[method],
      // From then on the page takes no money: Alipay closes it by itself, also where nobody had opened it.
      time_expire: beijingTime(Date.parse(expiresAt)),
    };
    return this.api.link(method, content, { notify_url: notifyUrl, ...(returnUrl === undefined ? {} : { return_url: returnUrl }) });
  }

  private async look(reference: string, limits: Limits): Promise<CallAnswer<PaymentFacts>> {
    const number = tradeNumberOf(reference);
    if (number === undefined) return refused('INVALID_REFERENCE');
    const { maySend: _ofTheFirst, ...asking } = limits();
    const trade = await this.api.call(methods.query, { out_trade_no: number }, asking, tradeSchema);
    if (trade.outcome !== 'answered') return trade;
    if (trade.facts.out_trade_no !== number) return unknown('UNREADABLE_ANSWER');
    const isPaid = trade.facts.trade_status === 'TRADE_SUCCESS' || trade.facts.trade_status === 'TRADE_FINISHED';
    const refundedMinor = isPaid ? await this.refundedOf(reference, limits) : 0;
    const facts = tradeFacts(trade.facts, { reference, merchantId: this.merchantId }, refundedMinor);
    return facts === undefined ? unknown('UNREADABLE_ANSWER') : answered(facts);
  }

  /** A query does not say what went back; refunds are asked for by the names that we give them. Nothing is decided by this number, it is shown to people. */
  private async refundedOf(reference: string, limits: Limits): Promise<number> {
    let sum = 0;
    for (let number = 1; number <= REFUNDS_MAX; number++) {
      const { maySend: _ofTheFirst, ...asking } = limits();
      const found = await this.findRefund(reference, reference.replace(/\.[^.]*$/, `.r${number}`), asking);
      if (found.outcome !== 'answered') return sum;
      sum += found.facts;
    }
    return sum;
  }

  /** What went back under one name; an answer without a status says that nothing did. */
  private async findRefund(reference: string, refundReference: string, options: CallOptions): Promise<CallAnswer<number>> {
    const [number, name] = [tradeNumberOf(reference), tradeNumberOf(refundReference)];
    if (number === undefined || name === undefined) return refused('INVALID_REFERENCE');
    const found = await this.api.call(methods.refundQuery, { out_trade_no: number, out_request_no: name }, options, refundQuerySchema);
    if (found.outcome !== 'answered') return found;
    const { out_trade_no: trade, out_request_no: request, refund_status: status, refund_amount: amount = '' } = found.facts;
    if (status === undefined) return notFound;
    const amountMinor = plainDecimal(amount, CURRENCY);
    const isOurs = trade === number && request === name && status === REFUND_SUCCESS && amountMinor !== null;
    return isOurs ? answered(amountMinor) : unknown('UNREADABLE_ANSWER');
  }
}
