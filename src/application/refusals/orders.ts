import type { RefusalWords } from '../refusal-words';
import type { RefusalCode } from './codes';

/** Refusals of what is asked of an order that is there. */
export const orderRefusals = {
  ORDER_NOT_FOUND: { retryable: false, 'zh-CN': '未找到该订单。请核对订单编号。', en: 'There is no such order. Check the order id.' },
  ORDER_EXISTS: {
    retryable: false,
    'zh-CN': '该订单已存在。请直接查询此订单。',
    en: 'This order exists already. Read it instead of submitting it again.',
  },
  ILLEGAL_STATE: {
    retryable: false,
    'zh-CN': '订单的当前状态不允许此操作。请刷新订单查看下一步。',
    en: 'The order does not allow this in its present state. Read the order again to see what comes next.',
  },
  CANNOT_CANCEL_PAID_ORDER: {
    retryable: false,
    'zh-CN': '已付款的订单不能取消。如需退款，请联系客服。',
    en: 'A paid order cannot be cancelled. Contact support if you want a refund.',
  },
  ORDER_FROZEN: {
    retryable: false,
    'zh-CN': '订单已冻结，等待人工审核。如有疑问请联系客服。',
    en: 'The order is frozen until a person has looked at it. Contact support with any question.',
  },
  PAYMENT_NOT_FOUND: {
    retryable: false,
    'zh-CN': '该订单没有此笔支付。请核对支付单号。',
    en: 'This order has no such payment. Check the payment reference.',
  },
  PAYMENT_PAGE_OPEN: {
    retryable: true,
    'zh-CN': '当前支付页面无法关闭，暂不能更换支付方式。请完成支付，或等待其过期。',
    en: 'The open payment page cannot be closed, so the method cannot change. Pay there, or wait until it expires.',
  },
  REFUND_IN_PROGRESS: { retryable: true, 'zh-CN': '退款正在进行中。请等待退款结果。', en: 'A refund is under way. Wait for its result.' },
  REFUND_NOT_FOUND: {
    retryable: false,
    'zh-CN': '该订单没有此笔退款。请核对退款单号。',
    en: 'This order has no such refund. Check the refund reference.',
  },
  PURCHASE_NOT_FOUND: {
    retryable: false,
    'zh-CN': '该订单没有此笔采购。请核对采购单号。',
    en: 'This order has no such purchase. Check the request id.',
  },
  PURCHASE_IN_DOUBT: {
    retryable: true,
    'zh-CN': '渠道是否已售出尚未确定，此时交付可能造成重复。请等待结果，或先在审核中放弃该笔采购。',
    en: 'Whether a channel sold is still unknown, so this could deliver twice. Wait for its answer, or give the purchase up in its review first.',
  },
  TOO_MANY_CARDS: {
    retryable: false,
    'zh-CN': '该订单只缺 {missing} 件。请减少交付的卡密。',
    en: 'The order lacks only {missing}. Hand in fewer cards.',
  },
  NOTHING_TO_REFUND: {
    retryable: false,
    'zh-CN': '没有可退的款项。请核对订单的支付和退款记录。',
    en: 'There is nothing left to refund. Check the payments and refunds of the order.',
  },
  AMOUNT_TOO_LARGE: {
    retryable: false,
    'zh-CN': '退款金额须大于 0 且不超过 {refundableMinor}（最小货币单位）。请修改金额。',
    en: 'The amount must be above 0 and at most {refundableMinor} (minor units). Change the amount.',
  },
  NOT_DELIVERED: {
    retryable: true,
    'zh-CN': '订单尚未发卡。请等待发卡后再查看。',
    en: 'The order has not been delivered yet. Look again once it is.',
  },
  DONE_WITH_RECEIPT: {
    retryable: false,
    'zh-CN': '该订单以回执完成，没有卡密。请核对回执；如未到账，请退款。',
    en: 'This order was done with a receipt and has no code. Check the receipt; if it is not true, give the money back.',
  },
  CARD_NOT_IN_ORDER: {
    retryable: false,
    'zh-CN': '该卡密不属于此订单。请核对卡密编号。',
    en: 'This card does not belong to the order. Check the card id.',
  },
  REVIEW_NOT_FOUND: {
    retryable: false,
    'zh-CN': '该订单没有此项待审核内容。请刷新审核列表。',
    en: 'Nothing of this order waits under that subject. Refresh the list of reviews.',
  },
  REVIEW_NEEDS_ANSWER: {
    retryable: false,
    'zh-CN': '该审核所问之事尚无结果，不能直接关闭。请从给出的处理方式中选择一种。',
    en: 'What this review asks is still open, so it cannot just be closed. Take one of the choices that it offers.',
  },
  CHOICE_NOT_OFFERED: {
    retryable: false,
    'zh-CN': '该审核目前不支持此处理方式。请刷新审核列表，从给出的处理方式中选择。',
    en: 'This review does not offer that choice now. Refresh the list of reviews and take one that it offers.',
  },
  NOT_PAID: {
    retryable: false,
    'zh-CN': '订单尚未确认付款，没有可重试的发卡。如买家已付款，请先核实支付。',
    en: 'No payment of this order is confirmed, so there is nothing to deliver yet. If the buyer has paid, confirm the payment first.',
  },
  NOTHING_TO_RETRY: {
    retryable: false,
    'zh-CN': '没有可重试的内容：订单已发卡、已结束或款项已退回。如卡密有问题，请补发或退款。',
    en: 'There is nothing to try again: the order has its cards, has ended, or its money went back. For a bad code, reissue it or refund it.',
  },
  NOTHING_TO_REROUTE: {
    retryable: false,
    'zh-CN': '该订单没有在渠道处等待结果的采购，无需改道。如仍缺卡密，可改用重试。',
    en: 'Nothing of this order waits at a channel, so there is nothing to send elsewhere. If it still lacks its cards, retry it.',
  },
  NO_OTHER_SOURCE: {
    retryable: false,
    'zh-CN': '该订单的条款中没有其他货源。请等待渠道答复，或退款。',
    en: 'The terms of this order name no other source. Wait for the channel, or refund the order.',
  },
  PAYMENT_ALREADY_CONFIRMED: {
    retryable: false,
    'zh-CN': '此笔支付已确认。请勿重复确认。',
    en: 'This payment is confirmed already. There is nothing more to confirm.',
  },
  MORE_THAN_ASKED: {
    retryable: false,
    'zh-CN': '此笔支付应收 {askedMinor}（最小货币单位），不能确认更多。若重复扣款，请用 confirmSurplus 登记第二笔。',
    en: 'No more than what was asked for on this payment, {askedMinor} (minor units), can be confirmed at once. If money was taken a second time, book that capture with confirmSurplus.',
  },
  CARDS_NOT_PAID_BY_IT: {
    retryable: false,
    'zh-CN': '卡密只能随购买它的那笔支付一同退回。请不要为其他支付的退款指定卡密。',
    en: 'Cards go back only with the payment that bought them. Name no cards when another payment is refunded.',
  },
  CARD_NOT_REPORTED: {
    retryable: false,
    'zh-CN': '该卡密未被反馈有问题，不能补发。请先登记问题。',
    en: 'Nobody has reported this card, so it is not replaced. Report the problem first.',
  },
  REISSUE_LIMIT_REACHED: {
    retryable: false,
    'zh-CN': '补发次数已达上限（{most} 次）。请改为退款。',
    en: 'The limit of {most} replacements is reached. Refund it instead.',
  },
  REFUND_NOT_IN_DOUBT: {
    retryable: true,
    'zh-CN': '此笔退款并非结果未知，或仍在自动查询中。请查看订单的退款状态。',
    en: 'The outcome of this refund is known, or it is still being asked for. Look at the refunds of the order.',
  },
  NOTICE_NOT_FOUND: {
    retryable: false,
    'zh-CN': '没有此条待匹配的通知。请刷新通知列表。',
    en: 'There is no such notice in quarantine. Refresh the list of notices.',
  },
  NOTICE_OF_OTHER_GATEWAY: {
    retryable: false,
    'zh-CN': '该通知来自支付渠道 {gatewayId}，与此笔支付的渠道不同。请核对订单。',
    en: 'This notice came from gateway {gatewayId}, and that payment is at another one. Check the order.',
  },
  NOTICE_MATCHED_TOO_OFTEN: {
    retryable: false,
    'zh-CN': '该通知已匹配过 {most} 次。请直接在支付渠道后台核对款项。',
    en: 'This notice was matched {most} times already. Look the money up at the gateway itself.',
  },
  ORDER_TOO_LONG: {
    retryable: false,
    'zh-CN': '订单记录已达上限，须由管理员处理。请联系客服。',
    en: 'The order has reached its limit of events and needs an administrator. Contact support.',
  },
} satisfies Partial<Record<RefusalCode, RefusalWords>>;
