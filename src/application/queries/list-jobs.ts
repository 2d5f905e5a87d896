import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { toIso } from '../../domain/kernel/time';
import type { JobRow } from '../../projections/jobs';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Mac } from '../cursor';
import type { ParkedStream } from '../projections/projection-desk';
import type { BuildProgress, ProjectionStatus } from '../projections/projection-status';
import { type ProjectionPorts, projectionStatuses } from './get-projections';
import { pageOf, type Page, type PageRequest } from './page';

/**
 * WAITING: ordered, and not begun or not got through yet · RUNNING: under way · DONE: what was ordered is so. Whatever is cut off goes
 * on by itself where it stood.
 */
export type JobState = 'WAITING' | 'RUNNING' | 'DONE';

export interface JobView {
  readonly id: string;
  readonly action: JobRow['action'];
  readonly readModel: string;
  readonly stream: string | null;
  readonly revision: number | null;
  readonly orderedAt: string;
  readonly orderedBy: string;
  readonly reason: string | null;
  readonly state: JobState;
  readonly progress: BuildProgress | null;
}

/** Repairs that people ordered, newest first. Imports of cards are listed by `batches`. */
export class ListJobs extends Query<Page<JobView>> {
  static readonly operation = 'jobs';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly page: PageRequest,
  ) {
    super();
  }
}

const PARKED_MAX = 1_001;

@QueryHandler(ListJobs)
export class ListJobsHandler implements IQueryHandler<ListJobs, Page<JobView>> {
  constructor(
    private readonly ports: ProjectionPorts,
    private readonly mac: Mac,
    private readonly desk: { parked(name: string | undefined, limit: number): Promise<readonly ParkedStream[]> },
  ) {}

  async execute({ caller, page }: ListJobs): Promise<Page<JobView>> {
    requireRole(ListJobs, caller);
    const list = { model: 'jobs', filter: {}, sort: { field: 'orderedAt', direction: 'desc' } } as const;
    const [statuses, parked] = await Promise.all([projectionStatuses(this.ports), this.desk.parked(undefined, PARKED_MAX)]);
    return pageOf<JobRow, JobView>(this.ports.readModels, this.mac, list, page, ({ key, value }) => {
      const { action, readModel, stream = null, revision = null, orderedAt, orderedBy, reason } = value;
      const status = statuses.find(({ name }) => name === readModel);
      const state = stateOf(value, status, parked);
      const progress = state === 'RUNNING' ? (status?.progress ?? null) : null;
      return { id: key, action, readModel, stream, revision, orderedAt: toIso(orderedAt), orderedBy, reason, state, progress };
    });
  }
}

/** A rebuild is done when a later build serves than the one that served when it was ordered; the others when nothing of it waits any more. */
function stateOf(job: JobRow, status: ProjectionStatus | undefined, parked: readonly ParkedStream[]): JobState {
  if (job.action === 'REBUILD') {
    if (status !== undefined && status.generation > job.generation) return 'DONE';
    return status?.state === 'REBUILDING' ? 'RUNNING' : 'WAITING';
  }
  const waits = parked.some(
    ({ readModel, stream, revision }) =>
      readModel === job.readModel && (job.action === 'RETRY' || (stream === job.stream && revision === job.revision)),
  );
  return waits ? 'WAITING' : 'DONE';
}
