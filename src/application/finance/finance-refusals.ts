import type { ChargebackRejection } from '../../domain/chargeback/decide';
import type { ClosingRejection } from '../../domain/closing/decide';
import type { DiscrepancyRejection } from '../../domain/discrepancy/decide';
import type { VoucherRejection } from '../../domain/voucher/decide';
import type { RefusalWords } from '../refusal-words';

export type FinanceRefusalCode =
  | (ClosingRejection | VoucherRejection | DiscrepancyRejection | ChargebackRejection)['code']
  | 'LEDGER_BEHIND'
  | 'LEDGER_INCOMPLETE'
  | 'PARTY_NOT_FOUND';

/** Refusals of the ledger, its days and its statements. */
export const financeRefusals: Readonly<Record<FinanceRefusalCode, RefusalWords>> = {
  DAY_NOT_OVER: {
    retryable: true,
    'zh-CN': '{day} 这一天尚未结束，不能结账。请在该日结束后再结账。',
    en: 'The day {day} is not over yet, so it cannot be closed. Close it once it is.',
  },
  EARLIER_DAY_OPEN: {
    retryable: false,
    'zh-CN': '账目须按日期顺序结账，{day} 尚未结账。请先结 {day}。',
    en: 'Days are closed in their order, and {day} is still open. Close {day} first.',
  },
  DAY_NOT_ORDERED: {
    retryable: true,
    'zh-CN': '{day} 尚未开始结账。请重新结账。',
    en: 'The close of {day} was not begun. Close the day again.',
  },
  LEDGER_BEHIND: {
    retryable: true,
    'zh-CN': '账目还没有跟上最新的记录，结账已经开始但尚未完成。请稍后再次结账。',
    en: 'The ledger has not caught up with the log yet; the close has begun and is not done. Close the same day again shortly.',
  },
  LEDGER_INCOMPLETE: {
    retryable: false,
    'zh-CN': '有 {parked} 个流因事件无法读取而未入账，合计会不完整。请先在 parkedEvents 中处理 books。',
    en: 'There are {parked} streams missing from the ledger because an event of theirs could not be read, so the sums would be wrong. Mend what parkedEvents shows of books first.',
  },
  PARTY_NOT_FOUND: {
    retryable: false,
    'zh-CN': '没有名为 {party} 的支付渠道或发卡渠道。请核对名称。',
    en: 'There is no gateway or channel {party}. Check its id.',
  },
  DISCREPANCY_NOT_FOUND: {
    retryable: false,
    'zh-CN': '没有该对账差异。请查询 reconciliation 核对编号。',
    en: 'There is no such difference. Look its id up in reconciliation.',
  },
  DISCREPANCY_SETTLED: {
    retryable: false,
    'zh-CN': '该对账差异已经了结，不能再补充说明。请重新查询对账结果。',
    en: 'This difference is settled, so it takes no explanation any more. Read the reconciliation again.',
  },
  CHARGEBACK_NOT_OPEN: {
    retryable: false,
    'zh-CN': '该拒付案件尚未登记。请先以 OPENED 登记。',
    en: 'This case was not opened here. Record it as OPENED first.',
  },
  CHARGEBACK_OPENED_OTHERWISE: {
    retryable: false,
    'zh-CN': '该拒付案件已按另一笔支付或金额登记。请核对案件号。',
    en: 'This case was opened with another payment or amount. Check its number.',
  },
  CHARGEBACK_ENDED: {
    retryable: false,
    'zh-CN': '该拒付案件已经了结。请核对案件号。',
    en: 'This case has ended already. Check its number.',
  },
  DOCUMENT_BOOKED_OTHERWISE: {
    retryable: false,
    'zh-CN': '该凭证已按另一金额（{amountMinor}，最小货币单位）入账。请核对凭证号，更正请用新的凭证。',
    en: 'This document was booked with another amount, {amountMinor} (minor units). Check its number; book a correction as a document of its own.',
  },
};
