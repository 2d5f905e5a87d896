import { idOf } from '../domain/kernel/ids';
import type { StatementEvent } from '../domain/statement/events';
import { factOf, type Plain } from './plain';
import type { Projection } from './projection';

export type StatementRow = Plain<StatementEvent['data']> & {
  /** ISO-8601 UTC. */
  readonly reconciledAt: string;
};

/** Statements that were held against the books, and what came of it the last time. */
export const statements: Projection<StatementRow> = {
  name: 'statements',
  version: 1,
  categories: ['statement-'],
  indexes: [['day'], ['party', 'day']],
  keys: (event) => [idOf(event.stream)],
  project: (event) => ({ ...factOf<StatementEvent>(event).data, reconciledAt: event.occurredAt }),
};
