import type { OrderEvent, OrderEventData } from '../../domain/order/events';
import { RETRY_BUDGET } from '../../domain/order/retries';
import { plain, retryCause } from './plain-words';
import { purchaseWords, purchaseWordsOutside } from './purchase-words';
import { counted, show, words, type Words } from './words';

export type { Words } from './words';

type WordsOf = { readonly [Type in OrderEvent['type']]: (data: OrderEventData<Type>) => Words };

/** Every type of event has its words here, or this does not compile. */
const orderWords: WordsOf = {
  ...purchaseWords,
  OrderSubmitted: (d) =>
    words(`Order for ${d.quantity} × ${d.skuId} stored, ${show(d.amount)}`, `订单已保存:${d.quantity} × ${d.skuId},${show(d.amount)}`),
  OrderRouted: (d) => words(`Entered lane ${d.lane}: ${plain(d.why).en}`, `进入通道 ${d.lane}:${plain(d.why).zh}`),
  CancelRequested: () => words('Cancel asked for', '已申请取消'),
  PaymentRequested: (d) =>
    words(
      `Payment attempt ${d.attempt} of ${show(d.amount)} requested from ${d.gatewayId}`,
      `第 ${d.attempt} 次向 ${d.gatewayId} 请求支付 ${show(d.amount)}`,
    ),
  PaymentOpened: (d) => words(`${d.gatewayId} waits for the buyer to pay`, `${d.gatewayId} 等待买家付款`),
  PaymentNoticeReceived: (d) =>
    d.matched === true
      ? words(
          `A person matched a notice of ${d.gatewayId} to this payment; the gateway will be asked`,
          `人工将 ${d.gatewayId} 的通知匹配到此支付,将向网关核实`,
        )
      : words(
          `Notice from ${d.gatewayId} says: ${plain(d.claimedStatus).en}; the gateway will be asked`,
          `${d.gatewayId} 通知称:${plain(d.claimedStatus).zh},将向网关核实`,
        ),
  PaymentChecked: (d) => words(`${d.gatewayId} was asked and says: ${plain(d.status).en}`, `已查询 ${d.gatewayId},结果:${plain(d.status).zh}`),
  PaymentConfirmed: (d) =>
    words(`Payment of ${show(d.captured)} confirmed by ${proof(d.evidence).en}`, `${proof(d.evidence).zh}确认已付款 ${show(d.captured)}`),
  PaymentDeclined: (d) => words(`Payment declined: ${plain(d.cause).en}`, `支付被拒绝:${plain(d.cause).zh}`),
  PaymentTimedOut: (d) =>
    words(
      `No answer to the ${plain(d.call).en} call to ${d.gatewayId} (${plain(d.cause).en}); its outcome is unknown`,
      `${d.gatewayId} 的${plain(d.call).zh}调用未得到答复(${plain(d.cause).zh}),结果未知`,
    ),
  PaymentMismatched: (d) =>
    words(`Money does not fit: ${d.field} should be ${d.expected}, is ${d.reported}`, `款项不符:${d.field} 应为 ${d.expected},实为 ${d.reported}`),
  PaymentMethodChanged: (d) => words(`Payment method changed to ${d.payment.gatewayId}`, `支付方式改为 ${d.payment.gatewayId}`),
  PaymentMethodChangeDropped: (d) =>
    words(`Change of method dropped: ${d.payment.gatewayId} was paid after all`, `取消更换支付方式:${d.payment.gatewayId} 已付款`),
  PaymentCloseRequested: (d) =>
    words(`Closing the payment at ${d.gatewayId}: ${plain(d.cause).en}`, `正在关闭 ${d.gatewayId} 的支付:${plain(d.cause).zh}`),
  PaymentClosed: (d) => words(`Payment at ${d.gatewayId} is closed (${plain(d.proof).en})`, `${d.gatewayId} 的支付已关闭(${plain(d.proof).zh})`),
  SurplusPaymentConfirmed: (d) => words(`A second payment of ${show(d.captured)} came in; it goes back`, `多收到一笔 ${show(d.captured)},将退回`),
  PaymentCapturedAgain: (d) =>
    words(
      `A person found ${show(d.surplus)} taken once more on the same payment (${d.transactionId}); it goes back`,
      `人工核实同一支付被重复扣款 ${show(d.surplus)}(${d.transactionId}),将退回`,
    ),
  LatePaymentReceived: (d) => words(`Payment of ${show(d.captured)} came after the order had ended`, `订单结束后收到付款 ${show(d.captured)}`),
  RetryScheduled: (d) =>
    d.cause === RETRY_BUDGET
      ? words(
          `The next ${plain(d.step).en} attempt is moved to ${d.dueAt}: ${plain(d.cause).en}`,
          `${plain(d.step).zh}的下次尝试推迟到 ${d.dueAt}：${plain(d.cause).zh}`,
        )
      : words(
          `${plain(d.step).en} attempt ${d.attempt} did not get through (${retryCause(d.cause).en}); again at ${d.dueAt}`,
          `${plain(d.step).zh}第 ${d.attempt} 次未送达(${retryCause(d.cause).zh}),${d.dueAt} 重试`,
        ),
  CardReserved: (d) => words(`${counted(d.cardIds)} reserved`, `已预留 ${d.cardIds.length} 张卡`),
  CardReservationLost: (d) => words(`Reservation ${d.reservation} lost: another order was faster`, `预留 ${d.reservation} 失败:卡已被其他订单占用`),
  CardsSecured: (d) => words(`${counted(d.cardIds)} secured`, `已锁定 ${d.cardIds.length} 张卡`),
  CardsGivenUp: (d) => words(`${counted(d.cardIds)} given up: ${plain(d.cause).en}`, `放弃 ${d.cardIds.length} 张卡:${plain(d.cause).zh}`),
  CardsReleased: (d) => words(`${counted(d.cardIds)} released`, `已释放 ${d.cardIds.length} 张卡`),
  OrderDelivered: delivered,
  CardsRevealed: (d) => words(d.first ? 'Codes seen for the first time' : 'Codes seen again', d.first ? '首次查看卡密' : '再次查看卡密'),
  CardReported: () => words('Buyer reported a problem with a card', '买家反馈卡密问题'),
  ReissueOrdered: (d) =>
    d.cause === 'REPORTED'
      ? words(`Another card ordered for a reported one, until ${d.deliverBy}`, `为有误的卡密安排补发,截止 ${d.deliverBy}`)
      : words(`Looking for cards once more, until ${d.deliverBy}`, `再次配卡,截止 ${d.deliverBy}`),
  DeliveryResendRequested: () => words('Delivery message to be sent again', '重新发送发货通知'),
  AccessTokenRotated: () => words('Access token renewed; older ones no longer open the order', '访问令牌已更新,旧令牌失效'),
  RefundOrdered: (d) => words(`Refund of ${show(d.amount)} ordered: ${plain(d.cause).en}`, `已决定退款 ${show(d.amount)}:${plain(d.cause).zh}`),
  RefundRequested: (d) => words(`Refund of ${show(d.amount)} requested from ${d.gatewayId}`, `向 ${d.gatewayId} 申请退款 ${show(d.amount)}`),
  RefundTimedOut: (d) =>
    words(
      `No answer to the refund call to ${d.gatewayId} (${plain(d.cause).en}); its outcome is unknown`,
      `${d.gatewayId} 的退款调用未得到答复(${plain(d.cause).zh}),结果未知`,
    ),
  RefundChecked: (d) =>
    words(`${d.gatewayId} was asked about the refund and says: ${plain(d.status).en}`, `已查询 ${d.gatewayId} 的退款,结果:${plain(d.status).zh}`),
  RefundRefused: (d) =>
    d.evidence === 'PERSON'
      ? words(`A person found that ${d.gatewayId} did not refund it`, `人工核实:${d.gatewayId} 未退款`)
      : words(`Refund refused by ${d.gatewayId}: ${plain(d.cause).en}`, `${d.gatewayId} 拒绝退款:${plain(d.cause).zh}`),
  Compensated: (d) =>
    d.method === 'REFUND'
      ? words(
          `${show(d.amount)} returned${d.evidence === 'PERSON' ? ', as a person found out' : ''}: ${plain(d.cause).en}`,
          `已退款 ${show(d.amount)}${d.evidence === 'PERSON' ? '(人工核实)' : ''}:${plain(d.cause).zh}`,
        )
      : words('Settled by the cards of a further round', '已补发'),
  OrderCancelled: (d) =>
    words(d.cause === 'REQUESTED' ? 'Cancelled as asked' : 'Cancelled: out of stock', d.cause === 'REQUESTED' ? '已按申请取消' : '已取消:缺货'),
  OrderExpired: () => words('Expired unpaid', '超时未付款,已过期'),
  OrderFailed: (d) => words(`Failed: ${plain(d.cause).en}`, `失败:${plain(d.cause).zh}`),
  OrderReopened: (d) =>
    words(
      d.cause === 'LATE_PAYMENT' ? 'Reopened by a late payment' : 'Tried again by a person',
      d.cause === 'LATE_PAYMENT' ? '因迟到付款重新处理' : '人工重试',
    ),
  ReviewOpened: (d) => words(`A person must look at it: ${plain(d.cause).en} (${d.subject})`, `转人工审核:${plain(d.cause).zh}(${d.subject})`),
  ReviewResolved: (d) =>
    words(
      d.resolution === 'ANSWERED' ? `Review closed by its answer (${d.subject})` : `Review closed by a person (${d.subject})`,
      d.resolution === 'ANSWERED' ? `审核因得到结果而关闭(${d.subject})` : `人工关闭审核(${d.subject})`,
    ),
  OrderFrozen: (d) => words(`Frozen: ${plain(d.cause).en}`, `已冻结:${plain(d.cause).zh}`),
  OrderUnfrozen: () => words('No longer frozen', '已解冻'),
  BuyerErased: () => words('The order has forgotten its buyer', '订单已抹除买家信息'),
  ComplaintOpened: (d) => words(`Complaint about ${plain(`ABOUT_${d.about}`).en}`, `投诉:${plain(`ABOUT_${d.about}`).zh}`),
  ComplaintResolved: (d) => words(`Complaint answered: ${plain(d.outcome).en}`, `投诉已处理:${plain(d.outcome).zh}`),
  NoteAdded: (d) => words(`Note: ${d.text}`, `备注:${d.text}`),
  OrderAssigned: (d) => words(`Given to ${d.assignee}`, `已分配给 ${d.assignee}`),
  OrderUnassigned: () => words('Nobody has it any more', '已取消分配'),
  OrderTagged: (d) => words(`Tagged ${d.tag}`, `添加标签:${d.tag}`),
  OrderUntagged: (d) => words(`Tag ${d.tag} taken off`, `移除标签:${d.tag}`),
  OrderShared: (d) => words(`Shared by a link until ${d.expiresAt}`, `已生成分享链接，有效期至 ${d.expiresAt}`),
  SharedOrderOpened: (d) =>
    words(
      d.opening === 1 ? 'Shared link opened for the first time' : `Shared link opened again (${d.opening})`,
      d.opening === 1 ? '分享链接首次被打开' : `分享链接再次被打开（第 ${d.opening} 次）`,
    ),
  ShareRevoked: () => words('Shared link taken back', '分享链接已撤销'),
  FieldsRevealed: (d) => words(`${d.reader} saw what the buyer filled in`, `${d.reader} 查看了买家填写的信息`),
};

