import type { RefusalWords } from '../refusal-words';
import type { RefusalCode } from './codes';

/** Refusals of cards and their batches. */
export const stockRefusals = {
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
  BATCH_NOT_FOUND: { retryable: false, 'zh-CN': '没有该批次。请核对批次编号。', en: 'There is no such batch. Check the batch id.' },
} satisfies Partial<Record<RefusalCode, RefusalWords>>;
