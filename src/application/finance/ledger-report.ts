import type { Day } from '../../domain/closing/day';
import type { Position } from '../../domain/kernel/event';
import type { Money } from '../../domain/kernel/money';
import { type AccountClass, classOf } from '../../domain/ledger/accounts';
import { type Entry, marginOf, type Total, totalKey, Totals } from '../../domain/ledger/posting';
import type { ReadModels } from '../ports/read-models';
import { closedDays, dayOf, isLate, type LedgerDay, readLedgerDay } from './ledger-day';
import { scanBooks } from './scan-books';

export interface AccountLine extends Total {
  readonly class: AccountClass;
  /** Debits less credits of all days up to the end of this one. */
  readonly balanceMinor: number;
}

/** A day of the ledger. Amounts are minor units, by currency, never converted. */
export interface LedgerView {
  readonly day: Day;
  /** OPEN: more may come. CLOSED: what comes late belongs to a later day. */
  readonly state: 'OPEN' | 'CLOSED';
  /** ISO-8601 UTC. */
  readonly closedAt: string | null;
  /** Entries of the day, and those of them that happened on a day closed before. */
  readonly entries: number;
  readonly late: number;
  readonly accounts: readonly AccountLine[];
  /** Revenue less refunds, fees, cost and losses of the day. */
  readonly margin: readonly Money[];
  /** Streams whose entries are missing because one of their events could not be read. Above zero nothing here is whole. */
  readonly parked: number;
}

/** More than this, and the answer is: at least so many. */
const PARKED_MAX = 100;

/** Streams of the ledger that wait. Rejects with ReadModelsUnavailable. */
export async function parkedBooks(readModels: ReadModels): Promise<number> {
  const active = (await readModels.generations('books')).find(({ state }) => state === 'active');
  return active === undefined ? 0 : (await readModels.parked(active, PARKED_MAX)).length;
}

/** Entries of a day, a page of books at a time; with `alsoOpenBefore` those of open days before it as well. */
export async function* entriesOf(
  readModels: ReadModels,
  day: LedgerDay,
  timeZone: string,
  { upTo, alsoOpenBefore = false }: { readonly upTo: Position; readonly alsoOpenBefore?: boolean },
): AsyncGenerator<readonly (Entry & { readonly day: Day })[]> {
  for await (const page of scanBooks(readModels, day.scanFrom)) {
    const entries = page.flatMap(({ value }) => value.entries).filter(({ position }) => position <= upTo);
    const dated = entries.flatMap((entry) => {
      const belongsTo = dayOf(entry, day, timeZone);
      return belongsTo !== null && (belongsTo === day.day || (alsoOpenBefore && belongsTo < day.day)) ? [{ ...entry, day: belongsTo }] : [];
    });
    if (dated.length > 0) yield dated;
  }
}

export interface DaySum {
  readonly totals: readonly Total[];
  readonly entries: number;
  readonly late: number;
}

/** Adds up a day whose close was ordered. */
export async function sumOfDay(readModels: ReadModels, day: LedgerDay, timeZone: string, fence: Position): Promise<DaySum> {
  const totals = new Totals();
  let [entries, late] = [0, 0];
  for await (const page of entriesOf(readModels, day, timeZone, { upTo: fence }))
    for (const entry of page) {
      entries++;
      if (isLate(entry, day)) late++;
      entry.postings.forEach((posting) => totals.add(posting));
    }
  return { totals: totals.list(), entries, late };
}

/** The ledger of one day. An open one is added up as far as the read model has come. Rejects with ReadModelsUnavailable. */
export async function ledgerOfDay(readModels: ReadModels, asked: Day, timeZone: string): Promise<LedgerView> {
  const [day, parked, upTo] = [await readLedgerDay(readModels, asked), await parkedBooks(readModels), (await readModels.checkpoint('books')) ?? ''];
  const balances = new Totals();
  for await (const { totals } of closedDays(readModels, asked)) balances.addAll(totals);
  const sum = day.row?.closedAt == null ? await sumOfOpenDay(readModels, day, timeZone, upTo, balances) : day.row;
  return {
    day: asked,
    state: day.row?.closedAt == null ? 'OPEN' : 'CLOSED',
    closedAt: day.row?.closedAt ?? null,
    entries: sum.entries,
    late: sum.late,
    accounts: linesOf(sum.totals, balances.list()),
    margin: marginOf(sum.totals),
    parked,
  };
}

/** Open days before it are added to the balances as well. */
async function sumOfOpenDay(readModels: ReadModels, day: LedgerDay, timeZone: string, upTo: Position, balances: Totals): Promise<DaySum> {
  const totals = new Totals();
  let [entries, late] = [0, 0];
  for await (const page of entriesOf(readModels, day, timeZone, { upTo, alsoOpenBefore: true }))
    for (const entry of page) {
      entry.postings.forEach((posting) => balances.add(posting));
      if (entry.day !== day.day) continue;
      entries++;
      if (isLate(entry, day)) late++;
      entry.postings.forEach((posting) => totals.add(posting));
    }
  return { totals: totals.list(), entries, late };
}

/** A line for every account that moved or holds something. */
function linesOf(totals: readonly Total[], balances: readonly Total[]): readonly AccountLine[] {
  const moved = new Map(totals.map((total) => [totalKey(total), total]));
  return balances.flatMap((held): readonly AccountLine[] => {
    const { account, party, currency } = held;
    const { debitMinor, creditMinor } = moved.get(totalKey(held)) ?? { debitMinor: 0, creditMinor: 0 };
    const balanceMinor = held.debitMinor - held.creditMinor;
    if (balanceMinor === 0 && debitMinor === 0 && creditMinor === 0) return [];
    const place = { account, ...(party === undefined ? {} : { party }), currency };
    return [{ ...place, class: classOf(account), debitMinor, creditMinor, balanceMinor }];
  });
}
