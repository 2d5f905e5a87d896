import { timingSafeEqual } from 'node:crypto';
import { readForm } from '../../protocols/epay/form';
import type { EpayParams } from '../../protocols/epay/form';
import { v1Done, v1Paths } from '../../protocols/epay/words';
import type { Fault } from '../faults';
import { transactionIdOf } from '../payment-book';
import type { PaymentRecord } from '../payment-book';
import { html, json, seeOther } from '../reply';
import type { Answer, Call, Operation } from '../reply';
import type { EpayAccount } from './account';
import { Failure, orderView, referenceIn } from './desk';
import type { EpayDesk } from './desk';

const FAILED = -1;
const BAD_KEY = -3;
const failed = (message: string, code = FAILED): Answer => json(200, { code, msg: message });

/** The MD5 variant: orders are signed, questions and refunds carry the key, answers carry no signature. */
export class EpayV1Calls {
  constructor(
    private readonly desk: EpayDesk,
    private readonly account: EpayAccount,
  ) {}

  /** Undefined when it is no call of this variant. */
  understand(call: Call): Operation | Answer | undefined {
    switch (call.path) {
      case v1Paths.create:
        return this.creation(call, (payment) =>
          json(200, { code: v1Done, msg: '', trade_no: transactionIdOf(payment), payurl: this.desk.pageOf(payment) }),
        );
      case v1Paths.page:
        return this.creation(call, (payment) => seeOther(this.desk.pageOf(payment)));
      case v1Paths.api:
        return this.api(call);
      default:
        return undefined;
    }
  }

  private creation(call: Call, shown: (payment: PaymentRecord) => Answer): Operation | Answer {
    const form = readForm(call.method === 'GET' ? call.query : call.body.toString('latin1'));
    if (!form.ok) return failed('参数错误');
    const { params } = form;
    const onPage = call.path === v1Paths.page;
    const refuse = (message: string): Answer =>
      onPage ? html(200, `<!doctype html><meta charset="utf-8"><title>${message}</title>${message}`) : failed(message);
    if (params['pid'] !== this.account.pid) return refuse('商户ID不存在');
    if (!this.account.verifiers.MD5.isGenuine(params)) return refuse('MD5签名校验失败');
    if (!onPage && !params['clientip']) return refuse('用户IP地址(clientip)不能为空');
    return {
      place: 'create-redirect',
      reference: referenceIn(params),
      perform: (fault) => {
        const payment = this.desk.create(params, 'MD5', fault, { ...call, reference: referenceIn(params) });
        return payment instanceof Failure ? refuse(payment.message) : shown(payment);
      },
    };
  }

  private api(call: Call): Operation | Answer {
    const [query, body] = [readForm(call.query), readForm(call.method === 'POST' ? call.body.toString('latin1') : '')];
    if (!query.ok || !body.ok) return failed('参数错误');
    const params = { ...query.params, ...body.params };
    if (params['pid'] !== this.account.pid) return failed('商户ID不存在', BAD_KEY);
    if (!this.hasKey(params)) return failed('商户密钥错误', BAD_KEY);
    const reference = referenceIn(params);
    switch (`${call.method} ${params['act']}`) {
      case 'GET order':
        return { place: 'query', reference, perform: (fault) => this.order(params, fault) };
      case 'POST refund':
        return { place: 'refund', reference, perform: (fault) => this.refund(call, params, fault) };
      default:
        return failed('No Act!');
    }
  }

  private hasKey({ key = '' }: EpayParams): boolean {
    const [given, expected] = [Buffer.from(key), Buffer.from(this.account.key)];
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  private order(params: EpayParams, fault: Fault | undefined): Answer {
    const payment = this.desk.find(params, fault);
    if (payment instanceof Failure) return failed(payment.message);
    // This variant does not say how much went back.
    const { refundmoney: _unsaid, ...order } = orderView(payment);
    return json(200, { code: v1Done, msg: 'succ', ...order });
  }

  /** A refund has no name in this variant, so a second call is a second refund. */
  private refund(call: Call, params: EpayParams, fault: Fault | undefined): Answer {
    const payment = this.desk.find(params, undefined);
    const before = payment instanceof Failure ? 0 : payment.refunds.length;
    const refund = this.desk.refund(params, `${referenceIn(params)}-${before + 1}`, fault, { ...call, reference: referenceIn(params) });
    return refund instanceof Failure ? failed(refund.message) : json(200, { code: v1Done, msg: '退款成功' });
  }
}
