import type { Position } from '../../domain/kernel/event';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Notifier } from '../ports/notifier';
import type { OutboxCursor, ParkedMessage } from '../ports/outbox-cursor';
import { Query, type QueryHandler } from './query';

interface EndpointView {
  readonly id: string;
  readonly undelivered: number;
  /** Of the message that waits longest; null when none does. */
  readonly waitingSince: string | null;
  /** When the next of them is tried by itself; null when they wait for a person, or none waits. */
  readonly nextTryAt: string | null;
}

/** What the sender of the shop's messages has stored of itself, about a second old. */
export interface OutboxView {
  /** Everything up to here was told, was not wanted, or is undelivered; null before anything was. */
  readonly position: Position | null;
  readonly endpoints: readonly EndpointView[];
  /** Those that wait longest first. */
  readonly undelivered: readonly ParkedMessage[];
}

export class GetOutbox extends Query<OutboxView> {
  static readonly operation = 'outbox';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly first: number,
    readonly endpointId?: string,
  ) {
    super();
  }
}

export class GetOutboxHandler implements QueryHandler<GetOutbox> {
  readonly query = GetOutbox;
  constructor(
    private readonly cursor: Pick<OutboxCursor, 'load'>,
    private readonly endpoints: readonly Pick<Notifier, 'id'>[],
  ) {}

  async execute({ caller, first, endpointId }: GetOutbox): Promise<OutboxView> {
    requireRole(GetOutbox, caller);
    const state = await this.cursor.load();
    const parked = [...(state?.parked ?? [])].sort((a, b) => Date.parse(a.parkedAt) - Date.parse(b.parkedAt) || a.revision - b.revision);
    const ids = new Set([...this.endpoints.map(({ id }) => id), ...parked.map(({ notifierId }) => notifierId)]);
    return {
      position: state?.position ?? null,
      endpoints: [...ids].map((id) => endpointOf(id, parked)),
      undelivered: parked.filter(({ notifierId }) => endpointId === undefined || notifierId === endpointId).slice(0, first),
    };
  }
}

function endpointOf(id: string, parked: readonly ParkedMessage[]): EndpointView {
  const own = parked.filter(({ notifierId }) => notifierId === id);
  const due = own.flatMap(({ nextTryAt }) => (nextTryAt === undefined ? [] : [nextTryAt])).sort();
  return { id, undelivered: own.length, waitingSince: own[0]?.parkedAt ?? null, nextTryAt: due[0] ?? null };
}
