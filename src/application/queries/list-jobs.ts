import type { JobRow } from '../../projections/jobs';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Mac } from '../cursor';
import type { ParkedStream } from '../projections/projection-desk';
import { type ProjectionPorts, projectionStatuses } from './get-projections';
import { jobView, type JobView } from './job-view';
import { pageOf, type Page, type PageRequest } from './page';
import { Query, type QueryHandler } from './query';

/** Repairs that people ordered, of read models and of many orders, newest first. Imports of cards are listed by `batches`. */
export class ListJobs extends Query<Page<JobView>> {
  static readonly operation = 'jobs';
  static readonly rights: Rights = { roles: ['FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly page: PageRequest,
  ) {
    super();
  }
}

const PARKED_MAX = 1_001;

export class ListJobsHandler implements QueryHandler<ListJobs> {
  readonly query = ListJobs;
  constructor(
    private readonly ports: ProjectionPorts,
    private readonly mac: Mac,
    private readonly desk: { parked(name: string | undefined, limit: number): Promise<readonly ParkedStream[]> },
  ) {}

  async execute({ caller, page }: ListJobs): Promise<Page<JobView>> {
    requireRole(ListJobs, caller);
    const list = { model: 'jobs', filter: {}, sort: { field: 'orderedAt', direction: 'desc' } } as const;
    const [statuses, parked] = await Promise.all([projectionStatuses(this.ports), this.desk.parked(undefined, PARKED_MAX)]);
    return pageOf<JobRow, JobView>(this.ports.readModels, this.mac, list, page, ({ key, value }) => jobView(key, value, { statuses, parked }));
  }
}
