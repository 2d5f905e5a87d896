import type { JobRow } from '../../projections/jobs';
import type { Projection } from '../../projections/projection';
import { aggregates, streamOf } from '../aggregates';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { EventCodec } from '../ports/event-codec';
import type { EventStore } from '../ports/event-store';
import type { ParkedStream } from '../projections/projection-desk';
import { readStream } from './get-order-history';
import { type ProjectionPorts, projectionStatuses } from './get-projections';
import { jobView, type JobView } from './job-view';
import { Query, type QueryHandler } from './query';

/** One job as its stream has it: never behind what was acknowledged. Null when there is none. */
export class GetJob extends Query<JobView | null> {
  static readonly operation = 'job';
  static readonly rights: Rights = { roles: ['FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly id: string,
  ) {
    super();
  }
}

const PARKED_MAX = 1_001;

export class GetJobHandler implements QueryHandler<GetJob> {
  readonly query = GetJob;
  constructor(
    private readonly store: EventStore,
    private readonly codec: EventCodec,
    private readonly jobs: Projection<JobRow>,
    private readonly ports: ProjectionPorts,
    private readonly desk: { parked(name: string | undefined, limit: number): Promise<readonly ParkedStream[]> },
  ) {}

  async execute({ caller, id }: GetJob): Promise<JobView | null> {
    requireRole(GetJob, caller);
    const events = await readStream(this.store, this.codec, streamOf(aggregates.job, id));
    const row = events.reduce<JobRow | null>((before, event) => this.jobs.project(event, before, id), null);
    if (row === null) return null;
    const isRepair = row.kind === 'READ_MODEL';
    const [statuses, parked] = isRepair ? await Promise.all([projectionStatuses(this.ports), this.desk.parked(undefined, PARKED_MAX)]) : [[], []];
    return jobView(id, row, { statuses, parked });
  }
}
