import type { Money } from '../kernel/money';
import { type Account, classOf } from './accounts';

/** One side of an entry: a debit above zero, a credit below. Minor units; never converted. */
export interface Posting {
  readonly account: Account;
  /** The gateway or channel, where the account has one. */
  readonly party?: string;
  readonly amountMinor: number;
  readonly currency: string;
}

/** What one event means in money. Its postings sum to zero in each currency. */
export interface Entry {
  readonly eventId: string;
  readonly type: string;
  /** ISO-8601 UTC. */
  readonly occurredAt: string;
  /** Where the event stands in the log. */
  readonly position: string;
  readonly orderId?: string;
  /** What a statement or a person knows it by: payment reference, request id, card id, voucher. */
  readonly subject: string;
  readonly postings: readonly Posting[];
}

/** An account and, where it has one, its party. */
export interface Place {
  readonly account: Account;
  readonly party?: string;
}

/** Debits one account and credits another. Nothing is posted for nothing; a move of less than nothing goes the other way. */
export function move(debit: Place, credit: Place, { amountMinor, currency }: Money): readonly Posting[] {
  if (amountMinor === 0) return [];
  return [
    { ...debit, amountMinor, currency },
    { ...credit, amountMinor: -amountMinor, currency },
  ];
}

/** An account's movement or balance in one currency. Minor units. */
export interface Total extends Place {
  readonly currency: string;
  readonly debitMinor: number;
  readonly creditMinor: number;
}

export const totalKey = ({ account, party, currency }: Place & { readonly currency: string }): string =>
  [account, party ?? '', currency].join('\u001f');

/** Adds up postings by account, party and currency. */
export class Totals {
  private readonly sums = new Map<string, Total>();

  add(posting: Posting): void {
    const { account, party, amountMinor, currency } = posting;
    const key = totalKey(posting);
    const before = this.sums.get(key) ?? { account, ...(party === undefined ? {} : { party }), currency, debitMinor: 0, creditMinor: 0 };
    this.sums.set(key, {
      ...before,
      debitMinor: before.debitMinor + Math.max(0, amountMinor),
      creditMinor: before.creditMinor + Math.max(0, -amountMinor),
    });
  }

  addAll(totals: readonly Total[]): void {
    for (const { debitMinor, creditMinor, ...place } of totals) {
      this.add({ ...place, amountMinor: debitMinor });
      this.add({ ...place, amountMinor: -creditMinor });
    }
  }

  /** In the order of their names. */
  list(): readonly Total[] {
    return [...this.sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total);
  }
}

/** Income less expenses of these totals, by currency: what the shop earned. */
export function marginOf(totals: readonly Total[]): readonly Money[] {
  const sums = new Map<string, number>();
  for (const { account, currency, debitMinor, creditMinor } of totals) {
    if (classOf(account) !== 'INCOME' && classOf(account) !== 'EXPENSE') continue;
    sums.set(currency, (sums.get(currency) ?? 0) + creditMinor - debitMinor);
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, amountMinor]) => ({ amountMinor, currency }));
}
