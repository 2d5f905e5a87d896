import { decimalText, plainDecimal } from '../../domain/kernel/decimal';
import { IN_REQUESTS, textToSign } from '../../protocols/alipay/signing';
import { answerName, CURRENCY, GATEWAY_PATH, methods, TRADE_NOT_EXIST, type AlipayMethod } from '../../protocols/alipay/words';
import { readForm, type EpayParams } from '../../protocols/epay/form';
import { rsaChecking, rsaSigning } from '../../protocols/rsa-keys';
import type { Fault, GatewayPlace } from '../faults';
import type { Gateway } from '../gateway';
import { refundOf } from '../gateway-calls';
import { asOpened, refundableMinor, type PaymentRecord } from '../payment-book';
import { html, parsed, seeOther, type Answer, type Call, type Operation } from '../reply';
import { tradeView } from './trade-view';

/** The application that the sandbox keeps as Alipay. Keys are PEM or bare base64. */
export interface AlipayAccountOptions {
  readonly appId: string;
  readonly sellerId?: string;
  readonly platformPrivateKey: string;
  readonly appPublicKey: string;
}

const PLACES: Readonly<Record<AlipayMethod, GatewayPlace>> = {
  [methods.pagePay]: 'create-redirect',
  [methods.wapPay]: 'create-redirect',
  [methods.query]: 'query',
  [methods.close]: 'close',
  [methods.refund]: 'refund',
  [methods.refundQuery]: 'query-refund',
};
const isMethod = (method: string): method is AlipayMethod => Object.hasOwn(PLACES, method);

type Content = Readonly<Record<string, unknown>>;
/** What an answer holds besides `code` and `msg`; a text is the `sub_code` of a failure. */
type Said = Readonly<Record<string, string>> | string;

/** What of Alipay's open API the adapter uses, over the sandbox's own book: signed requests, signed answers, a trade that is made when its buyer opens the page. */
export class AlipayCalls {
  private readonly sign: (text: string) => string;
  private readonly isSigned: (text: string, signature: string) => boolean;

  /** Throws when a key is none. */
  constructor(
    private readonly gateway: Gateway,
    private readonly account: AlipayAccountOptions,
  ) {
    this.sign = rsaSigning(account.platformPrivateKey);
    this.isSigned = rsaChecking([account.appPublicKey]);
  }

  /** Undefined when it is no call of this API. */
  understand(call: Call): Operation | Answer | undefined {
    if (call.path !== GATEWAY_PATH) return undefined;
    const form = readForm(call.method === 'GET' ? call.query : call.body.toString('latin1'));
    if (!form.ok) return refusal('isv.invalid-parameter');
    const { params } = form;
    const method = params['method'] ?? '';
    if (params['app_id'] !== this.account.appId) return refusal('isv.invalid-app-id');
    if (!this.isSigned(textToSign(params, IN_REQUESTS), params['sign'] ?? '')) return refusal('isv.invalid-signature');
    if (!isMethod(method)) return refusal('isv.invalid-method');
    const content = (parsed(Buffer.from(params['biz_content'] ?? '')) ?? {}) as Content;
    const reference = textOf(content['out_trade_no']);
    const occasion = { ...call, reference };
    if (method === methods.pagePay || method === methods.wapPay)
      return { place: 'create-redirect', reference, perform: (fault) => this.open(params, content, fault, occasion) };
    return { place: PLACES[method], reference, perform: (fault) => this.answer(method, this.perform(method, content, fault, occasion)) };
  }

  /** The buyer opened the page: the trade is made, or was. */
  private open(params: EpayParams, content: Content, fault: Fault | undefined, call: Call & { readonly reference: string }): Answer {
    const { book, publicUrl } = this.gateway;
    const { reference } = call;
    const page = `${publicUrl}/pay/${reference}`;
    if (book.find(reference) !== undefined) return seeOther(page);
    const amountMinor = plainDecimal(textOf(content['total_amount']), CURRENCY) ?? 0;
    if (fault?.fault === 'refuse' || amountMinor < 1) return html(200, '<!doctype html><meta charset="utf-8"><title>支付宝</title>交易信息有误');
    const returnUrl = params['return_url'];
    const request = {
      ...{ reference, merchantId: this.account.appId, amountMinor, currency: CURRENCY, notifyUrl: params['notify_url'] ?? '' },
      ...(returnUrl !== undefined && { returnUrl }),
    };
    this.gateway.lieAbout(book.open(request, JSON.stringify(params), { madeAt: 'alipay' }), call);
    return seeOther(page);
  }

