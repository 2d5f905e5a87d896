import type { CardEvent } from '../../domain/card/events';
import type { StoredEvent } from '../../domain/kernel/event';
import { idOf, orderIdOfReference } from '../../domain/kernel/ids';
import type { Account } from '../../domain/ledger/accounts';
import type { Posting } from '../../domain/ledger/posting';
import type { OrderEvent } from '../../domain/order/events';
import { books, type BookRow } from '../../projections/books';
import { hasSold } from '../ports/channel-book';
import { asOfOrder } from './bought-ahead';
import type { OracleWorld } from './running';
import type { PurchaseWorld } from './running-purchases';

export interface LedgerAtRest extends Pick<OracleWorld, 'gateways' | 'violated'>, Pick<PurchaseWorld, 'channels'> {
  readonly events: Iterable<StoredEvent>;
  /** A person is told that something is wrong with this order, which may be its money. */
  readonly isShown: (orderId: string) => boolean;
}

/** Accounts that another side keeps as well, and those in which nothing may be left once nothing is under way. */
const COMPARED: ReadonlySet<Account> = new Set<Account>(['gateway', 'channel', 'transit', 'buyerMoney', 'surplus']);

/** I3 to the cent: the double-entry ledger of the whole log, order by order and account by account, against the books of gateways and channels. */
export function checkLedgerAtRest({ events, gateways, channels, isShown, violated }: LedgerAtRest): void {
  const { rows, bought, requestOfCard } = read(events);
  const sums = new Sums();
  for (const [stream, { entries }] of rows)
    for (const { eventId, postings } of entries) {
      if (!isBalanced(postings)) violated('I3', `the entry of ${eventId} on ${stream} does not take from one side what it gives to the other`);
      const orderId = /^(order|job)-/.test(stream) ? idOf(stream) : orderIdOfReference(requestOfCard.get(stream) ?? '');
      for (const posting of postings) if (COMPARED.has(posting.account)) sums.add(orderId, posting, 'ledger');
    }
  for (const { book } of gateways.values())
    for (const { reference, capturedMinor, currency } of book.payments.values()) {
      const amountMinor = capturedMinor - book.refundedMinor(reference);
      sums.add(orderIdOfReference(reference), { account: 'gateway', party: book.id, amountMinor, currency }, 'theirs');
    }
  for (const [party, { book }] of channels)
    for (const booked of [...book.purchases.values(), ...book.doubles]) {
      // Of what was written off or is in review nobody knows what it cost; whether that may be is for others to say.
      if (!hasSold(booked) || !bought.has(booked.requestId)) continue;
      const { requestId, units, unitCostMinor, currency } = booked;
      sums.add(orderIdOfReference(requestId), { account: 'channel', party, amountMinor: -units * unitCostMinor, currency }, 'theirs');
    }
  for (const { orderId, account, party, currency, ledger, theirs } of sums.all())
    if (ledger !== theirs && !(orderId !== null && isShown(orderId))) {
      const of = `${account}${party === undefined ? '' : ` ${party}`}`;
      violated('I3', `${orderId ?? 'no order'}: the ledger has ${ledger} ${currency} in ${of}, and it must be ${theirs}`, orderId ?? undefined);
    }
}

interface Ledger {
  readonly rows: ReadonlyMap<string, BookRow>;
  /** Requests that a channel sold something for, by our events. */
  readonly bought: ReadonlySet<string>;
  /** The purchase that each bought card came with, by its stream. */
  readonly requestOfCard: ReadonlyMap<string, string>;
}

function read(events: Iterable<StoredEvent>): Ledger {
  const rows = new Map<string, BookRow>();
  const bought = new Set<string>();
  const requestOfCard = new Map<string, string>();
  for (const event of events) {
    for (const key of books.keys(event)) {
      const row = books.project(event, rows.get(key) ?? null, key);
      if (row !== null) rows.set(key, row);
    }
    const fact = asOfOrder(event) ?? (event as unknown as OrderEvent | CardEvent);
    if (fact.type === 'PurchaseCompleted' || fact.type === 'PurchasePartlyCompleted') bought.add(fact.data.requestId);
    if (fact.type === 'CardStocked') requestOfCard.set(event.stream, fact.data.batchId);
  }
  return { rows, bought, requestOfCard };
}

function isBalanced(postings: readonly Posting[]): boolean {
  const sums = new Map<string, number>();
  for (const { currency, amountMinor } of postings) sums.set(currency, (sums.get(currency) ?? 0) + amountMinor);
  return [...sums.values()].every((sum) => sum === 0);
}

interface Compared extends Omit<Posting, 'amountMinor'> {
  readonly orderId: string | null;
  ledger: number;
  theirs: number;
}

/** Minor units by order, account, party and currency: what the ledger says, and what the other side does. */
class Sums {
  private readonly sums = new Map<string, Compared>();

  add(orderId: string | null, { amountMinor, ...place }: Posting, side: 'ledger' | 'theirs'): void {
    const key = JSON.stringify([orderId, place.account, place.party, place.currency]);
    const compared = this.sums.get(key) ?? { ...place, orderId, ledger: 0, theirs: 0 };
    compared[side] += amountMinor;
    this.sums.set(key, compared);
  }

  all(): Iterable<Compared> {
    return this.sums.values();
  }
}
