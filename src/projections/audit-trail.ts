import { eventCatalog } from '../domain/event-catalog';
import type { ActorKind, StoredEvent } from '../domain/kernel/event';
import { fromIso, type Instant } from '../domain/kernel/time';
import type { RefusedRequests } from '../domain/refusal/events';
import type { Projection } from './projection';

export type AuditOutcome = 'DONE' | 'REFUSED';

/** One thing that somebody did, or was refused. */
export type AuditRow = {
  readonly at: Instant;
  /** Null when nobody could be made out. */
  readonly actorKind: ActorKind | null;
  readonly actorId: string | null;
  /** The event that it left, or the operation or field that was refused. */
  readonly action: string;
  /** The stream that it is about, such as `order-…`; null where a refusal names none. */
  readonly subject: string | null;
  readonly outcome: AuditOutcome;
  /** Why it was refused. */
  readonly code: string | null;
  /** Requests that were refused alike; 1 for what was done. */
  readonly count: number;
  /** When the first of them was. */
  readonly since: Instant;
  readonly reason: string | null;
  readonly correlationId: string;
  readonly requestId: string;
  /** Whose codes were looked at, and whether for the first time. */
  readonly cardIds: readonly string[];
  readonly firstView: boolean | null;
};

/** Whatever these do is in the trail. */
const PEOPLE: ReadonlySet<ActorKind> = new Set(['SUPPORT', 'FINANCE', 'OPS', 'ADMIN', 'CLI']);
/** What buyers, storefronts and those whom an order was shown to do to what is already theirs. Submits and payments are in the orders. */
const ANYBODY: ReadonlySet<string> = new Set([
  'AccessTokenRotated',
  'CancelRequested',
  'CardReported',
  'CardsRevealed',
  'ComplaintOpened',
  'DeliveryResendRequested',
  'SharedOrderOpened',
]);
/** One import is one act: its batch is in the trail, not each of its cards. */
const PARTS_OF_AN_ACT: ReadonlySet<string> = new Set(['CardStocked', 'BatchProgressed']);

const REFUSALS = 'refusal-';

const isOfInterest = ({ stream, type, metadata: { actor } }: StoredEvent): boolean =>
  stream.startsWith(REFUSALS) || ANYBODY.has(type) || (PEOPLE.has(actor.kind) && !PARTS_OF_AN_ACT.has(type));

/** Who did what, and who was refused what, over all streams. */
export const auditTrail: Projection<AuditRow> = {
  name: 'audit-trail',
  version: 1,
  categories: Object.keys(eventCatalog).map((category) => `${category}-`),
  indexes: [['at'], ['actorId', 'at'], ['action', 'at'], ['subject', 'at'], ['outcome', 'at']],
  keys: (event) => (isOfInterest(event) ? [`${event.stream}/${event.revision}`] : []),
  project: (event) => (event.stream.startsWith(REFUSALS) ? refusalRow(event) : deedRow(event)),
};

function refusalRow({ data, metadata }: StoredEvent): AuditRow {
  const { actor, operation, code, count, firstAt, lastAt, requestId, orderId } = data as RefusedRequests;
  return {
    at: fromIso(lastAt),
    actorKind: actor?.kind ?? null,
    actorId: actor?.id ?? null,
    action: operation,
    subject: orderId === undefined ? null : `order-${orderId}`,
    outcome: 'REFUSED',
    code,
    count,
    since: fromIso(firstAt),
    reason: null,
    correlationId: orderId ?? metadata.correlationId,
    requestId,
    cardIds: [],
    firstView: null,
  };
}

function deedRow({ stream, type, data, occurredAt, metadata }: StoredEvent): AuditRow {
  const { actor, reason, correlationId, causationId } = metadata;
  const at = fromIso(occurredAt);
  const { cardIds, first } = type === 'CardsRevealed' ? (data as { readonly cardIds: readonly string[]; readonly first: boolean }) : NO_VIEW;
  return {
    at,
    actorKind: actor.kind,
    actorId: actor.id,
    action: type,
    subject: stream,
    outcome: 'DONE',
    code: null,
    count: 1,
    since: at,
    reason: reason ?? null,
    correlationId,
    requestId: causationId,
    cardIds,
    firstView: first,
  };
}

const NO_VIEW = { cardIds: [], first: null } as const;
