import type { ApprovalRejection } from '../domain/approval/decide';
import type { BatchRejection } from '../domain/batch/decide';
import type { BuyerSlotRejection } from '../domain/buyer/slot';
import type { CardRejection } from '../domain/card/decide';
import type { ApiKeyRejection } from '../domain/catalog/api-key';
import type { SettingRejection } from '../domain/catalog/setting';
import type { RoutingPolicyRejection } from '../domain/routing/policy-decider';
import type { Rejection } from '../domain/kernel/rejection';
import type { IncidentRejection } from '../domain/incident/decide';
import type { JobRejection } from '../domain/job/decide';
import type { KeyRejection } from '../domain/key/decide';
import type { NoticeRejection } from '../domain/notice/decide';
import type { OrderRejection } from '../domain/order/commands';
import type { Locale, UserRefusal } from './caller';
import type { RefusalWords } from './refusal-words';
import { type FinanceRefusalCode, financeRefusals } from './finance/finance-refusals';

/** Refusals that the application itself speaks, before or around a decision. */
export type ApplicationRefusalCode =
  | 'NOT_FOUND'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'SKU_NOT_FOUND'
  | 'SKU_PAUSED'
  | 'GATEWAY_NOT_AVAILABLE'
  | 'GATEWAY_ISOLATED'
  | 'CHANNEL_NOT_FOUND'
  | 'QUANTITY_OUT_OF_RANGE'
  | 'FIELDS_MISSING'
  | 'FIELDS_UNKNOWN'
  | 'OUT_OF_STOCK'
  | 'OPEN_ORDER_EXISTS'
  | 'SYSTEM_BUSY'
  | 'COOLING_DOWN'
  | 'TOO_MANY_UNPAID_ORDERS'
  | 'REASON_REQUIRED'
  | 'CARDS_UNREADABLE'
  | 'CARD_DAMAGED'
  | 'EVIDENCE_REQUIRED'
  | 'ALREADY_SO'
  | 'BATCH_NOT_FOUND'
  | 'PROJECTION_NOT_FOUND'
  | 'NOT_PARKED'
  | 'ENDPOINT_NOT_FOUND'
  | 'ENDPOINT_TAKES_NO_REPEATS'
  | 'SEALING_KEY_IN_USE'
  | 'EXPORT_OVER'
  | 'NOTHING_TO_EXPORT'
  | 'NOTHING_SELECTED'
  | 'SCOPE_NOT_OF_ROLE'
  | 'CONFIRMATION_INVALID'
  | 'CONFIRMATION_OUTDATED';

export type DomainRefusalCode = (
  | OrderRejection
  | CardRejection
  | BatchRejection
  | SettingRejection
  | ApiKeyRejection
  | BuyerSlotRejection
  | NoticeRejection
  | JobRejection
  | KeyRejection
  | ApprovalRejection
  | RoutingPolicyRejection
  | IncidentRejection
)['code'];
export type RefusalCode = ApplicationRefusalCode | DomainRefusalCode | FinanceRefusalCode;

