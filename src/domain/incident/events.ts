import type { Money } from '../kernel/money';

/**
 * Something is wrong with the shop, for longer than a moment. These names and shapes are stored for ever. The system opens, enriches and
 * closes incidents by itself; people only acknowledge them.
 */

/**
 * CHANNEL_ILL, GATEWAY_ILL: it is diverted or isolated · ORDERS_WAITING: paid orders wait for stock of a SKU, or for a channel ·
 * ORDERS_LATE: the one that has waited longest has waited too long · ORDERS_FAILING: too many paid orders of a SKU end by giving the money back ·
 * CALLS_IN_DOUBT: outside calls of a kind have no known outcome · REVIEWS_WAITING: people are behind · STOCK_GONE: a SKU has no card left ·
 * STOCK_LOW: less is left of a SKU than was asked to be kept · BALANCE_LOW: little is left of the shop's deposit at a channel.
 */
export const INCIDENT_KINDS = [
  'CHANNEL_ILL',
  'GATEWAY_ILL',
  'ORDERS_WAITING',
  'CALLS_IN_DOUBT',
  'REVIEWS_WAITING',
  'STOCK_GONE',
  'STOCK_LOW',
  'BALANCE_LOW',
  'ORDERS_LATE',
  'ORDERS_FAILING',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** What it is about: the id of a channel, gateway or SKU, a topic such as 'stock:<sku>', a kind of call, or 'all'. */
export interface IncidentSubject {
  readonly kind: IncidentKind;
  readonly subject: string;
}

export interface Counted {
  readonly what: string;
  readonly count: number;
}

/** How bad it is: orders, calls or reviews; minutes of ORDERS_LATE, percent of ORDERS_FAILING; of what runs low, what is left (a balance in minor units); 1 for what is a state and no number. */
export interface Measured {
  readonly value: number;
  /** From here on it is an alarm; for what runs low, below it. */
  readonly threshold: number;
}

/** What the histories of the orders concerned say, from a minute before it began. */
export interface IncidentFigures {
  /** Orders concerned. */
  readonly orders: number;
  /** What they were sold for, by currency. */
  readonly amounts: readonly Money[];
  /** What went wrong with them, by word, the most frequent first. */
  readonly causes: readonly Counted[];
  /** What was done: orders that went elsewhere, retries, refunds, deliveries. */
  readonly diverted: number;
  readonly retries: number;
  readonly refundsOrdered: number;
  readonly refunded: number;
  readonly delivered: number;
  /** What people did, by the event it left. */
  readonly people: readonly Counted[];
  /** What is left: paid and neither delivered nor over, calls without an outcome, in review, money still to go back. */
  readonly leftWaiting: number;
  readonly leftInDoubt: number;
  readonly leftInReview: number;
  readonly leftOwed: readonly Money[];
  /** There were more orders than were looked at. */
  readonly truncated: boolean;
}

export type IncidentEvent =
  | {
      readonly type: 'IncidentOpened';
      readonly data: IncidentSubject &
        Measured & {
          /** Counts the incidents on one subject from 1. */
          readonly ordinal: number;
          /** Why, as whoever saw it says it, such as TIMEOUTS. */
          readonly cause: string;
          /** When it began, ISO-8601 UTC: an alarm has to last before it is an incident. */
          readonly since: string;
        };
    }
  | { readonly type: 'IncidentEnriched'; readonly data: Measured & { readonly figures: IncidentFigures } }
  /** Nobody has acknowledged it: people are told again. Counts from 1. */
  | { readonly type: 'IncidentReminded'; readonly data: Measured & { readonly reminder: number } }
  | { readonly type: 'IncidentAcknowledged'; readonly data: Record<string, never> }
  /** It was over, and came back so soon that it is the same one. */
  | { readonly type: 'IncidentReopened'; readonly data: Measured & { readonly cause: string } }
  /** `calmSince`: when it was over; it had to last. `peak`: the worst that was measured. */
  | { readonly type: 'IncidentClosed'; readonly data: { readonly calmSince: string; readonly peak: number; readonly figures: IncidentFigures } };
