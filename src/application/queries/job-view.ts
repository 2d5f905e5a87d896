import type { BulkAction } from '../../domain/job/bulk-events';
import type { ReadModelRepairEvent } from '../../domain/job/events';
import { toIso } from '../../domain/kernel/time';
import { boundMinor, unitsBought } from '../../domain/job/pre-warm';
import type { PreWarmEndCause } from '../../domain/job/pre-warm-events';
import type { Money } from '../../domain/kernel/money';
import { isPurchaseOpen } from '../../domain/order/purchase';
import type { BulkRow, JobRow, PreWarmRow, RotationRow } from '../../projections/jobs';
import type { ParkedStream } from '../projections/projection-desk';
import type { BuildProgress, ProjectionStatus } from '../projections/projection-status';

/**
 * WAITING: ordered, and not begun or not got through yet · RUNNING: under way · DONE: what was ordered is so · STOPPED: a person
 * stopped it before its end. Whatever is cut off goes on by itself where it stood.
 */
export type JobState = 'WAITING' | 'RUNNING' | 'DONE' | 'STOPPED';
export type JobAction = ReadModelRepairEvent['data']['action'] | `BULK_${BulkAction}` | 'ROTATE_KEYS' | 'PRE_WARM';

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

/** How far a sealing of all cards under a newer key is. */
export type RotationView = Pick<
  RotationRow['rotation'],
  'kid' | 'cards' | 'pass' | 'looked' | 'resealed' | 'pastRetention' | 'unreadable' | 'stopRequested'
>;

/** How far buying ahead of one peak is. */
export interface PreWarmView {
  readonly skuId: string;
  readonly peakHour: string;
  /** Units that this hour is expected to sell. */
  readonly peakUnits: number;
  /** Cards that are to come. */
  readonly units: number;
  readonly bought: number;
  /** Cards of purchases whose outcome is not known. */
  readonly inDoubt: number;
  readonly budget: Money;
  /** Spent, or bound by what is in doubt. */
  readonly spent: Money;
  readonly stopRequested: boolean;
  readonly end: PreWarmEndCause | null;
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
  readonly rotation: RotationView | null;
  readonly preWarm: PreWarmView | null;
}

/** What repairs of read models are judged by. */
export interface RepairBooks {
  readonly statuses: readonly ProjectionStatus[];
  readonly parked: readonly ParkedStream[];
}

export function jobView(id: string, row: JobRow, books: RepairBooks): JobView {
  const { orderedBy, reason } = row;
  const ofRepairs = { readModel: null, stream: null, revision: null, progress: null };
  const common = { ...ofRepairs, id, orderedAt: toIso(row.orderedAt), orderedBy, reason, bulk: null, rotation: null, preWarm: null };
  if (row.kind === 'PRE_WARM') {
    const preWarm = preWarmView(row);
    const begun = row.preWarm.order.purchases.length > 0;
    const over = preWarm.end === null ? null : preWarm.end === 'STOPPED' ? 'STOPPED' : 'DONE';
    return { ...common, action: 'PRE_WARM', state: over ?? (begun ? 'RUNNING' : 'WAITING'), preWarm };
  }
  if (row.kind === 'ROTATION') {
    const { kid, cards, pass, looked, resealed, pastRetention, unreadable, stopRequested, end } = row.rotation;
    const rotation = { kid, cards, pass, looked, resealed, pastRetention, unreadable, stopRequested };
    return { ...common, action: 'ROTATE_KEYS', state: end ?? (looked > 0 || pass > 1 ? 'RUNNING' : 'WAITING'), rotation };
  }
  if (row.kind === 'BULK') {
    const { action, orders, settled, changed, unchanged, refused, stopRequested, filter } = row;
    const bulk = { orders, settled, changed, unchanged, refused, stopRequested, filter };
    return { ...common, action: `BULK_${action}`, state: row.end ?? (settled > 0 ? 'RUNNING' : 'WAITING'), bulk };
  }
  const { action, readModel, stream = null, revision = null } = row.repair;
  const status = books.statuses.find(({ name }) => name === readModel);
  const state = stateOf(row.repair, status, books.parked);
  const progress = state === 'RUNNING' ? (status?.progress ?? null) : null;
  return { ...common, action, readModel, stream, revision, state, progress };
}

function preWarmView({ preWarm }: PreWarmRow): PreWarmView {
  const { skuId, units, budget, peak } = preWarm.ordered;
  const inDoubt = preWarm.order.purchases.filter(isPurchaseOpen).reduce((sum, { request }) => sum + request.quantity, 0);
  return {
    ...{ skuId, units, budget, inDoubt, peakHour: peak.hour, peakUnits: peak.units, bought: unitsBought(preWarm) },
    spent: { amountMinor: boundMinor(preWarm), currency: budget.currency },
    stopRequested: preWarm.stopRequestedAt !== undefined,
    end: preWarm.end ?? null,
  };
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
