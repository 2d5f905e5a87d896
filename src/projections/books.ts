import type { ChargebackEvent } from '../domain/chargeback/events';
import type { CardEvent } from '../domain/card/events';
import type { StoredEvent } from '../domain/kernel/event';
import { categoryOf, idOf } from '../domain/kernel/ids';
import { BOOKED_CARD_EVENTS, bookCardEvent, type CardBook } from '../domain/ledger/card-book';
import { bookChargeback } from '../domain/ledger/chargeback-book';
import { BOOKED_JOB_EVENTS, bookPreWarmEvent } from '../domain/ledger/pre-warm-book';
import { BOOKED_ORDER_EVENTS, bookOrderEvent, type OrderBook } from '../domain/ledger/order-book';
import type { JobEvent } from '../domain/job/events';
import type { PreWarmEvent } from '../domain/job/pre-warm-events';
import type { Entry, Posting } from '../domain/ledger/posting';
import { bookVoucher } from '../domain/ledger/voucher-book';
import type { OrderEvent } from '../domain/order/events';
import type { VoucherEvent } from '../domain/voucher/events';
import { factOf, type Plain } from './plain';
import type { Projection } from './projection';

/** What one stream means in money: its entries in the ledger, oldest first, and what later ones must know. */
export type BookRow = {
  readonly order: Plain<OrderBook> | null;
  readonly card: Plain<CardBook> | null;
  readonly entries: readonly Plain<Entry>[];
  /** Where its last entry stands in the log; null before there is one. */
  readonly lastPosition: string | null;
};

const NO_BOOK: BookRow = { order: null, card: null, entries: [], lastPosition: null };

type Meaning = Pick<BookRow, 'order' | 'card'> & Pick<Entry, 'subject'> & { readonly postings: readonly Posting[]; readonly orderId?: string };

function meaningOf(event: StoredEvent, row: BookRow): Meaning {
  const id = idOf(event.stream);
  switch (categoryOf(event.stream)) {
    case 'order': {
      const { book, postings, subject } = bookOrderEvent(row.order, factOf<OrderEvent>(event), event.occurredAt);
      return { order: book, card: null, postings, subject, orderId: id };
    }
    case 'job': {
      const { book, postings, subject } = bookPreWarmEvent(row.order, factOf<PreWarmEvent>(event), event.occurredAt);
      return { order: book, card: null, postings, subject };
    }
    case 'card': {
      const { book, postings, orderId } = bookCardEvent(row.card, factOf<CardEvent>(event));
      return { order: null, card: book, postings, subject: id, ...(orderId === undefined ? {} : { orderId }) };
    }
    case 'chargeback':
      return { order: null, card: null, postings: bookChargeback(factOf<ChargebackEvent>(event)), subject: id };
    default: {
      const fact = factOf<VoucherEvent>(event);
      return { order: null, card: null, postings: bookVoucher(fact), subject: fact.data.document };
    }
  }
}

function isBooked({ stream, type }: StoredEvent): boolean {
  const category = categoryOf(stream);
  if (category === 'order') return BOOKED_ORDER_EVENTS.has(type as OrderEvent['type']);
  if (category === 'job') return BOOKED_JOB_EVENTS.has(type as JobEvent['type']);
  return category === 'voucher' || category === 'chargeback' || BOOKED_CARD_EVENTS.has(type as CardEvent['type']);
}

/**
 * The shop's ledger, double entry, stream by stream. What an event posts follows from the log alone, so a rebuild posts the same, and
 * nothing is posted twice. Which day an entry belongs to is not here: that depends on when the days were closed.
 */
export const books: Projection<BookRow> = {
  name: 'books',
  version: 3,
  categories: ['order-', 'card-', 'job-', 'voucher-', 'chargeback-'],
  indexes: [['lastPosition']],
  keys: (event) => (isBooked(event) ? [event.stream] : []),
  project(event, row) {
    const { order, card, postings, subject, orderId } = meaningOf(event, row ?? NO_BOOK);
    if (order === null && card === null && postings.length === 0) return row;
    const before = row ?? NO_BOOK;
    if (postings.length === 0) return { ...before, order, card };
    const { eventId, type, occurredAt, position } = event;
    const entry: Entry = { eventId, type, occurredAt, position, ...(orderId === undefined ? {} : { orderId }), subject, postings };
    return { order, card, entries: [...before.entries, entry], lastPosition: position };
  },
};
