import type { RefusalWords } from '../refusal-words';
import type { RefusalCode } from './codes';

/** Refusals of how the desk keeps its orders apart. */
export const supportRefusals = {
  ASSIGNEE_NOT_FOUND: {
    retryable: false,
    'zh-CN': '没有名为 {assignee} 的有效员工密钥，也不是登录系统中的员工。请核对编号。',
    en: 'Neither a valid key of a person of the shop nor anybody of its identity provider goes by {assignee}. Check the id.',
  },
  ASSIGNED_TO_ANOTHER: {
    retryable: false,
    'zh-CN': '该订单已由 {assignee} 处理。如需接手，请写明接手人（assignee）重新提交。',
    en: 'Somebody else ({assignee}) has this order. To take it over all the same, name who gets it (assignee) and submit again.',
  },
  COMPLAINT_OPEN: {
    retryable: false,
    'zh-CN': '关于这一问题的投诉正在处理中，无需重复提交。请等待答复，或联系客服补充说明。',
    en: 'A complaint about this is being looked at already. Wait for the answer, or tell support what else there is.',
  },
  COMPLAINT_NOT_FOUND: {
    retryable: false,
    'zh-CN': '该订单没有此项投诉。请核对订单的 complaints。',
    en: 'This order has no such complaint. Look at its complaints.',
  },
  TOO_MANY_COMPLAINTS: {
    retryable: false,
    'zh-CN': '该订单的投诉已达上限（{complaintsMax} 次）。请直接联系客服。',
    en: 'There were {complaintsMax} complaints about this order. Contact support directly.',
  },
  TOO_MANY_TAGS: {
    retryable: false,
    'zh-CN': '一笔订单最多 {tagsMax} 个标签。请先移除一个，或改写备注。',
    en: 'An order has at most {tagsMax} tags. Take one off first, or write a note.',
  },
  TOO_MANY_SHARES: {
    retryable: false,
    'zh-CN': '该订单的分享链接已达上限（{sharesMax} 个）。请使用已有链接，或直接发送所需信息。',
    en: 'There were {sharesMax} links to this order already. Use one that is still valid, or send what is needed in another way.',
  },
  SHARE_NOT_FOUND: {
    retryable: false,
    'zh-CN': '该订单没有此分享链接。请核对订单的 shares。',
    en: 'This order has no such link. Look at its shares.',
  },
  SHARE_OVER: {
    retryable: false,
    'zh-CN': '该链接已过期或已被撤销。请向提供链接的人索取新链接。',
    en: 'This link has run out or was taken back. Ask whoever gave it to you for a new one.',
  },
  BLOCK_NOT_FOUND: {
    retryable: false,
    'zh-CN': '黑名单中没有该条目。请在 blocks 中核对编号。',
    en: 'Nothing was ever blocked under this id. Look it up in blocks.',
  },
  BLOCK_EXPIRY_OUT_OF_RANGE: {
    retryable: false,
    'zh-CN': '有效期须在将来，且不超过 {daysMax} 天。请修改 expiresAt。',
    en: 'A block must end at a time to come, at most {daysMax} days from now. Change expiresAt.',
  },
  NOTHING_TO_BLOCK_BY: {
    retryable: false,
    'zh-CN': '该订单没有留下这一信息，无法据此拉黑。请换用联系方式、地址或设备中的另一项。',
    en: 'The order came without that, so nothing could be blocked by it. Use another one of contact, address and device.',
  },
  RANGE_TOO_WIDE: {
    retryable: false,
    'zh-CN': '该地址段过大，会误伤大量买家：前缀至少 {bitsMin} 位。请缩小范围。',
    en: 'This network is so wide that it would stop half the world: it must have at least {bitsMin} bits. Make it smaller.',
  },
  BLOCKS_FULL: {
    retryable: true,
    'zh-CN': '黑名单已满（{blocksMax} 条）。请先解除不再需要的条目，或改用地址段。',
    en: 'There are {blocksMax} blocks already. Lift some that are no longer needed, or block a range instead of single addresses.',
  },
  NO_FIELDS: {
    retryable: false,
    'zh-CN': '该订单没有需要买家填写的信息。请直接按商品处理。',
    en: 'The buyer had nothing to fill in for this order. Deliver what the product says.',
  },
  FIELDS_UNREADABLE: {
    retryable: true,
    'zh-CN': '买家填写的信息暂时无法读取，我们已收到告警。请稍后重试，或联系管理员检查密钥。',
    en: 'What the buyer filled in cannot be read at the moment and we were alerted. Try again later, or ask the operator to check the keyring.',
  },
} satisfies Partial<Record<RefusalCode, RefusalWords>>;
