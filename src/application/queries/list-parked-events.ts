import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { ParkedStream, ProjectionDesk } from '../projections/projection-desk';
import { Query, type QueryHandler } from './query';

/** Streams that wait because one of their events could not be taken into a read model. */
export class ListParkedEvents extends Query<readonly ParkedStream[]> {
  static readonly operation = 'parkedEvents';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly first: number,
    readonly projection?: string,
  ) {
    super();
  }
}

export class ListParkedEventsHandler implements QueryHandler<ListParkedEvents> {
  readonly query = ListParkedEvents;
  constructor(private readonly projections: ProjectionDesk) {}

  async execute({ caller, projection, first }: ListParkedEvents): Promise<readonly ParkedStream[]> {
    requireRole(ListParkedEvents, caller);
    return this.projections.parked(projection, first);
  }
}
