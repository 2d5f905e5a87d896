import { incidentOf } from '../../domain/incident/decide';
import type { IncidentEvent } from '../../domain/incident/events';
import type { Happened, StoredEvent } from '../../domain/kernel/event';
import { derivedId, idOf, streams } from '../../domain/kernel/ids';
import type { Locale } from '../caller';
import { incidentLines, type IncidentNews, newsTitle } from '../incidents/incident-words';
import type { EventCodec } from '../ports/event-codec';
import type { EventStore } from '../ports/event-store';
import type { IncidentMessage } from '../ports/notifier';

type Kind = IncidentMessage['kind'];

const KINDS: Partial<Readonly<Record<IncidentEvent['type'], Kind>>> = {
  IncidentOpened: 'INCIDENT_OPENED',
  IncidentReminded: 'INCIDENT_REMINDED',
  IncidentReopened: 'INCIDENT_REOPENED',
  IncidentClosed: 'INCIDENT_CLOSED',
};

/** What people are told of an incident; the rest is for those who look. */
export function incidentKindsOf(event: StoredEvent): readonly Kind[] {
  const kind = KINDS[event.type as IncidentEvent['type']];
  return kind === undefined ? [] : [kind];
}

const EVENTS_MAX = 1_000;

/** Messages to the people who run the shop, as the incident stood at that event: told later, they say the same. */
export class IncidentMessages {
  constructor(
    private readonly store: Pick<EventStore, 'read'>,
    private readonly codec: EventCodec,
    /** The language that people at a notifier read. */
    private readonly localeOf: (notifierId: string) => Locale,
  ) {}

  /** Throws StoreUnavailable: try again later. */
  async of(event: StoredEvent, kind: Kind, notifierId: string): Promise<IncidentMessage | null> {
    const id = idOf(event.stream);
    const stored = await this.store.read(streams.incident(id), { from: 0, limit: Math.min(event.revision + 1, EVENTS_MAX) });
    const known = incidentOf(
      stored.flatMap((one) => {
        const decoded = this.codec.decode(one);
        return decoded.outcome === 'read' ? [decoded.event as unknown as Happened<IncidentEvent>] : [];
      }),
    );
    if (known === undefined) return null;
    const { figures, ...facts } = known;
    const locale = this.localeOf(notifierId);
    const news = kind.slice('INCIDENT_'.length) as IncidentNews;
    return {
      messageId: derivedId('message', event.eventId, kind, notifierId),
      kind,
      incidentId: id,
      about: { kind: known.kind, subject: known.subject },
      locale,
      title: newsTitle(news, known, locale),
      lines: incidentLines(known, locale),
      payload: { eventId: event.eventId, event: event.type, occurredAt: event.occurredAt, ...facts, summary: figures ?? null },
    };
  }
}
