import type { EventToAppend } from '../../../domain/kernel/event';
import { assertAppend } from '../../../application/ports/append-rules';
import type { ExpectedRevision } from '../../../application/ports/event-store';

/** An event as it crosses to the worker: plain strings, so that the worker neither parses nor prints JSON. */
export interface RequestedEvent {
  readonly eventId: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly occurredAt: string;
  readonly data: string;
  readonly metadata: string;
}

/** `expected` is −1 for a stream that must not exist. */
export interface AppendRequest {
  readonly id: number;
  readonly stream: string;
  readonly expected: number;
  readonly events: readonly RequestedEvent[];
}

export const NO_STREAM = -1;
export const revisionOf = (expected: ExpectedRevision): number => (expected === 'none' ? NO_STREAM : expected);
export const expectedOf = (revision: number): ExpectedRevision => (revision === NO_STREAM ? 'none' : revision);

/** JSON text of one append; what EventStoreDB takes too. In UTF-16 code units. */
export const APPEND_CHARS_MAX = 1_048_576;

/** Serialises an append on the caller's thread. Throws (a defect of the caller) when it is no append that could ever be stored. */
export function appendRequest(id: number, stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): AppendRequest {
  assertAppend(stream, expected, events);
  const requested = events.map(requestedEvent);
  if (charsOf(requested) > APPEND_CHARS_MAX) throw new RangeError(`an append holds at most ${APPEND_CHARS_MAX} characters of JSON`);
  return { id, stream, expected: revisionOf(expected), events: requested };
}

export function charsOf(events: readonly RequestedEvent[]): number {
  let chars = 0;
  for (const event of events) chars += event.data.length + event.metadata.length;
  return chars;
}

function requestedEvent(event: EventToAppend): RequestedEvent {
  const { eventId, type, schemaVersion, occurredAt, data, metadata } = event;
  return { eventId, type, schemaVersion, occurredAt, data: JSON.stringify(data), metadata: JSON.stringify(metadata) };
}
