import type { CardEvent } from '../domain/card/events';
import { streams } from '../domain/kernel/ids';
import type { Sealed } from '../domain/kernel/sealed';
import type { EventCodec } from './ports/event-codec';
import type { EventStore } from './ports/event-store';

type Sealing = Extract<CardEvent, { type: 'CardStocked' | 'CardResealed' }>;

/** A card's text as it is sealed now; null when there is none that can be read. Rejects with StoreUnavailable. */
export async function readSealed(store: Pick<EventStore, 'read'>, codec: EventCodec, cardId: string): Promise<Sealed | null> {
  const stored = await store.read(streams.card(cardId));
  const newest = stored.findLast(({ type }) => type === 'CardStocked' || type === 'CardResealed');
  const decoded = newest === undefined ? undefined : codec.decode(newest);
  return decoded?.outcome === 'read' ? (decoded.event as unknown as Sealing).data.sealed : null;
}
