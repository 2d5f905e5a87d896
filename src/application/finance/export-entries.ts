import type { Day } from '../../domain/closing/day';
import type { Position } from '../../domain/kernel/event';
import { classOf } from '../../domain/ledger/accounts';
import type { Entry } from '../../domain/ledger/posting';
import type { BookRow } from '../../projections/books';
import type { AnyProjection } from '../../projections/projection';
import type { EventStore } from '../ports/event-store';
import { IN_VALUES_MAX } from '../ports/read-model-rules';
import type { ReadModels } from '../ports/read-models';
import { upToEnd } from '../up-to-end';
import { dayOf, type LedgerDay } from './ledger-day';

/** One posting as it is exported. Columns and their order stay: programs of others read them. */
export const EXPORT_COLUMNS = [
  'day',
  'occurredAt',
  'eventId',
  'line',
  'type',
  'orderId',
  'subject',
  'account',
  'class',
  'party',
  'currency',
  'debitMinor',
  'creditMinor',
] as const;
export type ExportedPosting = Readonly<Record<(typeof EXPORT_COLUMNS)[number], string | number>>;

/**
 * Every posting of a day in the order of the log, so that a closed day is exported the same again and again. One batch of the log and
 * its books are in memory. Rejects with StoreUnavailable and ReadModelsUnavailable.
 */
export async function* postingsOfDay(
  books: AnyProjection,
  store: EventStore,
  readModels: ReadModels,
  day: LedgerDay,
  timeZone: string,
  upTo: Position,
): AsyncGenerator<readonly ExportedPosting[]> {
  for await (const { events, position } of upToEnd(store, day.scanFrom)) {
    const booked = events.flatMap((event) => (isOf(books, event.stream) && books.keys(event).length > 0 ? [event] : []));
    const entries = await entriesOfEvents(
      readModels,
      booked.map(({ stream }) => stream),
    );
    const exported = booked.flatMap(({ eventId, position: at }) => {
      const entry = at > upTo ? undefined : entries.get(eventId);
      return entry === undefined || dayOf(entry, day, timeZone) !== day.day ? [] : linesOf(day.day, entry);
    });
    if (exported.length > 0) yield exported;
    if (position >= upTo) return;
  }
}

const isOf = (books: AnyProjection, stream: string): boolean => books.categories.some((category) => stream.startsWith(category));

async function entriesOfEvents(readModels: ReadModels, streams: readonly string[]): Promise<ReadonlyMap<string, Entry>> {
  const keys = [...new Set(streams)];
  const entries = new Map<string, Entry>();
  for (let at = 0; at < keys.length; at += IN_VALUES_MAX)
    for (const { value } of await readModels.getMany<BookRow>('books', keys.slice(at, at + IN_VALUES_MAX)))
      for (const entry of value.entries) entries.set(entry.eventId, entry);
  return entries;
}

const linesOf = (day: Day, { eventId, occurredAt, type, orderId = '', subject, postings }: Entry): readonly ExportedPosting[] =>
  postings.map(({ account, party = '', amountMinor, currency }, at) => ({
    day,
    occurredAt,
    eventId,
    line: at + 1,
    type,
    orderId,
    subject,
    account,
    class: classOf(account),
    party,
    currency,
    debitMinor: Math.max(0, amountMinor),
    creditMinor: Math.max(0, -amountMinor),
  }));

/** What a spreadsheet would take for a formula is shown as the text that it is. */
const FORMULA = /^[=+\-@\t\r|%]/;
const QUOTED = /[",\r\n]/;

/** One cell of csv (RFC 4180): text that begins like a formula gets an apostrophe before it. Numbers stay numbers. */
export function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Spreadsheets take a file for UTF-8 when it begins so. */
export const CSV_BOM = '\uFEFF';
export const csvRow = (cells: readonly (string | number)[]): string => `${cells.map(csvCell).join(',')}\r\n`;
