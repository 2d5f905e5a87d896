import { incidentOf } from '../../domain/incident/decide';
import type { IncidentEvent } from '../../domain/incident/events';
import type { Actor, Happened } from '../../domain/kernel/event';
import { streams } from '../../domain/kernel/ids';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import { stepWords } from '../incidents/incident-words';
import type { EventCodec } from '../ports/event-codec';
import type { EventStore } from '../ports/event-store';
import { readStream } from './get-order-history';
import { incidentView, type IncidentView } from './incident-view';
import { Query, type QueryHandler } from './query';

/** One step of an incident. */
export interface IncidentStep {
  readonly type: string;
  readonly occurredAt: string;
  readonly actor: Actor;
  readonly reason: string | null;
  readonly summary: string;
}

export type IncidentAnswer = IncidentView & { readonly timeline: readonly IncidentStep[] };

/** One incident with its timeline, as its stream has it. Null when there is none. */
export class GetIncident extends Query<IncidentAnswer | null> {
  static readonly operation = 'incident';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly id: string,
  ) {
    super();
  }
}

export class GetIncidentHandler implements QueryHandler<GetIncident> {
  readonly query = GetIncident;
  constructor(
    private readonly store: EventStore,
    private readonly codec: EventCodec,
  ) {}

  async execute({ caller, id }: GetIncident): Promise<IncidentAnswer | null> {
    requireRole(GetIncident, caller);
    const stored = await readStream(this.store, this.codec, streams.incident(id));
    const facts = stored.map((event) => event as unknown as Happened<IncidentEvent>);
    const known = incidentOf(facts);
    if (known === undefined) return null;
    const timeline = stored.map(({ type, occurredAt, metadata }, at): IncidentStep => {
      const fact = facts[at];
      const summary = fact === undefined ? type : stepWords(fact, caller.locale);
      return { type, occurredAt, actor: metadata.actor, reason: metadata.reason ?? null, summary };
    });
    return { ...incidentView(id, known, caller.locale), timeline };
  }
}
