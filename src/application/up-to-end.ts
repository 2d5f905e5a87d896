import type { Position } from '../domain/kernel/event';
import type { EventStore, SubscriptionBatch } from './ports/event-store';

/** What lies behind a position, up to where the log ends when it is asked; null is the beginning. Rejects with StoreUnavailable. */
export async function* upToEnd(store: Pick<EventStore, 'head' | 'subscribe'>, after: Position | null): AsyncGenerator<SubscriptionBatch> {
  const head = await store.head();
  if (head === null || (after !== null && after >= head)) return;
  const ending = new AbortController();
  try {
    for await (const batch of store.subscribe({ after, signal: ending.signal })) {
      yield { ...batch, events: batch.events.filter(({ position }) => position <= head) };
      if (batch.position >= head) return;
    }
  } finally {
    ending.abort();
  }
}
