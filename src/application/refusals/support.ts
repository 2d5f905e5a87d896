import type { RefusalWords } from '../refusal-words';
import type { RefusalCode } from './codes';

/** Refusals of how the desk keeps its orders apart. */
export const supportRefusals = {
  ASSIGNEE_NOT_FOUND: {
    retryable: false,
    'zh-CN': '没有名为 {assignee} 的有效员工密钥。请核对密钥编号。',
    en: 'No valid key of a person of the shop goes by {assignee}. Check the id of the key.',
  },
  ASSIGNED_TO_ANOTHER: {
    retryable: false,
    'zh-CN': '该订单已由 {assignee} 处理。如需接手，请写明接手人（assignee）重新提交。',
    en: '{assignee} has this order. To take it over all the same, name who gets it (assignee) and submit again.',
  },
  TOO_MANY_TAGS: {
    retryable: false,
    'zh-CN': '一笔订单最多 {tagsMax} 个标签。请先移除一个，或改写备注。',
    en: 'An order has at most {tagsMax} tags. Take one off first, or write a note.',
  },
} satisfies Partial<Record<RefusalCode, RefusalWords>>;
