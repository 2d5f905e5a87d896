import type { EventToAppend } from '../../domain/kernel/event';
import { APPEND_EVENTS_MAX, type ExpectedRevision } from './event-store';

/** Names, types and ids at most, in UTF-16 code units. */
const NAME_CHARS_MAX = 512;

/** Throws RangeError (a defect of the caller) for an append that no store could ever take, whatever it holds. */
export function assertAppend(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): void {
  if (expected !== 'none' && (!Number.isSafeInteger(expected) || expected < 0)) throw new RangeError(`no revision: ${String(expected)}`);
  if (events.length < 1 || events.length > APPEND_EVENTS_MAX)
    throw new RangeError(`an append holds 1 to ${APPEND_EVENTS_MAX} events, not ${events.length}`);
  assertName('stream', stream);
  for (const event of events) assertEnvelope(event);
  if (new Set(events.map(({ eventId }) => eventId)).size < events.length) throw new RangeError('an event id stands twice in one append');
}

function assertEnvelope({ eventId, type, schemaVersion, occurredAt }: EventToAppend): void {
  assertName('event id', eventId);
  assertName('type', type);
  assertName('occurredAt', occurredAt);
  if (!Number.isSafeInteger(schemaVersion) || schemaVersion < 0) throw new RangeError('schemaVersion is a whole number');
}

/** Control characters and lone surrogates would not come back from a store as they went in. */
function assertName(what: string, text: string): void {
  if (text.length < 1 || text.length > NAME_CHARS_MAX || /[\p{Cc}\p{Cs}]/u.test(text)) throw new RangeError(`${what} is empty, too long or not text`);
}
