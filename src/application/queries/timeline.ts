import type { Actor, StoredEvent } from '../../domain/kernel/event';
import type { Locale } from '../caller';
import { defaultTiming } from '../../domain/order/timing';
import { causeWords } from './cause-words';
import { wordsOf, type Words } from './event-words';

/** One step of an order's life. */
export interface TimelineEntry {
  readonly revision: number;
  readonly type: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  /** Who did it; only the kind of actor, without an id, for those who do not belong to the shop. */
  readonly actor: { readonly kind: Actor['kind']; readonly id: string | null };
  readonly reason: string | null;
  /** What directly led to it: the event of this order at `revision`, or a command from outside (null). */
  readonly cause: {
    readonly causationId: string;
    readonly revision: number | null;
    readonly summary: string | null;
    /** Who or what it was, in plain words. */
    readonly words: string;
  };
  readonly summary: string;
  /** The facts, sealed values redacted; null for those who do not belong to the shop. */
  readonly data: object | null;
  readonly hash: string;
}

/** `inside`: the reader belongs to the shop. Notes, reasons and facts are not for buyers and storefronts. */
export interface TimelineReader {
  readonly locale: Locale;
  readonly inside: boolean;
  /** New requests of one step, at most; the default of the design unless told. */
  readonly attemptsMax?: number;
}

/** All events of one stream, from its first on: the cause of a step is looked for among them. */
export function orderTimeline(events: readonly StoredEvent[], reader: TimelineReader): readonly TimelineEntry[] {
  const byId = new Map(events.map((event) => [event.eventId, event]));
  return events.map((event) => entryOf(event, byId.get(event.metadata.causationId), reader));
}

function entryOf(event: StoredEvent, cause: StoredEvent | undefined, reader: TimelineReader): TimelineEntry {
  const { revision, type, occurredAt, recordedAt, data, metadata } = event;
  const { actor, reason, causationId, hash } = metadata;
  const { inside, attemptsMax = defaultTiming.attemptsMax } = reader;
  return {
    revision,
    type,
    occurredAt,
    recordedAt,
    actor: { kind: actor.kind, id: reader.inside ? actor.id : null },
    reason: reader.inside ? (reason ?? null) : null,
    cause: {
      causationId,
      revision: cause?.revision ?? null,
      summary: cause === undefined ? null : spoken(summaryOf(cause, reader), reader),
      words: spoken(causeWords(event, cause, cause === undefined ? null : summaryOf(cause, reader), { inside, attemptsMax }), reader),
    },
    summary: spoken(summaryOf(event, reader), reader),
    data: reader.inside ? redacted(data) : null,
    hash,
  };
}

const INTERNAL: ReadonlySet<string> = new Set([
  'NoteAdded',
  'OrderFrozen',
  'ReviewOpened',
  'ReviewResolved',
  'OrderAssigned',
  'OrderUnassigned',
  'OrderTagged',
  'OrderUntagged',
  'FieldsRevealed',
  'OrderShared',
  'SharedOrderOpened',
  'ShareRevoked',
]);
const INSIDE_ONLY = { en: 'The shop looked at the order', zh: '商家已查看订单' };

function summaryOf(event: StoredEvent, { inside }: TimelineReader): Words {
  return !inside && INTERNAL.has(event.type) ? INSIDE_ONLY : (wordsOf(event, inside) ?? { en: event.type, zh: event.type });
}

export const spoken = ({ en, zh }: Words, { locale }: Pick<TimelineReader, 'locale'>): string => (locale === 'en' ? en : zh);

/** Sealed values keep only the id of their key; everything else stays as it is. */
export function redacted<T>(value: T): T {
  if (Array.isArray(value)) return value.map(redacted) as T;
  if (value === null || typeof value !== 'object') return value;
  if ('kid' in value && 'ct' in value) return { sealed: true, kid: value.kid } as T;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, redacted(member)])) as T;
}
