import { purchaseEventOf, type PreWarmEvent } from '../job/pre-warm-events';
import type { JobEvent } from '../job/events';
import { bookPurchaseEvent, type Booked, type OrderBook } from './order-book';

/** Types of events of a job that mean money, or say what later ones mean. */
export const BOOKED_JOB_EVENTS: ReadonlySet<JobEvent['type']> = new Set<PreWarmEvent['type']>([
  'PreWarmOrdered',
  'PreWarmPurchaseCompleted',
  'PreWarmPurchasePartlyCompleted',
  'PreWarmPurchaseRefused',
  'PreWarmPurchaseCancelled',
  'PreWarmPurchaseWrittenOff',
  'PreWarmPurchaseDisputed',
]);

/** The book of a buyer who pays nothing and is owed nothing: it knows of purchases only. */
const opened = (currency: string): OrderBook => ({
  ...{ unitPriceMinor: 0, currency, quantity: 0, units: 0, earnedMinor: 0, givenMinor: 0 },
  ...{ buyerMoney: {}, surplus: {}, refunds: {}, risks: {}, claims: [] },
});

/** What an event of cards bought ahead means in money: the same as a purchase of an order. Throws when the job does not begin with its order. */
export function bookPreWarmEvent(book: OrderBook | null, event: PreWarmEvent, occurredAt: string): Booked<OrderBook> {
  if (event.type === 'PreWarmOrdered') return { book: opened(event.data.budget.currency), postings: [], subject: '' };
  if (book === null) throw new Error('the job does not begin with its order');
  const purchase = purchaseEventOf(event);
  return purchase === null ? { book, postings: [], subject: '' } : bookPurchaseEvent(book, purchase, occurredAt);
}
