/**
 * What every event is made of. The envelope is the storage format: its names are stored for ever.
 */

/** A fact, past tense, as one aggregate says it. `data` is plain JSON. */
export interface DomainEvent {
  readonly type: string;
  readonly data: object;
}

/** An event as a fold sees it: the fact and when it happened (ISO-8601 UTC, our store time). */
export type Happened<E extends DomainEvent> = E & { readonly occurredAt: string };

export type ActorKind = 'BUYER' | 'STOREFRONT' | 'SUPPORT' | 'FINANCE' | 'OPS' | 'ADMIN' | 'GATEWAY' | 'CHANNEL' | 'ENGINE' | 'CLI' | 'GUEST';

/** Who did it. `id` is an API key id, an order id for buyers, a gateway id, an engine session, or the id of the link that a guest came with. Never a secret. */
export interface Actor {
  readonly kind: ActorKind;
  readonly id: string;
}

export interface EventMetadata {
  /** The command that led here; equal for a repeated command. */
  readonly commandId: string;
  /** The order (or other process) that all of this belongs to. */
  readonly correlationId: string;
  /** The event or command that directly caused this one. */
  readonly causationId: string;
  readonly actor: Actor;
  /** Why a person did it, in their words. */
  readonly reason?: string;
  /** Digest of the input of a client's command: the same command id with another one is a misuse of the key. */
  readonly fingerprint?: string;
  /** Engine session and counter of an intent or claim; see write rule 2. */
  readonly by?: string;
  /** SHA-256 chain over the stream, lower-case hex; see `chainHash`. */
  readonly hash: string;
  readonly traceparent?: string;
}

/** What an appender hands to the store. */
export interface EventToAppend<E extends DomainEvent = DomainEvent> {
  readonly eventId: string;
  readonly type: E['type'];
  readonly schemaVersion: number;
  readonly occurredAt: string;
  readonly data: E['data'];
  readonly metadata: EventMetadata;
}

/** A place in the whole log: opaque, fixed-width text that sorts like the log does. */
export type Position = string;

/** What the store gives back. `revision` counts from 0 per stream; `recordedAt` is the store's own clock. */
export interface StoredEvent<E extends DomainEvent = DomainEvent> extends EventToAppend<E> {
  readonly stream: string;
  readonly revision: number;
  readonly position: Position;
  readonly recordedAt: string;
}
