import { NEVER_SENT } from '../../domain/order/timing';
import { words, type Words } from './words';

/** The codes of our own events as people say them. A word from outside, such as a gateway's refusal, stays as it is. */
const PLAIN: Readonly<Record<string, Words>> = {
  // What a gateway says of a payment.
  OPEN: words('not paid yet', '尚未付款'),
  PAID: words('paid', '已付款'),
  DECLINED: words('declined', '被拒绝'),
  CLOSED: words('closed', '已关闭'),
  PENDING: words('still working on it', '处理中'),
  NOT_FOUND: words('it has never heard of it', '没有此记录'),
  NEVER_SEEN: words('the gateway never saw it', '网关从未收到'),
  NOT_DONE: words('it never arrived', '请求未送达'),
  // Why something is closed, refunded, given up or looked at.
  EXPIRED: words('it was not paid in time', '超时未付款'),
  CANCELLED: words('the order was cancelled', '订单已取消'),
  METHOD_CHANGED: words('another way to pay was chosen', '已更换支付方式'),
  ENDED: words('the order has ended', '订单已结束'),
  IN_DOUBT: words('its outcome is unknown', '结果未知'),
  SURPLUS: words('it was paid more than once', '重复付款'),
  LATE: words('the money came too late', '付款过迟'),
  DEADLINE: words('no card could be had in time', '未能按时配卡'),
  PARTIAL: words('a part could not be delivered', '部分未能发货'),
  PERSON: words('a person decided so', '人工决定'),
  REFUNDED: words('the money goes back', '款项退回'),
  TAKEN_BACK: words('their price went back', '已退款收回'),
  REPLACED: words('reported as bad, another one takes its place', '卡密有误，另行补发'),
  PAYMENT_MISMATCHED: words('the money does not fit the order', '款项与订单不符'),
  GATEWAY_DISAGREES: words('a person confirmed the money, and now the gateway says that there is none', '人工已确认收款，但网关称未收到'),
  CANNOT_BE_ASKED: words('the gateway cannot be asked', '网关无法查询'),
  GATEWAY_UNKNOWN: words('the gateway is no longer configured', '支付渠道已不存在'),
  GATEWAY_UNAVAILABLE: words('the gateway cannot be reached', '支付渠道无法连接'),
  REFUND_REFUSED: words('the refund was refused', '退款被拒绝'),
  NOT_REFUNDED: words('a person found that it was not done', '人工核实未退款'),
  NOT_DELIVERED_IN_TIME: words('it was not delivered in time', '未按时发货'),
  NOT_REPLACED_IN_TIME: words('no other card could be had in time', '未能按时补发'),
  COMPLAINT: words('the buyer complains', '买家投诉'),
  ABOUT_DELIVERY: words('the delivery', '发货'),
  ABOUT_PAYMENT: words('the payment', '付款'),
  ABOUT_REFUND: words('a refund', '退款'),
  ABOUT_OTHER: words('something else', '其他'),
  UPHELD: words('the buyer was right', '投诉成立'),
  REJECTED: words('there was nothing in it', '投诉不成立'),
  CARD_REPORTED: words('the buyer says that a code does not work', '买家反馈卡密有误'),
  SEAL_BROKEN: words('a code could not be opened', '卡密无法解开'),
  NO_PROGRESS: words('nothing has happened to it for long', '长时间没有进展'),
  ENGINE_STUCK: words('the engine got nowhere with it', '引擎多次处理未果'),
  ORDER_TOO_LONG: words('it has too many events', '记录过多'),
  OUT_OF_STOCK: words('out of stock', '缺货'),
  // Why an order is in its lane.
  TIER_VIP: words('a VIP buyer', '贵宾买家'),
  ENGINE_LOADED: words('much to do at that moment', '当时系统繁忙'),
  TIER_STANDARD: words('an ordinary buyer', '普通买家'),
  // Why a request is made later than planned.
  RETRY_BUDGET: words('so many retries there came to nothing that the next one has to wait', '该渠道多次重试未果，需稍后再试'),
  // Why a call has no outcome.
  TIME_OUT: words('it took too long', '超时'),
  PERFORMER_SILENT: words('whoever made the call fell silent', '执行进程中断'),
  // Calls.
  request: words('request', '请求'),
  query: words('question', '查询'),
  close: words('close', '关闭'),
  payment: words('payment', '支付'),
  refund: words('refund', '退款'),
};

export const plain = (code: string): Words => (Object.hasOwn(PLAIN, code) ? (PLAIN[code] ?? words(code, code)) : words(code, code));

/** Why a request is made anew. What was cancelled is then the request, and not the order; what was too late is this shop. */
export function retryCause(cause: string): Words {
  if (cause === NEVER_SENT) return words('this shop came too late to send it', '本店未能及时发出');
  return cause === 'CANCELLED' ? words('it was cancelled', '请求已取消') : plain(cause);
}
