import type { ClosingEvent } from '../domain/closing/events';
import type { Total } from '../domain/ledger/posting';
import { factOf, type Plain } from './plain';
import type { Projection } from './projection';

/** A day of the ledger whose close was ordered. */
export type LedgerDayRow = {
  readonly day: string;
  /** ISO-8601 UTC. */
  readonly endsAt: string;
  /** What stands behind it in the log is too late for this day. */
  readonly fence: string;
  /** ISO-8601 UTC. */
  readonly orderedAt: string;
  /** Null until it is added up. */
  readonly closedAt: string | null;
  readonly totals: readonly Plain<Total>[];
  readonly entries: number;
  readonly late: number;
};

/** Days of the ledger that are closed, or about to be. */
export const ledgerDays: Projection<LedgerDayRow> = {
  name: 'ledger-days',
  version: 1,
  categories: ['ledger-'],
  indexes: [['day']],
  keys: (event) => [factOf<ClosingEvent>(event).data.day],
  project(event, row) {
    const fact = factOf<ClosingEvent>(event);
    if (fact.type === 'DayCloseOrdered') {
      const { day, endsAt } = fact.data;
      return { day, endsAt, fence: event.position, orderedAt: event.occurredAt, closedAt: null, totals: [], entries: 0, late: 0 };
    }
    const { totals, entries, late } = fact.data;
    return row === null ? null : { ...row, closedAt: event.occurredAt, totals, entries, late };
  },
};
