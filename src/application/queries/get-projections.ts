import type { AnyProjection } from '../../projections/projection';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { EventStore } from '../ports/event-store';
import type { ReadModels } from '../ports/read-models';
import type { ProjectionStatus } from '../projections/projection-status';
import { Query, type QueryHandler } from './query';

/** Parked sequences that are counted at most. */
const PARKED_COUNT_MAX = 1_001;

/** How every read model stands. */
export class GetProjections extends Query<readonly ProjectionStatus[]> {
  static readonly operation = 'projections';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  constructor(readonly caller: Caller) {
    super();
  }
}

export interface ProjectionPorts {
  readonly projections: readonly AnyProjection[];
  readonly readModels: ReadModels;
  readonly store: Pick<EventStore, 'head'>;
  /** The projector of this very process, which knows more: rates, causes, progress. Absent where it runs elsewhere. */
  readonly projector?: { of(name: string): { statuses(): readonly ProjectionStatus[] } | undefined };
}

export class GetProjectionsHandler implements QueryHandler<GetProjections> {
  readonly query = GetProjections;
  constructor(private readonly ports: ProjectionPorts) {}

  async execute({ caller }: GetProjections): Promise<readonly ProjectionStatus[]> {
    requireRole(GetProjections, caller);
    return projectionStatuses(this.ports);
  }
}

/** From the projector of this process, or from what the read models say about themselves; lag is then known only as yes or no. */
export async function projectionStatuses({ projections, readModels, store, projector }: ProjectionPorts): Promise<readonly ProjectionStatus[]> {
  const own = ({ name }: AnyProjection): ProjectionStatus | undefined =>
    projector
      ?.of(name)
      ?.statuses()
      .find((status) => status.name === name);
  if (projections.every((one) => own(one) !== undefined)) return projections.flatMap((one) => own(one) ?? []);
  const head = await store.head();
  return Promise.all(projections.map(async (one) => own(one) ?? statusFrom(readModels, one.name, one.version, head)));
}

async function statusFrom(readModels: ReadModels, name: string, version: number, head: string | null): Promise<ProjectionStatus> {
  const generations = await readModels.generations(name);
  const active = generations.find(({ state }) => state === 'active');
  if (active === undefined) return { name, version, generation: 0, state: 'STOPPED', position: null, lagMs: 0, parked: 0, problem: 'not opened yet' };
  const parked = await readModels.parked(active, PARKED_COUNT_MAX);
  const stop = parked.find(({ stream }) => stream === '*');
  const building = generations.find(({ state }) => state === 'building');
  const state = building !== undefined ? 'REBUILDING' : stop !== undefined ? 'STOPPED' : parked.length > 0 ? 'PARKING' : 'RUNNING';
  return {
    name,
    version: active.version,
    generation: active.number,
    state,
    position: active.checkpoint,
    lagMs: 0,
    parked: parked.length,
    ...(stop !== undefined && { problem: stop.error }),
    ...(building !== undefined && { progress: { generation: building.number, events: 0, eventsPerSecond: 0, position: building.checkpoint, head } }),
  };
}
