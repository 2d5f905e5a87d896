import type { Actor, StoredEvent } from '../domain/kernel/event';
import { fromIso } from '../domain/kernel/time';
import type { OrderEvent } from '../domain/order/events';
import { RETRY_BUDGET } from '../domain/order/retries';
import { factOf } from './plain';
import type { Projection } from './projection';

/** One number that grows with the log: what is counted, the words it is told apart by, and how much there was. */
export type TallyRow = {
  readonly tally: Tally;
  readonly words: readonly string[];
  readonly value: number;
};

export type Tally =
  | 'accepted'
  | 'ended'
  | 'failures'
  | 'retries'
  | 'retriesMoved'
  | 'retryDelayMs'
  | 'skuOrders'
  | 'interventions'
  | 'complaints'
  | 'refundsOrdered'
  | 'refundsSettled';

interface Entry {
  readonly tally: Tally;
  readonly words: readonly string[];
  readonly add: number;
}

/** Attempts are told apart up to here. */
const ATTEMPTS_MAX = 10;
/** A cause is a word of a protocol. What a gateway wrote in its own words would make as many rows as it likes. */
const KNOWN_CAUSE =
  /^(?:TIMED_OUT|DECLINED|REFUSED|OUT_OF_STOCK|INSUFFICIENT_FUNDS|RISK|EXPIRED|CLOSED|HTTP_[1-5]\d\d|E[A-Z_]{2,20}|BUSY|TOO_LATE|ABORTED|GATEWAY_UNAVAILABLE|RATE_LIMITED|PERFORMER_SILENT|UNREADABLE_ANSWER)$/;
const PEOPLE: ReadonlySet<Actor['kind']> = new Set<Actor['kind']>(['SUPPORT', 'FINANCE', 'OPS', 'ADMIN', 'CLI']);

const one = (tally: Tally, ...words: readonly string[]): Entry => ({ tally, words, add: 1 });
const failed = (step: string, cause: string): Entry => one('failures', step, KNOWN_CAUSE.test(cause) ? cause : 'OTHER');

function entriesOfOrder(event: OrderEvent, occurredAt: string): readonly Entry[] {
  switch (event.type) {
    case 'OrderSubmitted':
      return [one('accepted', event.data.admission), one('skuOrders', event.data.skuId)];
    case 'OrderDelivered':
      // A further delivery replaces a card of an order that was counted before.
      return event.data.added === undefined ? [one('ended', event.data.partial ? 'PARTLY_DELIVERED' : 'DELIVERED')] : [];
    case 'OrderCancelled':
      return [one('ended', 'CANCELLED')];
    case 'OrderExpired':
      return [one('ended', 'EXPIRED')];
    case 'OrderFailed':
      return [one('ended', 'DECLINED')];
    case 'Compensated':
      if (event.data.method === 'REISSUE') return [];
      return [one('refundsSettled', event.data.cause), ...(event.data.full && event.data.cause !== 'SURPLUS' ? [one('ended', 'REFUNDED')] : [])];
    case 'RefundOrdered':
      return [one('refundsOrdered', event.data.cause)];
    case 'RefundRefused':
      return [one('refundsSettled', 'REFUSED'), failed('refund', event.data.cause)];
    case 'PaymentDeclined':
      return [failed('payment', event.data.cause)];
    case 'PaymentTimedOut':
      return [failed(event.data.call === 'close' ? 'close' : 'payment', 'TIMED_OUT')];
    case 'PurchaseRefused':
      return [failed('purchase', event.data.reason)];
    case 'PurchaseTimedOut':
      return [failed('purchase', 'TIMED_OUT')];
    case 'RefundTimedOut':
      return [failed('refund', 'TIMED_OUT')];
    case 'RetryScheduled':
      return retry(event.data, occurredAt);
    case 'CardReported':
      return [one('complaints', 'CODE')];
    case 'ComplaintOpened':
      return [one('complaints', event.data.about)];
    default:
      return [];
  }
}

function retry({ step, attempt, dueAt, cause }: { step: string; attempt: number; dueAt: string; cause: string }, at: string): readonly Entry[] {
  const delayMs = Math.max(0, fromIso(dueAt) - fromIso(at));
  const delay: Entry = { tally: 'retryDelayMs', words: [step], add: delayMs };
  // Nothing has failed anew: what failed before waits longer.
  if (cause === RETRY_BUDGET) return [one('retriesMoved', step), delay];
  return [one('retries', step, String(Math.min(attempt, ATTEMPTS_MAX))), delay, failed(step, cause)];
}

function entriesOf(event: StoredEvent): readonly Entry[] {
  const counted = entriesOfOrder(factOf<OrderEvent>(event), event.occurredAt);
  return PEOPLE.has(event.metadata.actor.kind) ? [...counted, one('interventions', event.type)] : counted;
}

/** The separator is a character that no id may hold. */
const keyOf = ({ tally, words }: Entry): string => [tally, ...words].join('\u001f');

/** What the shop counts over its whole life, so that a restart forgets nothing. Numbers of metrics come from here. */
export const tallies: Projection<TallyRow> = {
  name: 'tallies',
  version: 2,
  summary: true,
  categories: ['order-'],
  indexes: [],
  keys: (event) => [...new Set(entriesOf(event).map(keyOf))],
  project(event, row, key) {
    const mine = entriesOf(event).filter((entry) => keyOf(entry) === key);
    const [first] = mine;
    if (first === undefined) return row;
    const { tally, words } = first;
    return { tally, words, value: mine.reduce((sum, { add }) => sum + add, row?.value ?? 0) };
  },
};
