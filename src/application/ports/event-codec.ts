import type { DomainEvent, StoredEvent } from '../../domain/kernel/event';

/** What reading one stored event came to. Unknown or newer types are for the reader to refuse or park, never to guess. */
export type Decoded = { readonly outcome: 'read'; readonly event: StoredEvent } | { readonly outcome: 'unknown'; readonly why: string };

/** Event names, versions and shapes: the schema of everything that is stored. */
export interface EventCodec {
  /** Version to store an event of this type under. Throws (a defect of ours) when the event does not fit its schema. */
  versionFor(event: DomainEvent): number;
  /** Lifts old shapes to today's. */
  decode(stored: StoredEvent): Decoded;
  /** Full schema check for `verify`: null when sound, else what is wrong (without values). */
  problemOf(stored: StoredEvent): string | null;
}
