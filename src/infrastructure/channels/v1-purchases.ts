import type { ChannelCard, ChannelNotice, PurchaseFacts } from '../../application/ports/channel';
import type { IncomingNotice, NoticeVerdict } from '../../application/ports/outside-call';
import { cardSchema, purchaseSchema } from '../../protocols/channel-v1';
import type { WebhookKey } from '../../protocols/webhook-signing';
import { judgeNotice } from '../http/notice-check';

/** A notice that holds a purchase of channel v1, signed as a Standard Webhook. */
export function purchaseNotice(keys: readonly WebhookKey[], notice: IncomingNotice): NoticeVerdict<ChannelNotice> {
  const verdict = judgeNotice(keys, notice);
  if (verdict.outcome !== 'genuine') return verdict;
  const facts = purchaseIn(verdict.notice.json);
  return facts === undefined
    ? { outcome: 'unreadable', why: 'NOT_A_PURCHASE' }
    : { outcome: 'genuine', notice: { noticeId: verdict.notice.id, facts } };
}

/** Undefined when it is no purchase, or one that contradicts itself: a refusal that hands over cards proves neither. */
export function purchaseIn(body: unknown): PurchaseFacts | undefined {
  const purchase = purchaseSchema.safeParse(body);
  if (!purchase.success) return undefined;
  const { cards: entries, ...facts } = purchase.data;
  if (facts.status === 'PENDING') return { ...facts, cards: [], malformedCards: 0 };
  const hasGoods = entries.length > 0 || facts.receipt !== undefined;
  if ((facts.status === 'REFUSED' || facts.status === 'CANCELLED') && hasGoods) return undefined;
  const cards = entries.map((entry) => cardSchema.safeParse(entry).data).filter((card): card is ChannelCard => card !== undefined);
  return { ...facts, cards, malformedCards: entries.length - cards.length };
}
