import type { IncidentRow } from '../../projections/incidents';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Mac } from '../cursor';
import type { ReadModels } from '../ports/read-models';
import { incidentView, type IncidentView } from './incident-view';
import { pageOf, type Page, type PageRequest } from './page';
import { Query, type QueryHandler } from './query';

/** Incidents, newest first; all of them, or only those that are open or over. */
export class ListIncidents extends Query<Page<IncidentView>> {
  static readonly operation = 'incidents';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly page: PageRequest,
    readonly open?: boolean,
  ) {
    super();
  }
}

export class ListIncidentsHandler implements QueryHandler<ListIncidents> {
  readonly query = ListIncidents;
  constructor(
    private readonly readModels: ReadModels,
    private readonly mac: Mac,
  ) {}

  async execute({ caller, page, open }: ListIncidents): Promise<Page<IncidentView>> {
    requireRole(ListIncidents, caller);
    const filter = open === undefined ? {} : { open: { eq: open ? 1 : 0 } };
    const list = { model: 'incidents', filter, sort: { field: 'openedAt', direction: 'desc' } } as const;
    return pageOf<IncidentRow, IncidentView>(this.readModels, this.mac, list, page, ({ key, value }) =>
      incidentView(key, { ...value, open: value.open === 1 }, caller.locale),
    );
  }
}
