import type { OrderMessage } from '../../application/ports/notifier';

/** What is mailed to buyers. An `ORDER_EVENT` is for machines. */
export type MailKind = Exclude<OrderMessage['kind'], 'ORDER_EVENT'>;

interface Words {
  readonly subject: string;
  readonly sentence: string;
}

const WORDS: Readonly<Record<OrderMessage['locale'], Readonly<Record<MailKind, Words>>>> = {
  'zh-CN': {
    ORDER_DELIVERED: { subject: '您的订单已发货', sentence: '您的卡密已就绪，请打开订单页查看。' },
    ORDER_REFUNDED: { subject: '您的订单已退款', sentence: '款项已按原支付方式退回。' },
    ORDER_CANCELLED: { subject: '您的订单已取消', sentence: '订单已取消，未收取款项。' },
    ORDER_EXPIRED: { subject: '您的订单已过期', sentence: '订单超时未支付。如果您已付款，请打开订单页查看处理进度。' },
    ORDER_DECLINED: { subject: '您的订单支付失败', sentence: '支付未成功，订单已关闭。' },
    DELIVERY_RESENT: { subject: '您的订单链接', sentence: '按您的要求，再次为您发送订单链接。' },
  },
  en: {
    ORDER_DELIVERED: { subject: 'Your order is ready', sentence: 'Your codes are ready. Open the order page to see them.' },
    ORDER_REFUNDED: { subject: 'Your order was refunded', sentence: 'The money goes back the way it was paid.' },
    ORDER_CANCELLED: { subject: 'Your order was cancelled', sentence: 'The order was cancelled and nothing was charged.' },
    ORDER_EXPIRED: {
      subject: 'Your order has expired',
      sentence: 'It was not paid in time. If you did pay, the order page shows what happens next.',
    },
    ORDER_DECLINED: { subject: 'The payment of your order failed', sentence: 'The payment did not succeed and the order is closed.' },
    DELIVERY_RESENT: { subject: 'The link to your order', sentence: 'Here is the link to your order again, as you asked.' },
  },
};

const LABELS = {
  'zh-CN': { number: '订单号：', link: '订单页：' },
  en: { number: 'Order number: ', link: 'Order page: ' },
} as const satisfies Record<OrderMessage['locale'], object>;

/** Subject and plain text. They hold the order's number and link, and nothing that a stranger could use. */
export function mailText(kind: MailKind, message: OrderMessage): { readonly subject: string; readonly text: string } {
  const { subject, sentence } = WORDS[message.locale][kind];
  const { number, link } = LABELS[message.locale];
  const text = `${sentence}\n\n${number}${message.orderNumber}\n${link}${message.orderUrl}\n`;
  return { subject: `${subject} (${message.orderNumber})`, text };
}
