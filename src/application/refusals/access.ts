import type { RefusalWords } from '../refusal-words';
import type { RefusalCode } from './codes';

/** Refusals of approvals, API keys and the keys that seal. */
export const accessRefusals = {
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
  BUYER_NOT_FOUND: {
    retryable: false,
    'zh-CN': '该客户端没有此买家的订单。请核对 clientId 与 buyerRef。',
    en: 'This client has no order of such a buyer. Check clientId and buyerRef.',
  },
  BUYER_HAS_OPEN_ORDERS: {
    retryable: true,
    'zh-CN': '订单 {orderId} 尚未了结（待交付、待退款、待审核或款项未定），现在不能抹除其买家。请先了结该订单，再用同一幂等键重试。',
    en: 'Order {orderId} is not settled: goods, a refund, a review or money is open, so its buyer cannot be erased yet. Settle it, then send the same request again.',
  },
  BUYER_ERASED: {
    retryable: false,
    'zh-CN': '该订单的买家信息已被抹除。无法再确认谁是买家，因此不能再查看卡密、补发或重试。',
    en: 'The buyer of this order was erased. Nobody can show to be its buyer any more, so nothing is shown, replaced or tried again.',
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
} satisfies Partial<Record<RefusalCode, RefusalWords>>;
