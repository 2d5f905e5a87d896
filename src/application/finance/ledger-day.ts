import type { Position } from '../../domain/kernel/event';
import { dayAfter, dayAt, type Day } from '../../domain/closing/day';
import { fromIso, HOUR_MS } from '../../domain/kernel/time';
import type { Entry } from '../../domain/ledger/posting';
import type { LedgerDayRow } from '../../projections/ledger-days';
import type { ReadModels } from '../ports/read-models';

/** Where a closed day ends: what happened later, or stands behind the fence in the log, belongs to a later day. */
type DayEnd = Pick<LedgerDayRow, 'day' | 'endsAt' | 'fence'>;

/** One day of the ledger, and how its entries are told from those of others. */
export interface LedgerDay {
  readonly day: Day;
  /** What is stored of it; null while its close was not even ordered. */
  readonly row: LedgerDayRow | null;
  /** The day before it, where that is closed or about to be; of an open day the last one that is. */
  readonly before: DayEnd | null;
  /** No entry of this day or a later one stands at or before it; null: it may be anywhere. */
  readonly scanFrom: Position | null;
}

/** Nothing happens by our clock this much later than the log has it. */
const CLOCKS_APART_MS = HOUR_MS;
const DAYS_READ_AT_ONCE = 100;

const isBefore = (entry: Pick<Entry, 'occurredAt' | 'position'>, end: DayEnd): boolean => entry.occurredAt < end.endsAt && entry.position < end.fence;

/**
 * The day that an entry belongs to: the day on which it happened, or, when that was closed before it came to the log, the next one
 * that was not. Null for days before the one that is looked at.
 */
export function dayOf(entry: Pick<Entry, 'occurredAt' | 'position'>, { day, row, before }: LedgerDay, timeZone: string): Day | null {
  if (before !== null && isBefore(entry, before)) return null;
  if (row !== null) return isBefore(entry, row) ? day : dayAfter(day);
  const happened = dayAt(fromIso(entry.occurredAt), timeZone);
  const firstOpen = before === null ? happened : dayAfter(before.day);
  return happened > firstOpen ? happened : firstOpen;
}

/** It happened on a day that was closed before it came. */
export const isLate = (entry: Pick<Entry, 'occurredAt'>, { before }: LedgerDay): boolean => before !== null && entry.occurredAt < before.endsAt;

/** What is known of a day. Rejects with ReadModelsUnavailable. */
export async function readLedgerDay(readModels: ReadModels, day: Day): Promise<LedgerDay> {
  const row = (await readModels.get<LedgerDayRow>('ledger-days', day))?.value ?? null;
  const earlier = daysBefore(readModels, day);
  const first = await earlier.next();
  const before = first.done === true ? null : first.value;
  return { day, row, before, scanFrom: before === null ? null : await scanFromOf(before, earlier) };
}

async function* daysBefore(readModels: ReadModels, day: Day): AsyncGenerator<LedgerDayRow, undefined> {
  for (let below = day; ;) {
    const filter = { day: { lt: below } };
    const rows = await readModels.find<LedgerDayRow>('ledger-days', {
      filter,
      sort: { field: 'day', direction: 'desc' },
      limit: DAYS_READ_AT_ONCE,
    });
    for (const { value } of rows) yield value;
    const last = rows.at(-1);
    if (last === undefined || rows.length < DAYS_READ_AT_ONCE) return undefined;
    below = last.value.day;
  }
}

/** What happened after a day's end was stored after every close that was ordered before that end. */
async function scanFromOf(before: LedgerDayRow, earlier: AsyncGenerator<LedgerDayRow, undefined>): Promise<Position | null> {
  const surely = fromIso(before.endsAt) - CLOCKS_APART_MS;
  for await (const { orderedAt, fence } of earlier) if (fromIso(orderedAt) < surely) return fence;
  return null;
}

/** Every closed day up to this one, newest first. */
export async function* closedDays(readModels: ReadModels, upTo: Day): AsyncGenerator<LedgerDayRow> {
  for await (const row of daysBefore(readModels, dayAfter(upTo))) if (row.closedAt !== null) yield row;
}
