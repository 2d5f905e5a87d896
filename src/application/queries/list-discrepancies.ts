import type { DiscrepancyRow } from '../../projections/discrepancies';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Mac } from '../cursor';
import type { Condition, ReadModels } from '../ports/read-models';
import { pageOf, type Page, type PageRequest } from './page';
import { Query, type QueryHandler } from './query';

export type DiscrepancyView = Omit<DiscrepancyRow, 'unsettled'> & { readonly id: string };

export interface DiscrepancyFilter {
  readonly day?: string;
  readonly party?: string;
  readonly states?: readonly DiscrepancyRow['state'][];
}

/** On what the books and the statements differ, newest first. */
export class ListDiscrepancies extends Query<Page<DiscrepancyView>> {
  static readonly operation = 'discrepancies';
  static readonly rights: Rights = { roles: ['FINANCE', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly page: PageRequest,
    readonly filter: DiscrepancyFilter = {},
  ) {
    super();
  }
}

export class ListDiscrepanciesHandler implements QueryHandler<ListDiscrepancies> {
  readonly query = ListDiscrepancies;
  constructor(
    private readonly readModels: ReadModels,
    private readonly mac: Mac,
  ) {}

  async execute({ caller, page, filter: { day, party, states } }: ListDiscrepancies): Promise<Page<DiscrepancyView>> {
    requireRole(ListDiscrepancies, caller);
    const filter: Record<string, Condition> = {
      ...(day === undefined ? {} : { day: { eq: day } }),
      ...(party === undefined ? {} : { party: { eq: party } }),
      ...(states === undefined ? {} : { state: { in: states } }),
    };
    const list = { model: 'discrepancies', filter, sort: { field: 'foundAt', direction: 'desc' } } as const;
    return pageOf<DiscrepancyRow, DiscrepancyView>(this.readModels, this.mac, list, page, ({ key, value: { unsettled: _flag, ...row } }) => ({
      ...row,
      id: key,
    }));
  }
}
