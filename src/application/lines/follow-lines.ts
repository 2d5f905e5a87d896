import type { Position } from '../../domain/kernel/event';
import type { Phase } from '../../domain/order/phase';
import type { OrderRow } from '../../projections/orders';
import type { EventStore } from '../ports/event-store';
import type { ReadModels } from '../ports/read-models';
import type { Runtime } from '../ports/runtime';
import { rowPages } from '../row-pages';
import type { LineBook } from './line-book';

export interface LinesKit {
  readonly store: EventStore;
  readonly readModels: ReadModels;
  readonly runtime: Runtime;
  readonly book: LineBook;
  /** Everything that had been stored when this process began is known from now on. Told once. Must not throw. */
  readonly onKnown: () => void;
  readonly onFailed: (error: unknown) => void;
}

const RETRY_MS = 500;
const PAGE = 500;

/** Something is still to happen to an order in one of these. */
const OPEN: readonly Phase[] = [
  'QUEUED',
  'OPENING_PAYMENT',
  'AWAITING_BUYER',
  'PAYMENT_IN_DOUBT',
  'PAID_WAITING_CARD',
  'PURCHASING',
  'PURCHASE_IN_DOUBT',
];

/**
 * Keeps the book of who waits for what: first what a read model knows of open orders, then the log from where that model stood. Rows may
 * be newer than that; an event that comes a second time changes nothing for good, since all that follow it come too. Never rejects.
 */
export async function followLines(kit: LinesKit, signal: AbortSignal): Promise<void> {
  const { store, runtime, book, onFailed } = kit;
  let after: Position | null | undefined;
  let begunAt: Position | null | undefined;
  const reached = (position: Position | null): void => {
    if (book.isKnown || (begunAt != null && (position === null || position < begunAt))) return;
    book.isKnown = true;
    kit.onKnown();
  };
  while (!signal.aborted) {
    try {
      begunAt ??= await store.head();
      after ??= await restored(kit);
      reached(after);
      for await (const { events, position } of store.subscribe({ after, streamPrefixes: ['order-'], signal })) {
        for (const event of events) book.apply(event);
        after = position;
        reached(position);
      }
    } catch (error) {
      onFailed(error);
    }
    if (!signal.aborted) await runtime.sleep(RETRY_MS * (0.5 + runtime.random()), signal);
  }
}

/** Reads the open orders; returns how far the model that has them had read the log before. */
async function restored({ readModels, book }: LinesKit): Promise<Position | null> {
  const upTo = await readModels.checkpoint('orders');
  const sort = { field: 'submittedAt', direction: 'asc' } as const;
  for (const phase of OPEN)
    for await (const rows of rowPages<OrderRow>(readModels, 'orders', { filter: { phase: { eq: phase } }, sort, pageRows: PAGE }))
      for (const { value } of rows) book.restore(value.state);
  return upTo;
}
