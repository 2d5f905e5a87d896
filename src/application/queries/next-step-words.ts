import type { AttemptReason } from '../../domain/order/next-attempt';
import type { NextStep } from '../../domain/order/phase';
import type { OrderView } from './order-view';
import { whyNotWords } from './why-not-words';
import { words, type Words } from './words';

const NEXT: Readonly<Record<NextStep, Words>> = {
  WAIT_FOR_PAYMENT_PAGE: words('The pay page is being opened.', '正在打开支付页面。'),
  PAY: words('The buyer pays on the pay page.', '等待买家在支付页面付款。'),
  WAIT_FOR_PAYMENT_RESULT: words('The gateway is being asked whether money has moved.', '正在向支付渠道核实是否已付款。'),
  WAIT_FOR_CARDS: words('Cards are being fetched; the order is delivered by itself once they are there.', '正在配卡，配齐后自动发货。'),
  WAIT_FOR_REFUND: words('The money is on its way back.', '正在退款。'),
  VIEW_CARDS: words('The buyer can view the codes or the receipt.', '买家可以查看卡密或回执。'),
  WAIT_FOR_REVIEW: words('A person looks at the order.', '等待人工审核。'),
  CANCELLING: words('What is open at the gateway is being closed, then the order is cancelled.', '正在关闭支付，随后取消订单。'),
  CHANGING_PAYMENT: words('The old payment is being closed before the new one is requested.', '正在关闭原支付，随后发起新的支付。'),
  NONE: words('Nothing: the order has ended.', '订单已结束，无后续步骤。'),
};

const DELIVERED_BY_HAND = words('A person of the shop delivers this order.', '由商家人工处理，完成后即发货。');

const ATTEMPT: Readonly<Record<AttemptReason, Words>> = {
  ENTERS: words('Its turn in the line is at', '排队轮到时间'),
  RETRY: words('The next attempt is at', '下次尝试时间'),
  RETRY_BUDGET: words(
    'So many attempts there came to nothing that the next one has to wait for its turn, at the latest until',
    '该渠道多次尝试未果，最迟下次尝试时间',
  ),
  ASKED_AGAIN: words('Its outcome is not known yet; it is asked again at', '结果尚未确认，下次查询时间'),
};

/** What happens next, in plain words, with the time where one is known. */
export function nextStepWords({
  nextStep,
  byHand,
  nextAttemptAt,
  nextAttemptReason,
  deadlineAt,
}: Pick<OrderView, 'nextStep' | 'byHand' | 'nextAttemptAt' | 'nextAttemptReason' | 'deadlineAt'>): Words {
  const { en, zh } = byHand && nextStep === 'WAIT_FOR_CARDS' ? DELIVERED_BY_HAND : NEXT[nextStep];
  if (nextAttemptAt !== null) {
    const at = ATTEMPT[nextAttemptReason ?? 'RETRY'];
    return words(`${en} ${at.en} ${nextAttemptAt}.`, `${zh}${at.zh}：${nextAttemptAt}。`);
  }
  if (deadlineAt === null) return { en, zh };
  return words(`${en} Time runs out at ${deadlineAt}.`, `${zh}截止时间：${deadlineAt}。`);
}

/** What holds up an order that nobody sells to at a price that leaves enough, for people of the shop; null when nothing of the kind does. */
export function holdWords({ heldBack }: Pick<OrderView, 'heldBack'>): Words | null {
  if (heldBack === null) return null;
  const en = heldBack.map(({ channelId, why }) => `${channelId}: ${whyNotWords(why).en}`).join('; ');
  const zh = heldBack.map(({ channelId, why }) => `${channelId}:${whyNotWords(why).zh}`).join(';');
  return words(
    `It waits for a channel that leaves enough of its price (${en}). It is bought as soon as one does; else its deadline decides.`,
    `没有渠道能在利润下限之内供货(${zh}),有合适价格即采购,否则按发货时限处理。`,
  );
}
