import type { IncidentSubject } from '../../domain/incident/events';

interface Addressed {
  /** Event id + endpoint: a receiver may use it to drop repeats. */
  readonly messageId: string;
  readonly locale: 'zh-CN' | 'en';
  /** Public facts for webhooks. */
  readonly payload: Readonly<Record<string, unknown>>;
}

export const ORDER_KINDS = [
  'ORDER_DELIVERED',
  'ORDER_REFUNDED',
  'ORDER_CANCELLED',
  'ORDER_EXPIRED',
  'ORDER_DECLINED',
  'DELIVERY_RESENT',
  'ORDER_EVENT',
] as const;

export const INCIDENT_KINDS = ['INCIDENT_OPENED', 'INCIDENT_REMINDED', 'INCIDENT_REOPENED', 'INCIDENT_CLOSED'] as const;

/** To a buyer, or to the shop's systems, about one order. */
export interface OrderMessage extends Addressed {
  readonly kind: (typeof ORDER_KINDS)[number];
  readonly orderId: string;
  readonly orderNumber: string;
  /** Where the buyer sees the order. Never a code, never a token in it. */
  readonly orderUrl: string;
  /** E-mail address, when the notifier is a mailer. */
  readonly to?: string;
}

/** To the people who run the shop, about one incident. It goes to chat rooms: no order, no buyer stands in it. */
export interface IncidentMessage extends Addressed {
  readonly kind: (typeof INCIDENT_KINDS)[number];
  readonly incidentId: string;
  readonly about: IncidentSubject;
  readonly title: string;
  /** Plain sentences, one a line. */
  readonly lines: readonly string[];
}

/** One message to one endpoint. */
export type Message = OrderMessage | IncidentMessage;

export const isIncidentMessage = (message: Message): message is IncidentMessage => 'incidentId' in message;
export const isIncidentKind = (kind: Message['kind']): kind is IncidentMessage['kind'] => kind.startsWith('INCIDENT_');

export type SendResult =
  { readonly outcome: 'sent' } | { readonly outcome: 'refused'; readonly why: string } | { readonly outcome: 'retry'; readonly why: string };

/** Sends at least once; never rejects. */
export interface Notifier {
  readonly id: string;
  /** A machine that drops repeats by their id: it may be told an order from the beginning. People would read everything twice. */
  readonly takesRepeats: boolean;
  /** Which messages it wants. */
  wants(message: Message): boolean;
  send(message: Message, signal: AbortSignal): Promise<SendResult>;
}
