import type { Position } from '../../domain/kernel/event';
import type { EventStore } from '../ports/event-store';
import { KeyUses } from './key-uses';

/** What each watched key has sealed, and up to where the log was read for it; null: it is empty. */
export interface CountedUses {
  readonly uses: KeyUses;
  readonly upTo: Position | null;
}

/** Reads the whole log, and what was stored meanwhile, until nothing was. Null when the signal aborts. Rejects with StoreUnavailable. */
export async function countUses(
  store: Pick<EventStore, 'head' | 'subscribe'>,
  isWatched: (kid: string) => boolean,
  signal: AbortSignal,
): Promise<CountedUses | null> {
  const uses = new KeyUses(isWatched);
  let upTo: Position | null = null;
  for (let head = await store.head(); head !== null && (upTo === null || upTo < head); head = await store.head()) {
    const ending = new AbortController();
    for await (const batch of store.subscribe({ after: upTo, signal: AbortSignal.any([signal, ending.signal]) })) {
      for (const event of batch.events) uses.take(event);
      upTo = batch.position;
      if (upTo >= head) break;
    }
    ending.abort();
    if (signal.aborted) return null;
  }
  return { uses, upTo };
}
