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
import type { EpayParams } from '../../../protocols/epay/form';
import { EPAY_CURRENCY, yuanText } from '../../../protocols/epay/money';
import { REFUND_DONE, TAKEN, orderStatus, refundSchema } from '../../../protocols/epay/words';
import { ANSWER_BYTES_MAX } from '../../../protocols/wire';
import { HttpCaller } from '../../http/http-call';
import { refused, unknown } from '../../http/outcomes';
import { linked, opened } from '../pay-page';
import { meaningOf, orderFacts } from './answers';
import type { EpayDialect } from './dialect';
import { md5Dialect } from './md5-dialect';
import { checkNotice } from './notice';
import { rsaDialect } from './rsa-dialect';
import type { EpaySettings } from './settings';
import { tradeNumberOf } from '../trade-number';

const isPage = (settings: EpaySettings): boolean => settings.adapter === 'epay-md5' && settings.checkout === 'PAGE';

/**
 * An account at a 易支付 (epay) server. Redirect payments in yuan only. Throws at construction when settings cannot be used, and never afterwards.
 * A notice is a hint: what counts is the order that a query tells.
 */
export class EpayGateway implements PaymentGateway {
  readonly flags: GatewayFlags;
  readonly notFoundFinalAfterSeconds: number;
  readonly merchantId: string;
  readonly noticeAccepted = { status: 200, contentType: 'text/plain; charset=utf-8', body: TAKEN } as const;
  private readonly dialect: EpayDialect;
  private readonly http: HttpCaller;

  /** `wallMs`: milliseconds since 1970 UTC, for the variant that dates its messages. */
  constructor(
    private readonly settings: EpaySettings,
    wallMs: () => number,
  ) {
    // Where the buyer's browser makes the order, a request is only a link: the same again, whenever it is asked for.
    this.flags = isPage(settings) ? { ...settings.flags, replay: true } : settings.flags;
    this.notFoundFinalAfterSeconds = settings.notFoundFinalAfterSeconds;
    this.merchantId = settings.merchantId;
    this.dialect = settings.adapter === 'epay-md5' ? md5Dialect(settings) : rsaDialect(settings, wallMs);
    this.http = new HttpCaller({ baseUrl: settings.baseUrl, headers: { accept: 'application/json' }, answerBytesMax: ANSWER_BYTES_MAX });
  }

  async request(payment: PaymentRequest, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    if (payment.kind !== 'redirect') return refused('KIND_NOT_SUPPORTED');
    if (payment.currency !== EPAY_CURRENCY) return refused('CURRENCY_NOT_SUPPORTED');
    const tradeNumber = tradeNumberOf(payment.reference);
    if (tradeNumber === undefined) return refused('INVALID_REFERENCE');
    const type = payment.instrument ?? this.settings.payTypes[0] ?? '';
    if (!this.settings.payTypes.includes(type)) return refused('PAY_TYPE_NOT_SUPPORTED');
    const order = this.orderOf(payment, tradeNumber, type);
    if (this.dialect.pageLink !== undefined) return linked(payment, this.dialect.pageLink(order), options);
    const end = await this.http.call(this.dialect.create(order), options);
    const answer = meaningOf(this.dialect, end, (created) => {
      const page = this.dialect.pageOf(created);
      return page === undefined ? refused('NO_PAY_PAGE') : opened(payment, page);
    });
    // Nothing is looked up by a creation: whatever the message says, it is a refusal.
    return answer.outcome === 'notFound' ? refused('EPAY_REFUSED') : answer;
  }

  async query(reference: string, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    const tradeNumber = tradeNumberOf(reference);
    if (tradeNumber === undefined) return refused('INVALID_REFERENCE');
    const end = await this.http.call(this.dialect.query(tradeNumber), options);
    return meaningOf(this.dialect, end, (order) => orderFacts(order, tradeNumber, reference));
  }

