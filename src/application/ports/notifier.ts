/** One message to one endpoint. `messageId` = event id + endpoint: a receiver may use it to drop repeats. */
export interface Message {
  readonly messageId: string;
  readonly kind: 'ORDER_DELIVERED' | 'ORDER_REFUNDED' | 'ORDER_CANCELLED' | 'ORDER_EXPIRED' | 'ORDER_DECLINED' | 'DELIVERY_RESENT' | 'ORDER_EVENT';
  readonly orderId: string;
  readonly orderNumber: string;
  readonly locale: 'zh-CN' | 'en';
  /** Where the buyer sees the order. Never a code, never a token in it. */
  readonly orderUrl: string;
  /** E-mail address, when the notifier is a mailer. */
  readonly to?: string;
  /** Public facts for webhooks. */
  readonly payload: Readonly<Record<string, unknown>>;
}

export type SendResult =
  { readonly outcome: 'sent' } | { readonly outcome: 'refused'; readonly why: string } | { readonly outcome: 'retry'; readonly why: string };

/** Sends at least once; never rejects. */
export interface Notifier {
  readonly id: string;
  /** Which messages it wants. */
  wants(message: Message): boolean;
  send(message: Message, signal: AbortSignal): Promise<SendResult>;
}
