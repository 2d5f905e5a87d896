import type { EventToAppend, Position, StoredEvent } from '../../domain/kernel/event';

/** The revision a stream must be at for an append to be accepted; 'none' for a stream that must not exist yet. */
export type ExpectedRevision = number | 'none';

/**
 * How an append ended. *Unknown is a value*: the events may or may not be stored, and only reading back tells
 * (write rule 4; `append-events.ts` does it once for everyone). `recordedAt` is there when the store says its time with its answer;
 * one that does not is asked by a read, by the few who need it.
 */
export type AppendResult =
  | { readonly outcome: 'committed'; readonly revision: number; readonly position: Position; readonly recordedAt?: string }
  | { readonly outcome: 'conflict'; readonly actual: ExpectedRevision }
  | { readonly outcome: 'unknown'; readonly cause: string };

export interface ReadOptions {
  /** First revision wanted; 0 unless told. */
  readonly from?: number;
  /** At most so many events; READ_LIMIT_MAX unless told. */
  readonly limit?: number;
}

export interface SubscribeOptions {
  /** Deliver what lies after this position; null is the beginning. */
  readonly after: Position | null;
  /** Only streams whose names begin with one of these; all when absent. */
  readonly streamPrefixes?: readonly string[];
  /** At most so many events per batch; 512 unless told. */
  readonly batchMax?: number;
  readonly signal: AbortSignal;
}

/** Events in log order, and how far the log has been read: the place to continue from, also when nothing matched. */
export interface SubscriptionBatch {
  readonly events: readonly StoredEvent[];
  readonly position: Position;
  /** Nothing more was stored when this batch was read. A hint for display, never a proof of completeness. */
  readonly caughtUp: boolean;
}

export const READ_LIMIT_MAX = 4_096;
export const APPEND_EVENTS_MAX = 64;

/**
 * The only truth. Streams are numbered from 0 without gaps; the log orders all streams by `position`.
 *
 * `read` and `head` reject with StoreUnavailable while the store is away. `append` rejects with it only when the events were
 * certainly not written; whenever they may have been, it answers unknown. A conflict may name an `actual` equal to the expected
 * revision: an event id of the batch then stands elsewhere, and sending it again is of no use. A repeated append of the very same batch at the same expected revision
 * answers committed with the original revision when, and only when, ids *and* payload are the same.
 */
export interface EventStore {
  read(stream: string, options?: ReadOptions): Promise<readonly StoredEvent[]>;
  append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult>;
  /** Catch-up, then live, at least once, in log order. The next batch is read when the consumer asks: that is the back-pressure. */
  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionBatch>;
  /** Position of the newest event, or null when the log is empty. */
  head(): Promise<Position | null>;
}

/** The store did not answer. Retryable: nothing was decided. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