/** What is refused, and what to do next. `{name}` stands for a fact of the refusal. A code, once public, keeps its meaning. */
export const refusals: Readonly<Record<RefusalCode, RefusalWords>> = {
  NOT_FOUND: {
    retryable: false,
    'zh-CN': '未找到，或无权查看。请核对编号和凭证。',
    en: 'Not found, or not yours to see. Check the id and your credentials.',
  },
  ORDER_NOT_FOUND: { retryable: false, 'zh-CN': '未找到该订单。请核对订单编号。', en: 'There is no such order. Check the order id.' },
  ORDER_EXISTS: {
    retryable: false,
    'zh-CN': '该订单已存在。请直接查询此订单。',
    en: 'This order exists already. Read it instead of submitting it again.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    retryable: false,
    'zh-CN': '此幂等键已用于另一请求。新的请求请换一个新的幂等键。',
    en: 'This idempotency key was used for another request. Use a new key for a new request.',
  },
  SKU_NOT_FOUND: { retryable: false, 'zh-CN': '没有该商品。请核对商品编号。', en: 'There is no such product. Check the SKU id.' },
  SKU_PAUSED: { retryable: true, 'zh-CN': '该商品暂停销售。请稍后再试。', en: 'This product is not on sale at the moment. Try again later.' },
  GATEWAY_NOT_AVAILABLE: {
    retryable: true,
    'zh-CN': '该支付方式目前不可用。请选择其他支付方式，或稍后再试。',
    en: 'This way to pay is not available now. Choose another one, or try again later.',
  },
  GATEWAY_ISOLATED: {
    retryable: true,
    'zh-CN': '该支付方式暂时没有响应，未收取任何款项。请改用：{others}。',
    en: 'This way to pay does not answer at the moment; nothing was charged. Use another one: {others}.',
  },
  CHANNEL_NOT_FOUND: {
    retryable: false,
    'zh-CN': '没有名为 {channelId} 的发卡渠道。请先配置该渠道，或修改商品的货源。',
    en: 'There is no channel {channelId}. Configure it first, or change the sources of the product.',
  },
  QUANTITY_OUT_OF_RANGE: {
    retryable: false,
    'zh-CN': '购买数量须为 1 至 {maxPerOrder} 之间的整数。请修改数量。',
    en: 'The quantity must be a whole number from 1 to {maxPerOrder}. Change the quantity.',
  },
  FIELDS_MISSING: {
    retryable: false,
    'zh-CN': '缺少必填信息：{names}。请补充后重新提交。',
    en: 'Required fields are missing: {names}. Fill them in and submit again.',
  },
  FIELDS_UNKNOWN: {
    retryable: false,
    'zh-CN': '该商品不需要这些信息：{names}。请删除后重新提交。',
    en: 'This product does not take these fields: {names}. Leave them out and submit again.',
  },
  OUT_OF_STOCK: { retryable: true, 'zh-CN': '库存不足。请减少数量，或稍后再试。', en: 'There is not enough stock. Order fewer, or try again later.' },
  OPEN_ORDER_EXISTS: {
    retryable: false,
    'zh-CN': '您已有一笔相同的未付款订单。请先支付或取消该订单；确需再下一单，请明确允许。',
    en: 'You have an unpaid order for the same already. Pay or cancel it first, or allow another one explicitly.',
  },
  SYSTEM_BUSY: {
    retryable: true,
    'zh-CN': '系统繁忙，您的请求未被记录。请稍后用同一幂等键重试。',
    en: 'The system is busy and nothing was stored. Try again shortly with the same key.',
  },
  COOLING_DOWN: {
    retryable: true,
    'zh-CN': '提交过于频繁，请休息 {seconds} 秒。之后可用同一幂等键重试，期间重复提交不会延长等待。',
    en: 'You have submitted too often in a short time. Try again in {seconds} s with the same key; trying sooner does not lengthen the wait.',
  },
  TOO_MANY_UNPAID_ORDERS: {
    retryable: true,
    'zh-CN': '同一买家、联系方式、地址或设备的未付款订单已达上限（{of}，{limit} 笔）。请先支付或取消其中一笔，再重新提交。',
    en: 'There are too many unpaid orders of one buyer, contact, address or device ({of}, at most {limit}). Pay or cancel one of them, then submit again.',
  },
  SLOT_HELD: {
    retryable: true,
    'zh-CN': '您的另一笔相同订单正在提交中。请稍后重试。',
    en: 'Another order of yours for the same is being placed. Try again shortly.',
  },
  REASON_REQUIRED: { retryable: false, 'zh-CN': '此操作须填写原因。请补充原因后重试。', en: 'This needs a reason. Give one and try again.' },
  CARDS_UNREADABLE: {
    retryable: true,
    'zh-CN': '卡密暂时无法读取，我们已收到告警。请稍后重试，卡密不会丢失。',
    en: 'The codes cannot be read at the moment and we were alerted. Try again later; nothing is lost.',
  },
  CARD_DAMAGED: {
    retryable: false,
    'zh-CN': '有一张卡密已损坏，订单已转人工处理。我们会补发或退款，请等待。',
    en: 'One of the codes is damaged and a person is looking at it. You will get another one or your money back; please wait.',
  },
  PROJECTION_NOT_FOUND: {
    retryable: false,
    'zh-CN': '没有该读模型。请查询 projections 核对名称。',
    en: 'There is no such read model. Look its name up in projections.',
  },
  NOT_PARKED: {
    retryable: false,
    'zh-CN': '该流已不在此事件处等待。请重新查询 parkedEvents。',
    en: 'The stream does not wait at this event any more. Ask parkedEvents again.',
  },
  ENDPOINT_NOT_FOUND: {
    retryable: false,
    'zh-CN': '没有该通知端点。请查询 outbox 核对名称。',
    en: 'There is no such endpoint. Look its name up in outbox.',
  },
  ENDPOINT_TAKES_NO_REPEATS: {
    retryable: false,
    'zh-CN': '该端点由人阅读，不能从头重发整个订单。请去掉订单编号，或选择 webhook 端点。',
    en: 'People read what this endpoint sends, so no order is told to it from the beginning. Leave the order out, or name a webhook endpoint.',
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
  EVIDENCE_REQUIRED: {
    retryable: false,
    'zh-CN': '此处理方式须填写凭证（看到了什么、在哪里）。请补充后重试。',
    en: 'This choice needs evidence: what you saw and where. Give it and try again.',
  },
  ALREADY_SO: { retryable: false, 'zh-CN': '已经如此。无需再操作。', en: 'It is so already; there is nothing to do.' },
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
  JOB_NOT_FOUND: {
    retryable: false,
    'zh-CN': '没有该批量任务。请在任务列表中核对编号。',
    en: 'There is no such bulk repair. Look its id up in the list of jobs.',
  },
  INCIDENT_NOT_FOUND: {
    retryable: false,
    'zh-CN': '没有该事件。请在事件列表中核对编号。',
    en: 'There is no such incident. Look its id up in the list of incidents.',
  },
  INCIDENT_OVER: {
    retryable: false,
    'zh-CN': '该事件已经结束，无需再确认。请查看其结案小结。',
    en: 'This incident is over, so there is nothing to acknowledge. Read its summary.',
  },
  SEALING_KEY_NOT_FOUND: {
    retryable: false,
    'zh-CN': '密钥环中没有该密钥。请用 cardrail keys list 核对名称。',
    en: 'The keyring has no such key. Look its name up with cardrail keys list.',
  },
  SEALING_KEY_IN_USE: {
    retryable: false,
    'zh-CN': '该密钥正用于加密新的内容，不能销毁。请先添加新密钥、重启全部进程并轮换。',
    en: 'New texts are sealed with this key, so it cannot be destroyed. Add a newer one, restart every process and rotate first.',
  },
  EXPORT_OVER: {
    retryable: false,
    'zh-CN': '本次导出的卡密已经交付过一次。如仍需要，请用新的幂等键重新申请。',
    en: 'The codes of this export were handed out once already. If you still need them, ask again with another idempotency key.',
  },
  NOTHING_TO_EXPORT: {
    retryable: false,
    'zh-CN': '没有符合条件的未售卡密。请核对商品与批次。',
    en: 'There is no unsold code that fits. Check the product and the delivery.',
  },
  NOTHING_SELECTED: {
    retryable: false,
    'zh-CN': '没有符合条件的订单。请修改筛选条件。',
    en: 'No order fits the filter. Change the filter.',
  },
  CONFIRMATION_INVALID: {
    retryable: false,
    'zh-CN': '确认凭证无效、已过期，或属于另一次试算。请重新试算，再用新的凭证确认。',
    en: 'This confirmation is not valid, has expired, or belongs to another dry run. Make the dry run again and confirm with its token.',
  },
  CONFIRMATION_OUTDATED: {
    retryable: false,
    'zh-CN': '试算之后符合条件的订单变多了：当时 {confirmed} 笔，现在 {found} 笔。请重新试算并核对。',
    en: 'More orders fit now than the dry run showed: {confirmed} then, {found} now. Make the dry run again and look at it.',
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
  DUPLICATE_CARD: { retryable: false, 'zh-CN': '该卡密已经入库。请勿重复导入。', en: 'This code is in the pool already. Do not import it again.' },
  CARD_NOT_FOUND: { retryable: false, 'zh-CN': '没有该卡密。请核对卡密编号。', en: 'There is no such card. Check the card id.' },
  CARD_TAKEN: { retryable: false, 'zh-CN': '该卡密已属于某个订单。请先处理该订单。', en: 'An order holds this card. Deal with that order first.' },
  RESERVATION_RELEASED: { retryable: false, 'zh-CN': '该预留已被释放。请重新预留。', en: 'This reservation was given up. Reserve anew.' },
  CARD_NOT_AVAILABLE: { retryable: false, 'zh-CN': '该卡密不可售。请选择其他卡密。', en: 'This card is not for sale. Take another one.' },
  CARD_EXPIRED: {
    retryable: false,
    'zh-CN': '该卡密已过有效期，不能再出售。请选择其他卡密。',
    en: 'This card has expired and cannot be sold. Take another one.',
  },
  CARD_REVEALED: {
    retryable: false,
    'zh-CN': '买家已看过该卡密，不能重新上架。如不再使用，请将其作废。',
    en: 'A buyer has seen this card, so it cannot go back on sale. Void it if it is of no more use.',
  },
  BATCH_NOT_OPEN: { retryable: false, 'zh-CN': '该批次已结束。请使用新的批次。', en: 'This batch is closed. Use a new batch.' },
  BATCH_OF_OTHER_SKU: {
    retryable: false,
    'zh-CN': '该批次属于另一商品（{skuId}）。请使用新的批次。',
    en: 'This batch belongs to another product ({skuId}). Use a new batch.',
  },
  BATCH_OF_OTHER_CONTENT: {
    retryable: false,
    'zh-CN': '该批次已用于另一文件。请使用新的批次。',
    en: 'This batch was used for another file. Use a new batch.',
  },
  BATCH_OF_OTHER_TERMS: {
    retryable: false,
    'zh-CN': '该批次的供应商、成本或有效期与首次导入时不同。请沿用原值，或使用新的批次。',
    en: 'This batch was opened with another supplier, cost or expiry. Leave them as they were, or use a new batch.',
  },
  APPROVAL_REQUIRED: {
    retryable: true,
    'zh-CN': '此操作须由另一人批准，尚未执行。请让有权限的同事批准 {approvalId}，然后用同一幂等键重新提交同一请求。',
    en: 'This needs the approval of a second person, and nothing was done yet. Have {approvalId} approved, then send the very same request with the same key.',
  },
  APPROVAL_NOT_FOUND: {
    retryable: false,
    'zh-CN': '没有该审批请求。请核对审批编号。',
    en: 'There is no such request for approval. Check the approval id.',
  },
  APPROVAL_DECLINED: {
    retryable: false,
    'zh-CN': '该操作已被拒绝。如仍需执行，请用新的幂等键重新申请并说明原因。',
    en: 'The second person said no. If it is still needed, ask anew with a new key and a better reason.',
  },
  APPROVAL_EXPIRED: {
    retryable: false,
    'zh-CN': '该审批请求已过期。请用新的幂等键重新申请。',
    en: 'This request for approval has expired. Ask anew with a new key.',
  },
  APPROVAL_ENDED: {
    retryable: false,
    'zh-CN': '该审批请求已结束（已执行或已拒绝）。无需再处理。',
    en: 'This request was carried out or declined already. There is nothing left to decide.',
  },
  APPROVER_IS_REQUESTER: {
    retryable: false,
    'zh-CN': '申请人不能批准自己的请求。请由另一位同事批准。',
    en: 'Whoever asks cannot be the second person. Let somebody else approve it.',
  },
  NOT_AN_APPROVER: {
    retryable: false,
    'zh-CN': '您的角色不能批准此类操作。请联系财务或管理员。',
    en: 'Your role may not decide on this kind of request. Ask finance or an administrator.',
  },
  BATCH_NOT_FOUND: { retryable: false, 'zh-CN': '没有该批次。请核对批次编号。', en: 'There is no such batch. Check the batch id.' },
  CANARY_RUNNING: {
    retryable: false,
    'zh-CN': '路由策略 {version} 正在灰度中。请先将其转正或回滚。',
    en: 'Routing policy {version} is being tried. Promote it or roll it back first.',
  },
  NO_SUCH_CANARY: {
    retryable: false,
    'zh-CN': '该版本的路由策略不在灰度中，可能已转正或回滚。请查看 routingPolicy 的历史。',
    en: 'No routing policy of this version is being tried; it may have been promoted or rolled back. Look at the history of routingPolicy.',
  },
  POLICY_VERSION_TAKEN: {
    retryable: false,
    'zh-CN': '版本名 {version} 已用于另一路由策略。请换一个版本名。',
    en: 'The version name {version} belongs to another routing policy. Give this one a new name.',
  },
  CANARY_NOT_ENOUGH_DATA: {
    retryable: true,
    'zh-CN': '数据不足：灰度 {canaryOrders} 单，对照 {controlOrders} 单，各需 {needed} 单。请稍后再试，或提高灰度比例。',
    en: 'Not enough data: {canaryOrders} orders tried it and {controlOrders} did not, and {needed} of each are needed. Wait, or raise the percentage.',
  },
  CANARY_IS_WORSE: {
    retryable: true,
    'zh-CN': '灰度策略的表现不如现行策略（{by}）。请查看 canaryReport，回滚或继续观察。',
    en: 'The canary does worse than the policy in use, by {by}. Look at canaryReport; roll it back, or let it go on.',
  },
  NOT_CONFIGURED: { retryable: false, 'zh-CN': '该项尚未配置。请先完成配置。', en: 'This has not been configured. Configure it first.' },
  ...financeRefusals,
  SCOPE_NOT_OF_ROLE: {
    retryable: false,
    'zh-CN': '角色 {role} 无权执行 {scope}，不能作为密钥的范围。请从权限表中选择该角色可用的操作。',
    en: 'A {role} key may not do {scope}, so it cannot be confined to it. Choose operations of the role, as the page of rights lists them.',
  },
  KEY_RETIRED: {
    retryable: false,
    'zh-CN': '此密钥文本已被轮换替代，不能再次启用。请改用新的密钥文本。',
    en: 'This text of the key was replaced by a rotation and does not come back. Use the new text, also in the shop file.',
  },
  OVERLAP_OUT_OF_RANGE: {
    retryable: false,
    'zh-CN': '旧密钥的有效期须在将来，且不超过 {daysMax} 天。请修改 previousUntil。',
    en: 'The old text may open until a time to come, at most {daysMax} days from now. Change previousUntil.',
  },
  KEY_REVOKED: { retryable: false, 'zh-CN': '该密钥已吊销且不可恢复。请签发新的密钥。', en: 'This key was revoked for good. Issue a new one.' },
};

/** Builds a refusal for the outside from its code. */
export function refuse(code: RefusalCode, more: Omit<UserRefusal, 'code' | 'retryable'> = {}): UserRefusal {
  return { code, retryable: refusals[code].retryable, ...more };
}

/** A domain rejection as the outside hears it. */
export function refusalOf(rejection: Rejection<RefusalCode>): UserRefusal {
  return refuse(rejection.code, rejection.details === undefined ? {} : { details: rejection.details });
}

const isRefusalCode = (code: string): code is RefusalCode => Object.hasOwn(refusals, code);

/** The words for people, in their language, with the facts of this refusal filled in. */
export function wordsOf(refusal: UserRefusal, locale: Locale): string {
  if (!isRefusalCode(refusal.code)) return refusal.code;
  return refusals[refusal.code][locale].replaceAll(/\{(\w+)\}/g, (_whole, name: string) => String(refusal.details?.[name] ?? '?'));
}