function delivered({ cardIds, partial, added, replaces = [], receiptUnits = 0 }: OrderEventData<'OrderDelivered'>): Words {
  if (replaces.length > 0) return words(`${replaces.length} reported card(s) replaced`, `已补发 ${replaces.length} 张卡`);
  if (added?.length === 0) return words('Closed with the cards that are there', '以现有卡密结单');
  if (receiptUnits > 0 && cardIds.length === 0) return words(`Done for ${receiptUnits}, with a receipt`, `已办理 ${receiptUnits} 份,有回执`);
  return words(
    `${counted(cardIds)} delivered${partial ? ', as a part of the order' : ''}`,
    `已发卡 ${cardIds.length} 张${partial ? '(部分发货)' : ''}`,
  );
}

function proof(evidence: 'QUERY' | 'PERSON'): Words {
  return evidence === 'QUERY' ? words('asking the gateway', '网关查询') : words('a person', '人工');
}

const orderWordsOutside: WordsOf = { ...orderWords, ...purchaseWordsOutside };

/** What happened, in plain words; null for an event this program does not know. `inside`: the reader belongs to the shop. */
export function wordsOf(event: { readonly type: string; readonly data: object }, inside = true): Words | null {
  if (!Object.hasOwn(orderWords, event.type)) return null;
  const said = inside ? orderWords : orderWordsOutside;
  return said[event.type as OrderEvent['type']](event.data as never);
}
