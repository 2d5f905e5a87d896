import type { StoredEvent } from '../../domain/kernel/event';
import { chainHash, GENESIS_HASH } from '../../domain/kernel/hash';
import { derivedId } from '../../domain/kernel/ids';
import { APPEND_EVENTS_MAX } from '../ports/event-store';
import type { EventCodec } from '../ports/event-codec';
import type { Violation } from './violation';

/** I4 for one stream: told its events in order, it says what is wrong with each. Keeps one hash, one revision and one position. */
export class StreamChain {
  private hash: string;
  private revision: number;
  private position = '';

  constructor(
    private readonly codec: EventCodec,
    /** The part of a record that the store itself found damaged, if it did. */
    private readonly damagedPart: (stream: string, revision: number) => string | undefined,
    /** Where the stream stands already; its beginning unless told. */
    before: { readonly hash: string; readonly revision: number } = { hash: GENESIS_HASH, revision: -1 },
  ) {
    this.hash = before.hash;
    this.revision = before.revision;
  }

  /** One violation per event at most for its content: a changed event is said once, and what follows is checked against what it carries. */
  *follow(event: StoredEvent): Generator<Violation> {
    const { stream, revision, position, metadata } = event;
    const where = { stream, revision, position };
    if (revision !== this.revision + 1) yield { kind: 'revision-gap', ...where, message: `revision ${this.revision + 1} is missing` };
    if (position <= this.position) yield { kind: 'position-order', ...where, message: 'stands before the revision that precedes it' };
    const expected = revision === this.revision + 1 ? chainHash(this.hash, stream, revision, event) : null;
    const problem = this.codec.problemOf(event);
    if (expected !== null && expected !== metadata.hash) {
      const field = this.damagedPart(stream, revision) ?? suspectOf(event, problem);
      yield { kind: 'hash', ...where, field, message: `the event is not what was stored: ${field} changed` };
    } else if (problem !== null) {
      yield { kind: 'schema', ...where, field: fieldIn(problem), message: `${event.type}: ${problem}` };
    } else {
      const missing = missingIn(event);
      if (missing !== undefined) yield { kind: 'envelope', ...where, field: missing, message: `${missing} is missing` };
    }
    this.hash = metadata.hash;
    this.revision = revision;
    this.position = position;
  }
}

/** The codec names the field first: 'envelope: metadata.actor.kind: invalid_value' or 'amount.currency: invalid_type'. */
function fieldIn(problem: string): string {
  const path = problem.replace(/^envelope: /, '').split(': ')[0] ?? problem;
  return problem.startsWith('envelope: ') ? path : `data.${path}`;
}

/** A hash says that something changed, not what. The schema or the derived id tells in many cases; else it is one of two. */
function suspectOf(event: StoredEvent, problem: string | null): string {
  if (problem !== null) return fieldIn(problem);
  const ids = Array.from({ length: APPEND_EVENTS_MAX }, (_, index) => derivedId(event.stream, event.metadata.commandId, index));
  return ids.includes(event.eventId) ? 'data or metadata' : 'eventId or metadata.commandId';
}

function missingIn({ metadata, occurredAt }: StoredEvent): string | undefined {
  const { commandId, causationId, correlationId, actor } = metadata;
  if (!commandId) return 'metadata.commandId';
  if (!causationId) return 'metadata.causationId';
  if (!correlationId) return 'metadata.correlationId';
  if (!actor.kind || !actor.id) return 'metadata.actor';
  return Number.isNaN(Date.parse(occurredAt)) ? 'occurredAt' : undefined;
}