  /** Closes an order that the platform knows; one that it never saw cannot be closed, and stays "never heard of". */
  async close(reference: string, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    const tradeNumber = tradeNumberOf(reference);
    if (tradeNumber === undefined) return refused('INVALID_REFERENCE');
    if (this.dialect.close === undefined) return refused('CLOSE_NOT_SUPPORTED');
    const end = await this.http.call(this.dialect.close(tradeNumber), options);
    const answer = meaningOf<null>(this.dialect, end, () => ({ outcome: 'answered', facts: null }));
    if (answer.outcome === 'notDone' || answer.outcome === 'unknown') return answer;
    // "Closed" and "not closed" say nothing of money that came first: the order does.
    const { maySend: _ofTheClose, ...asking } = options;
    const found = await this.query(reference, asking);
    if (found.outcome !== 'answered' || found.facts.status === 'PAID' || answer.outcome !== 'answered') return found;
    return { outcome: 'answered', facts: { ...found.facts, status: 'CLOSED' } };
  }

  async refund(refund: { reference: string; refundReference: string; amountMinor: number }, options: CallOptions): Promise<CallAnswer<RefundFacts>> {
    const tradeNumber = tradeNumberOf(refund.reference);
    const refundNumber = tradeNumberOf(refund.refundReference);
    if (tradeNumber === undefined || refundNumber === undefined) return refused('INVALID_REFERENCE');
    const request = this.dialect.refund({ tradeNumber, refundNumber, money: yuanText(refund.amountMinor) });
    const end = await this.http.call(request, options);
    const answer = meaningOf<RefundFacts>(this.dialect, end, () => this.dialect.refundOf(refund.refundReference));
    return answer.outcome === 'notFound' ? refused('EPAY_REFUSED') : answer;
  }

  async queryRefund(
    { reference, refundReference }: { reference: string; refundReference: string },
    options: CallOptions,
  ): Promise<CallAnswer<RefundFacts>> {
    const refundNumber = tradeNumberOf(refundReference);
    if (refundNumber === undefined) return refused('INVALID_REFERENCE');
    if (this.dialect.queryRefund === undefined) return this.refundByOrder(reference, refundReference, options);
    const end = await this.http.call(this.dialect.queryRefund(refundNumber), options);
    return meaningOf<RefundFacts>(this.dialect, end, (answer) => {
      const refund = refundSchema.safeParse(answer);
      if (!refund.success || refund.data.out_refund_no !== refundNumber) return unknown('UNREADABLE_ANSWER');
      // Servers mean "under way" as well as "failed" by anything else, so it proves nothing: it is asked again, and shown to a person in time.
      return { outcome: 'answered', facts: { refundReference, status: refund.data.status === REFUND_DONE ? 'REFUNDED' : 'PENDING' } };
    });
  }

  verifyNotice(notice: IncomingNotice): NoticeCheck {
    return checkNotice(this.dialect, notice);
  }

  /** Ends what is under way and closes the sockets; to be called when the account's settings were replaced, or at the end. */
  release(): Promise<void> {
    return this.http.release();
  }

  private orderOf({ amountMinor, notifyUrl, returnUrl }: PaymentRequest, tradeNumber: string, type: string): EpayParams {
    return {
      pid: this.merchantId,
      type,
      out_trade_no: tradeNumber,
      notify_url: notifyUrl,
      // The protocol wants one; a shop that names none gets its buyer back to nowhere worse than its own front door.
      return_url: returnUrl ?? new URL(notifyUrl).origin,
      name: this.settings.productName,
      money: yuanText(amountMinor),
      clientip: this.settings.clientIp,
    };
  }

  /**
   * Where a refund has no name of its own, only the order's first refund can be recognised: an order marked as refunded proves that one. An order
   * that is not marked proves nothing, because not every server marks them.
   */
  private async refundByOrder(reference: string, refundReference: string, options: CallOptions): Promise<CallAnswer<RefundFacts>> {
    const tradeNumber = tradeNumberOf(reference);
    if (tradeNumber === undefined) return refused('INVALID_REFERENCE');
    const end = await this.http.call(this.dialect.query(tradeNumber), options);
    const answer = meaningOf<RefundFacts>(this.dialect, end, (order) => {
      const facts = orderFacts(order, tradeNumber, reference);
      if (facts.outcome !== 'answered') return facts;
      const marked = Number(order['status']) === orderStatus.refunded && refundReference.endsWith('.r1');
      return marked ? { outcome: 'answered', facts: { refundReference, status: 'REFUNDED' } } : unknown('REFUND_CANNOT_BE_ASKED');
    });
    return answer.outcome === 'notFound' ? unknown('REFUND_CANNOT_BE_ASKED') : answer;
  }
}
