import type { CallAnswer, PaymentFacts } from '../../../application/ports/gateway';
import { EPAY_CURRENCY } from '../../../protocols/epay/money';
import { answerSchema, orderSchema, orderStatus, saysNotFound } from '../../../protocols/epay/words';
import type { EpayAnswer } from '../../../protocols/epay/words';
import { readStrictJson } from '../../../protocols/strict-json';
import { meaningOfSilence, throttled } from '../../http/answer-meaning';
import type { HttpEnd } from '../../http/http-call';
import { unknown } from '../../http/outcomes';
import type { EpayDialect } from './dialect';

/**
 * What an answer of an epay server means. Such servers say everything with status 200 and a `code`, so any other status comes from something
 * between us and proves nothing. `read` judges an answer that says "done" and is believed; a failure is a definite refusal of this one sending.
 */
export function meaningOf<Facts>(dialect: EpayDialect, end: HttpEnd, read: (answer: EpayAnswer) => CallAnswer<Facts>): CallAnswer<Facts> {
  if (end.end !== 'replied') return meaningOfSilence(end);
  if (end.status === 429) return throttled(end.headers);
  if (end.status !== 200) return unknown(`HTTP_${end.status}`);
  const json = readStrictJson(end.body);
  if (!json.ok) return unknown(json.why);
  const answer = answerSchema.safeParse(json.value);
  if (!answer.success) return unknown('UNREADABLE_ANSWER');
  if (answer.data.code !== dialect.done) return failure(answer.data);
  const flaw = dialect.flawOfAnswer(answer.data);
  return flaw === null ? read(answer.data) : unknown(flaw);
}

/** The message is for people, and may hold anything: it is looked at, and left behind. */
function failure({ code, msg = '' }: EpayAnswer): CallAnswer<never> {
  return saysNotFound(msg) ? { outcome: 'notFound' } : { outcome: 'refused', code: `EPAY_${code}` };
}

/** The order of a query as our facts. One that is about another number, or in a state that says nothing of money, is no answer. */
export function orderFacts(answer: EpayAnswer, tradeNumber: string, reference: string): CallAnswer<PaymentFacts> {
  const order = orderSchema.safeParse(answer);
  if (!order.success || order.data.out_trade_no !== tradeNumber) return unknown('UNREADABLE_ANSWER');
  const { pid, trade_no: transactionId, money, status, refundmoney } = order.data;
  if (status !== orderStatus.unpaid && status !== orderStatus.paid && status !== orderStatus.refunded) return unknown(`ORDER_STATUS_${status}`);
  const paid = status !== orderStatus.unpaid;
  // Many servers do not say how much went back; nothing is decided by this number, it is shown to people.
  const refundedMinor = status === orderStatus.refunded ? (refundmoney ?? money) : 0;
  const facts = { reference, merchantId: pid, amountMinor: money, capturedMinor: paid ? money : 0, refundedMinor, currency: EPAY_CURRENCY };
  return { outcome: 'answered', facts: paid ? { ...facts, status: 'PAID', transactionId } : { ...facts, status: 'OPEN' } };
}
