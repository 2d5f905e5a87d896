import type { Rejection } from '../../domain/kernel/rejection';
import type { Locale, UserRefusal } from '../caller';
import { financeRefusals } from '../finance/finance-refusals';
import { type RefusalWords, withFacts } from '../refusal-words';
import { accessRefusals } from './access';
import type { RefusalCode } from './codes';
import { operationsRefusals } from './operations';
import { orderRefusals } from './orders';
import { stockRefusals } from './stock';
import { submitRefusals } from './submit';
import { supportRefusals } from './support';

export type { RefusalCode } from './codes';

/** What is refused, and what to do next. `{name}` stands for a fact of the refusal. A code, once public, keeps its meaning. */
export const refusals: Readonly<Record<RefusalCode, RefusalWords>> = {
  NOT_FOUND: {
    retryable: false,
    'zh-CN': '未找到，或无权查看。请核对编号和凭证。',
    en: 'Not found, or not yours to see. Check the id and your credentials.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    retryable: false,
    'zh-CN': '此幂等键已用于另一请求。新的请求请换一个新的幂等键。',
    en: 'This idempotency key was used for another request. Use a new key for a new request.',
  },
  REASON_REQUIRED: { retryable: false, 'zh-CN': '此操作须填写原因。请补充原因后重试。', en: 'This needs a reason. Give one and try again.' },
  EVIDENCE_REQUIRED: {
    retryable: false,
    'zh-CN': '此处理方式须填写凭证（看到了什么、在哪里）。请补充后重试。',
    en: 'This choice needs evidence: what you saw and where. Give it and try again.',
  },
  ALREADY_SO: { retryable: false, 'zh-CN': '已经如此。无需再操作。', en: 'It is so already; there is nothing to do.' },
  ...submitRefusals,
  ...orderRefusals,
  ...stockRefusals,
  ...accessRefusals,
  ...operationsRefusals,
  ...supportRefusals,
  ...financeRefusals,
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
  return withFacts(refusals[refusal.code][locale], refusal.details);
}

/** The code, and its words in a language. */
export const codeAndWords = (refusal: UserRefusal, locale: Locale): string => `${refusal.code}: ${wordsOf(refusal, locale)}`;
