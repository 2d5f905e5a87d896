import { readForm } from '../../protocols/epay/form';
import type { EpayParams } from '../../protocols/epay/form';
import { withSignature } from '../../protocols/epay/signing';
import { REFUND_DONE, TIMESTAMP_TOLERANCE_MS, v2Done, v2Paths } from '../../protocols/epay/words';
import { yuanText } from '../../protocols/epay/money';
import type { GatewayPlace, Fault } from '../faults';
import { refundOf } from '../gateway-calls';
import { transactionIdOf } from '../payment-book';
import { json } from '../reply';
import type { Answer, Call, Operation } from '../reply';
import type { EpayAccount } from './account';
import { Failure, NO_REFUND, orderView, referenceIn } from './desk';
import type { EpayDesk } from './desk';

const FAILED = -1;
const failed = (message: string): Answer => json(200, { code: FAILED, msg: message });

const PLACES: Readonly<Record<string, GatewayPlace>> = {
  [v2Paths.create]: 'create-redirect',
  [v2Paths.query]: 'query',
  [v2Paths.refund]: 'refund',
  [v2Paths.refundQuery]: 'query-refund',
  [v2Paths.close]: 'close',
};

/** The RSA variant: every request is dated and signed, and so is every answer that says "done". */
export class EpayV2Calls {
  constructor(
    private readonly desk: EpayDesk,
    private readonly account: EpayAccount,
  ) {}

  /** Undefined when it is no call of this variant. */
  understand(call: Call): Operation | Answer | undefined {
    const place = call.method === 'POST' ? PLACES[call.path] : undefined;
    if (place === undefined) return undefined;
    const form = readForm(call.body.toString('latin1'));
    if (!form.ok) return failed('参数错误');
    const { params } = form;
    if (params['pid'] !== this.account.pid) return failed('商户ID不存在');
    if (!this.account.verifiers.RSA.isGenuine(params)) return failed('RSA签名校验失败');
    const aside = Math.abs(this.desk.gateway.delays.nowMs() - Number(params['timestamp']) * 1_000);
    if (!(aside <= TIMESTAMP_TOLERANCE_MS)) return failed('时间戳字段不正确');
    // A refund is asked about by its own number; its order is named by the first letters of it.
    const reference = referenceIn(params) || orderOfRefund(params);
    return { place, reference, perform: (fault) => this.perform(place, call, params, reference, fault) };
  }

  private perform(place: GatewayPlace, call: Call, params: EpayParams, reference: string, fault: Fault | undefined): Answer {
    const occasion = { ...call, reference };
    switch (place) {
      case 'create-redirect': {
        if (!params['clientip']) return failed('用户IP地址(clientip)不能为空');
        if (params['method'] !== 'jump') return failed('接口类型(method)不正确');
        const payment = this.desk.create(params, 'RSA', fault, occasion);
        if (payment instanceof Failure) return failed(payment.message);
        return this.done({ trade_no: transactionIdOf(payment), pay_type: 'jump', pay_info: this.desk.pageOf(payment) });
      }
      case 'query': {
        const payment = this.desk.find(params, fault);
        return payment instanceof Failure ? failed(payment.message) : this.done(orderView(payment));
      }
      case 'refund': {
        const refund = this.desk.refund(params, params['out_refund_no'] ?? `${reference}-${this.desk.gateway.delays.nowMs()}`, fault, occasion);
        if (refund instanceof Failure) return failed(refund.message);
        return this.done({ out_refund_no: refund.refundReference, out_trade_no: reference, money: yuanText(refund.amountMinor) });
      }
      case 'close': {
        const payment = this.desk.close(params, fault, occasion);
        return payment instanceof Failure ? failed(payment.message) : this.done({ out_trade_no: reference });
      }
      default:
        return this.refundQuery(params, fault);
    }
  }

  private refundQuery({ out_refund_no: number = '' }: EpayParams, fault: Fault | undefined): Answer {
    for (const payment of this.desk.gateway.book.all()) {
      const refund = refundOf(payment, number);
      if (refund === undefined || payment.epay === undefined) continue;
      if (this.desk.gateway.notYetSeen(refund, fault)) break;
      const status = refund.status === 'REFUNDED' && fault?.fault !== 'stale-status' ? REFUND_DONE : 0;
      return this.done({ out_refund_no: number, out_trade_no: payment.reference, money: yuanText(refund.amountMinor), status: String(status) });
    }
    return failed(NO_REFUND.message);
  }

  private done(members: EpayParams): Answer {
    const dated = { code: String(v2Done), msg: 'success', ...members, timestamp: String(Math.floor(this.desk.gateway.delays.nowMs() / 1_000)) };
    // The code is a number on the wire, and signed as its digits.
    return json(200, { ...withSignature(dated, this.account.signers.RSA), code: v2Done });
  }
}

const orderOfRefund = ({ out_refund_no: number = '' }: EpayParams): string => number.replace(/r[0-9]+$/, '');
