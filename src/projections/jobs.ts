import type { BulkAction, RefusedCount } from '../domain/job/bulk-events';
import { addCounts } from '../domain/job/bulk';
import { evolveRotation, type Rotation } from '../domain/job/rotation';
import type { RotationEvent } from '../domain/job/rotation-events';
import { evolvePreWarm, type PreWarm } from '../domain/job/pre-warm';
import type { PreWarmEvent } from '../domain/job/pre-warm-events';
import type { JobEvent, ReadModelRepairEvent } from '../domain/job/events';
import type { Happened, StoredEvent } from '../domain/kernel/event';
import { idOf } from '../domain/kernel/ids';
import { fromIso, type Instant } from '../domain/kernel/time';
import { factOf, type Plain } from './plain';
import type { Projection } from './projection';

type Ordered = {
  readonly orderedAt: Instant;
  /** Kind and id of whoever ordered it. */
  readonly orderedBy: string;
  readonly reason: string | null;
};

type RepairRow = Ordered & { readonly kind: 'READ_MODEL'; readonly open: 0; readonly repair: Plain<ReadModelRepairEvent['data']> };

/** How far one repair of many orders is. */
export type BulkRow = Ordered & {
  readonly kind: 'BULK';
  /** 1 while there is something to do. */
  readonly open: 0 | 1;
  readonly action: BulkAction;
  readonly filter: string;
  readonly orders: number;
  readonly settled: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: Plain<readonly RefusedCount[]>;
  readonly stopRequested: boolean;
  readonly end: 'DONE' | 'STOPPED' | null;
};

/** How far one sealing of all cards under a newer key is. */
export type RotationRow = Ordered & { readonly kind: 'ROTATION'; readonly open: 0 | 1; readonly rotation: Plain<Rotation> };

/** How far one purchase of cards ahead of a peak is. */
export type PreWarmRow = Ordered & { readonly kind: 'PRE_WARM'; readonly open: 0 | 1; readonly preWarm: Plain<PreWarm> };

export type JobRow = RepairRow | BulkRow | RotationRow | PreWarmRow;

function evolveRotationRow(row: JobRow | null, event: RotationEvent, ordered: Ordered): JobRow | null {
  const before = row?.kind === 'ROTATION' ? row : null;
  const rotation = evolveRotation(before?.rotation, event);
  return rotation === undefined ? row : { ...(before ?? ordered), kind: 'ROTATION', open: rotation.end === undefined ? 1 : 0, rotation };
}

function evolvePreWarmRow(jobId: string, row: JobRow | null, event: Happened<PreWarmEvent>, ordered: Ordered): JobRow | null {
  const before = row?.kind === 'PRE_WARM' ? row : null;
  const preWarm = evolvePreWarm(jobId, before?.preWarm, event);
  return preWarm === undefined ? row : { ...(before ?? ordered), kind: 'PRE_WARM', open: preWarm.end === undefined ? 1 : 0, preWarm };
}

function orderedOf({ occurredAt, metadata }: StoredEvent): Ordered {
  const { actor, reason } = metadata;
  return { orderedAt: fromIso(occurredAt), orderedBy: `${actor.kind} ${actor.id}`, reason: reason ?? null };
}

const isOfPreWarm = (event: Happened<JobEvent>): event is Happened<PreWarmEvent> => event.type.startsWith('PreWarm');

function evolve(jobId: string, row: JobRow | null, event: Happened<JobEvent>, ordered: Ordered): JobRow | null {
  if (isOfPreWarm(event)) return evolvePreWarmRow(jobId, row, event, ordered);
  switch (event.type) {
    case 'ReadModelRepairOrdered':
      return { ...ordered, kind: 'READ_MODEL', open: 0, repair: event.data };
    case 'BulkRepairOrdered': {
      const nothingYet = { settled: 0, changed: 0, unchanged: 0, refused: [], stopRequested: false, end: null };
      return { ...ordered, kind: 'BULK', open: 1, ...event.data, ...nothingYet };
    }
    case 'BulkRepairProgressed':
      return row?.kind === 'BULK' ? { ...row, ...addCounts(row, event.data), settled: event.data.next } : row;
    case 'BulkRepairStopRequested':
      return row?.kind === 'BULK' ? { ...row, stopRequested: true } : row;
    case 'BulkRepairEnded':
      return row?.kind === 'BULK' ? { ...row, open: 0, end: event.data.end } : row;
    case 'BulkRepairSelected':
      return row;
    default:
      return evolveRotationRow(row, event, ordered);
  }
}

/** Long work that people ordered. How far repairs of read models are, their own books know. */
export const jobs: Projection<JobRow> = {
  name: 'jobs',
  version: 2,
  categories: ['job-'],
  indexes: [['orderedAt'], ['open', 'orderedAt']],
  keys: (event) => [idOf(event.stream)],
  project: (event, row) => evolve(idOf(event.stream), row, { ...factOf<JobEvent>(event), occurredAt: event.occurredAt }, orderedOf(event)),
};
