import type { BulkAction } from '../../domain/job/bulk-events';
import type { ReadModelRepairEvent } from '../../domain/job/events';
import { toIso } from '../../domain/kernel/time';
import type { BulkRow, JobRow } from '../../projections/jobs';
import type { ParkedStream } from '../projections/projection-desk';
import type { BuildProgress, ProjectionStatus } from '../projections/projection-status';

/**
 * WAITING: ordered, and not begun or not got through yet · RUNNING: under way · DONE: what was ordered is so · STOPPED: a person
 * stopped it before its end. Whatever is cut off goes on by itself where it stood.
 */
export type JobState = 'WAITING' | 'RUNNING' | 'DONE' | 'STOPPED';
export type JobAction = ReadModelRepairEvent['data']['action'] | `BULK_${BulkAction}`;

/** How far a repair of many orders is. */
export interface BulkView {
  readonly orders: number;
  readonly settled: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: BulkRow['refused'];
  readonly stopRequested: boolean;
  /** Canonical JSON of what was asked for. */
  readonly filter: string;
}

export interface JobView {
  readonly id: string;
  readonly action: JobAction;
  /** Of a repair of a read model. */
  readonly readModel: string | null;
  readonly stream: string | null;
  readonly revision: number | null;
  readonly orderedAt: string;
  readonly orderedBy: string;
  readonly reason: string | null;
  readonly state: JobState;
  readonly progress: BuildProgress | null;
  readonly bulk: BulkView | null;
}

/** What repairs of read models are judged by. */
export interface RepairBooks {
  readonly statuses: readonly ProjectionStatus[];
  readonly parked: readonly ParkedStream[];
}

export function jobView(id: string, row: JobRow, books: RepairBooks): JobView {
  const { orderedBy, reason } = row;
  const common = { id, orderedAt: toIso(row.orderedAt), orderedBy, reason };
  if (row.kind === 'BULK') {
    const { action, orders, settled, changed, unchanged, refused, stopRequested, filter } = row;
    const bulk = { orders, settled, changed, unchanged, refused, stopRequested, filter };
    const ofRepairs = { readModel: null, stream: null, revision: null, progress: null };
    return { ...common, ...ofRepairs, action: `BULK_${action}`, state: row.end ?? (settled > 0 ? 'RUNNING' : 'WAITING'), bulk };
  }
  const { action, readModel, stream = null, revision = null } = row.repair;
  const status = books.statuses.find(({ name }) => name === readModel);
  const state = stateOf(row.repair, status, books.parked);
  const progress = state === 'RUNNING' ? (status?.progress ?? null) : null;
  return { ...common, action, readModel, stream, revision, state, progress, bulk: null };
}

/** A rebuild is done when a later build serves than the one that served when it was ordered; the others when nothing of it waits any more. */
function stateOf(repair: ReadModelRepairEvent['data'], status: ProjectionStatus | undefined, parked: readonly ParkedStream[]): JobState {
  if (repair.action === 'REBUILD') {
    if (status !== undefined && status.generation > repair.generation) return 'DONE';
    return status?.state === 'REBUILDING' ? 'RUNNING' : 'WAITING';
  }
  const waits = parked.some(
    ({ readModel, stream, revision }) =>
      readModel === repair.readModel && (repair.action === 'RETRY' || (stream === repair.stream && revision === repair.revision)),
  );
  return waits ? 'WAITING' : 'DONE';
}
