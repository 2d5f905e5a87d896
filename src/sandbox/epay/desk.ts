import type { EpayParams } from '../../protocols/epay/form';
import { EPAY_CURRENCY, minorOfYuan, yuanText } from '../../protocols/epay/money';
import { orderStatus } from '../../protocols/epay/words';
import type { Fault, Occasion } from '../faults';
import type { Gateway } from '../gateway';
import { refundOf } from '../gateway-calls';
import { asOpened, refundableMinor, transactionIdOf } from '../payment-book';
import type { EpayTerms, PaymentRecord, RefundRecord } from '../payment-book';

/** As strict as the strictest server met: what passes here passes everywhere. */
const TRADE_NUMBER = /^[A-Za-z0-9]{1,32}$/;
const WEB_URL = /^https?:\/\/[!-~]{1,2000}$/;

/** Why something was not done, in the words of the common servers. */
export class Failure {
  constructor(readonly message: string) {}
}

export const NO_ORDER = new Failure('订单号不存在');
export const NO_REFUND = new Failure('退款单号不存在');

/** What both variants do with orders, over the sandbox's own book. How it is asked and answered is theirs. */
export class EpayDesk {
  constructor(
    readonly gateway: Gateway,
    readonly pid: string,
  ) {}

  /** The same number with the same amount is the same order while nobody paid it. */
  create(params: EpayParams, variant: EpayTerms['variant'], fault: Fault | undefined, call: Occasion): PaymentRecord | Failure {
    const reference = params['out_trade_no'] ?? '';
    const amountMinor = minorOfYuan(params['money'] ?? '') ?? 0;
    const flaw = flawOf(params, amountMinor);
    if (flaw !== null) return new Failure(flaw);
    const existing = this.gateway.book.find(reference);
    if (existing !== undefined) {
      if (existing.status !== 'OPEN') return new Failure('该订单已完成支付，请勿重复发起');
      return existing.amountMinor === amountMinor ? existing : new Failure('商户订单号重复');
    }
    if (fault?.fault === 'refuse') return new Failure('支付通道维护中');
    const { notify_url: notifyUrl = '', return_url: returnUrl, type = '', name = '', param = '' } = params;
    const urls = { notifyUrl, ...(returnUrl !== undefined && returnUrl !== '' && { returnUrl }) };
    const request = { reference, merchantId: this.pid, amountMinor, currency: EPAY_CURRENCY, ...urls };
    const payment = this.gateway.book.open(request, JSON.stringify(params), { epay: { variant, type, name, param } });
    this.gateway.lieAbout(payment, { ...call, reference });
    return payment;
  }

  find(params: EpayParams, fault: Fault | undefined): PaymentRecord | Failure {
    const payment = this.gateway.book.find(referenceIn(params));
    if (payment?.epay === undefined || this.gateway.notYetSeen(payment, fault)) return NO_ORDER;
    return fault?.fault === 'stale-status' ? asOpened(payment) : payment;
  }

  refund(params: EpayParams, refundReference: string, fault: Fault | undefined, call: Occasion): RefundRecord | Failure {
    const payment = this.find(params, undefined);
    if (payment instanceof Failure) return payment;
    const amountMinor = minorOfYuan(params['money'] ?? '') ?? 0;
    if (amountMinor < 1) return new Failure('退款金额不正确');
    const existing = refundOf(payment, refundReference);
    if (existing !== undefined) return existing.amountMinor === amountMinor ? existing : new Failure('退款单号重复');
    if (payment.status !== 'PAID') return new Failure('只能退款已支付的订单');
    if (amountMinor > refundableMinor(payment)) return new Failure('退款金额不能大于订单金额');
    const refund = this.gateway.refund(payment, refundReference, amountMinor, fault, { ...call, reference: payment.reference });
    return refund.status === 'REFUSED' ? new Failure('退款失败') : refund;
  }

  close(params: EpayParams, fault: Fault | undefined, call: Occasion): PaymentRecord | Failure {
    const payment = this.find(params, undefined);
    if (payment instanceof Failure) return payment;
    if (fault?.fault === 'refuse') return new Failure('该通道不支持关闭订单');
    const occasion = { ...call, reference: payment.reference };
    if (payment.status === 'OPEN' && fault?.fault === 'close-too-late') this.gateway.capture(payment, undefined, occasion);
    if (payment.status === 'PAID') return new Failure('订单已支付，无法关闭');
    if (payment.status === 'OPEN') this.gateway.close(payment, occasion);
    return payment;
  }

  pageOf({ reference }: PaymentRecord): string {
    return `${this.gateway.publicUrl}/pay/${reference}`;
  }
}

/** Which order a call is about: its number of the merchant, or of the platform. */
export function referenceIn(params: EpayParams): string {
  return params['out_trade_no'] ?? (params['trade_no'] ?? '').replace(/^tx_/, '');
}

function flawOf({ type = '', out_trade_no: number = '', notify_url: url = '', name = '' }: EpayParams, amountMinor: number): string | null {
  if (!TRADE_NUMBER.test(number)) return '订单号(out_trade_no)格式不正确';
  if (type === '') return '支付方式(type)不能为空';
  if (!WEB_URL.test(url)) return '通知地址(notify_url)不正确';
  if (name === '') return '商品名称(name)不能为空';
  return amountMinor < 1 ? '金额不合法' : null;
}

/** An order as a query shows it, without the answer's own members. */
export function orderView(payment: PaymentRecord): EpayParams {
  const { reference, merchantId, amountMinor, capturedMinor, refundedMinor, status, createdAtMs, paidAtMs, epay } = payment;
  const paid = status === 'PAID';
  return {
    trade_no: transactionIdOf(payment),
    out_trade_no: reference,
    type: epay?.type ?? '',
    pid: merchantId,
    addtime: clock(createdAtMs),
    endtime: paid && paidAtMs !== undefined ? clock(paidAtMs) : '',
    name: epay?.name ?? '',
    money: yuanText(paid ? capturedMinor : amountMinor),
    refundmoney: refundedMinor > 0 ? yuanText(refundedMinor) : '',
    status: String(refundedMinor > 0 ? orderStatus.refunded : paid ? orderStatus.paid : orderStatus.unpaid),
  };
}

/** `2026-11-21 08:00:55`, UTC. */
const clock = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
