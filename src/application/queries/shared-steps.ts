import type { StoredEvent } from '../../domain/kernel/event';
import type { OrderEvent, OrderEventData } from '../../domain/order/events';
import type { Locale } from '../caller';
import { show, words, type Words } from './words';

/** One step of an order as somebody outside may know it. */
export interface SharedStep {
  /** ISO-8601 UTC. */
  readonly occurredAt: string;
  readonly words: string;
}

type StepWords = { readonly [Type in OrderEvent['type']]?: (data: OrderEventData<Type>) => Words };

/**
 * The steps that a shared order shows, in words made of amounts alone: no name of an account, a channel or a person, and nothing that anybody
 * typed. What is not in this list is not shown, so an event that comes to be later is hidden until somebody has thought about it.
 */
const STEPS: StepWords = {
  OrderSubmitted: (d) => words(`Ordered, for ${show(d.amount)}`, `已下单，金额 ${show(d.amount)}`),
  PaymentRequested: (d) => words(`Payment of ${show(d.amount)} asked for`, `已发起支付 ${show(d.amount)}`),
  PaymentConfirmed: (d) => words(`Payment of ${show(d.captured)} confirmed`, `已确认付款 ${show(d.captured)}`),
  PaymentDeclined: () => words('The payment was declined', '支付被拒绝'),
  PaymentClosed: () => words('The payment was closed without money', '支付已关闭，未收款'),
  SurplusPaymentConfirmed: (d) => words(`A second payment of ${show(d.captured)} came in; it goes back`, `多收到一笔 ${show(d.captured)}，将退回`),
  PaymentCapturedAgain: (d) => words(`${show(d.surplus)} was taken once more; it goes back`, `重复扣款 ${show(d.surplus)}，将退回`),
  LatePaymentReceived: (d) => words(`Payment of ${show(d.captured)} came after the order had ended`, `订单结束后收到付款 ${show(d.captured)}`),
  OrderDelivered: (d) => (d.partial ? words('A part was delivered', '已部分发货') : words('Delivered', '已发货')),
  CardsRevealed: (d) =>
    d.first
      ? words('The buyer looked at the goods for the first time', '买家首次查看')
      : words('The buyer looked at the goods again', '买家再次查看'),
  CardReported: () => words('The buyer reported a problem with the goods', '买家反馈商品问题'),
  ReissueOrdered: () => words('The shop looks for other goods', '商家安排补发'),
  ComplaintOpened: () => words('The buyer complained', '买家投诉'),
  ComplaintResolved: () => words('The complaint was answered', '投诉已处理'),
  RefundOrdered: (d) => words(`Refund of ${show(d.amount)} ordered`, `已决定退款 ${show(d.amount)}`),
  RefundRefused: () => words('The refund was refused', '退款被拒绝'),
  Compensated: (d) =>
    d.method === 'REFUND' ? words(`${show(d.amount)} returned`, `已退款 ${show(d.amount)}`) : words('Settled with other goods', '已补发'),
  OrderCancelled: () => words('Cancelled', '已取消'),
  OrderExpired: () => words('Not paid in time', '超时未付款'),
  OrderFailed: () => words('The payment did not go through', '支付未成功'),
  OrderReopened: () => words('Taken up again', '重新处理'),
};

/** The steps among all events of one order, oldest first. */
export function sharedSteps(events: readonly Pick<StoredEvent, 'type' | 'data' | 'occurredAt'>[], locale: Locale): readonly SharedStep[] {
  return events.flatMap(({ type, data, occurredAt }) => {
    const said = Object.hasOwn(STEPS, type) ? STEPS[type as OrderEvent['type']]?.(data as never) : undefined;
    return said === undefined ? [] : [{ occurredAt, words: locale === 'en' ? said.en : said.zh }];
  });
}