  private perform(method: AlipayMethod, content: Content, fault: Fault | undefined, call: Call & { readonly reference: string }): Said {
    const payment = this.gateway.book.find(call.reference);
    if (payment?.madeAt !== 'alipay' || (method === methods.query && this.gateway.notYetSeen(payment, fault))) return TRADE_NOT_EXIST;
    switch (method) {
      case methods.query:
        return tradeView(this.gateway.view(fault?.fault === 'stale-status' ? asOpened(payment) : payment));
      case methods.close:
        return this.close(payment, fault, call);
      case methods.refund:
        return this.refund(payment, content, fault, call);
      default:
        return this.refundQuery(payment, textOf(content['out_request_no']), fault);
    }
  }

  private close(payment: PaymentRecord, fault: Fault | undefined, call: Call & { readonly reference: string }): Said {
    if (fault?.fault === 'refuse') return 'ACQ.REASON_ILLEGAL_STATUS';
    if (payment.status === 'OPEN' && fault?.fault === 'close-too-late') this.gateway.capture(payment, undefined, call);
    if (payment.status !== 'OPEN') return 'ACQ.TRADE_STATUS_ERROR';
    this.gateway.close(payment, call);
    return { out_trade_no: payment.reference };
  }

  /** The same name is the same refund, and moves nothing the second time. */
  private refund(payment: PaymentRecord, content: Content, fault: Fault | undefined, call: Call & { readonly reference: string }): Said {
    const name = textOf(content['out_request_no']);
    const amountMinor = plainDecimal(textOf(content['refund_amount']), CURRENCY) ?? 0;
    const trade = { out_trade_no: payment.reference, trade_no: `2026${payment.reference}` };
    if (refundOf(payment, name) !== undefined) return { ...trade, fund_change: 'N' };
    if (payment.status !== 'PAID') return 'ACQ.TRADE_STATUS_ERROR';
    if (amountMinor < 1 || amountMinor > refundableMinor(payment)) return 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL';
    if (fault?.fault === 'refuse') return 'ACQ.SELLER_BALANCE_NOT_ENOUGH';
    const { status } = this.gateway.refund(payment, name, amountMinor, fault, call);
    return { ...trade, fund_change: status === 'REFUNDED' ? 'Y' : 'N' };
  }

  private refundQuery(payment: PaymentRecord, name: string, fault: Fault | undefined): Said {
    const refund = refundOf(payment, name);
    const seen = refund?.status === 'REFUNDED' && fault?.fault !== 'stale-status' && !this.gateway.notYetSeen(refund, fault);
    if (!seen) return {};
    const { amountMinor } = refund;
    const asked = { out_trade_no: payment.reference, out_request_no: name };
    return { ...asked, refund_amount: decimalText(amountMinor, CURRENCY), refund_status: 'REFUND_SUCCESS' };
  }

  /** Signed is the member as it is written. */
  private answer(method: AlipayMethod, said: Said): Answer {
    const done = { code: '10000', msg: 'Success' };
    const member = JSON.stringify(typeof said === 'string' ? { code: '40004', msg: 'Business Failed', sub_code: said } : { ...done, ...said });
    return { ...html(200, `{"${answerName(method)}":${member},"sign":"${this.sign(member)}"}`), type: 'application/json' };
  }
}

/** Before anything is known of the application there is nothing to sign with. */
const refusal = (why: string): Answer => ({
  ...html(200, JSON.stringify({ error_response: { code: '40002', msg: 'Invalid Arguments', sub_code: why } })),
  type: 'application/json',
});

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
