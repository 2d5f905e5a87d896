import type { Decider } from '../kernel/decider';
import { type BulkCommand, type BulkRejection, type BulkRepair, decideBulk, evolveBulk } from './bulk';
import type { Happened } from '../kernel/event';
import type { JobEvent, ReadModelRepairEvent } from './events';
import { decidePreWarm, evolvePreWarm, type PreWarm, type PreWarmCommand, type PreWarmRejection } from './pre-warm';
import type { PreWarmEvent } from './pre-warm-events';
import { decideRotation, evolveRotation, type Rotation, type RotationCommand, type RotationRejection } from './rotation';
import type { RotationEvent } from './rotation-events';

/** One of these, by what was ordered first under the id. */
export interface JobState {
  readonly id: string;
  readonly ordered?: ReadModelRepairEvent['data'];
  readonly bulk?: BulkRepair;
  readonly rotation?: Rotation;
  readonly preWarm?: PreWarm;
}

export type JobCommand =
  | ({ readonly type: 'OrderReadModelRepair' } & ReadModelRepairEvent['data'])
  | BulkCommand
  | RotationCommand
  | PreWarmCommand
  /** Whichever of them it is that can be stopped. */
  | { readonly type: 'StopJob' };
export type JobRejection = BulkRejection | RotationRejection | PreWarmRejection;

const isOfPreWarm = (event: Happened<JobEvent>): event is Happened<PreWarmEvent> => event.type.startsWith('PreWarm');
const isOfRotation = (event: Happened<JobEvent>): event is Happened<RotationEvent> => event.type.startsWith('CardRotation');

function evolve(state: JobState, event: Happened<JobEvent>): JobState {
  if (event.type === 'ReadModelRepairOrdered') return { ...state, ordered: event.data };
  if (isOfRotation(event)) {
    const rotation = evolveRotation(state.rotation, event);
    return rotation === undefined ? state : { ...state, rotation };
  }
  if (isOfPreWarm(event)) {
    const preWarm = evolvePreWarm(state.id, state.preWarm, event);
    return preWarm === undefined ? state : { ...state, preWarm };
  }
  const bulk = evolveBulk(state.bulk, event);
  return bulk === undefined ? state : { ...state, bulk };
}

/**
 * GIVEN a job, named by the key of whoever orders it
 * WHEN  it is ordered
 * THEN  that is a fact · ALREADY SO when it was ordered before
 */
export const job: Decider<JobCommand, JobEvent, JobState, JobRejection> = {
  initial: (id) => ({ id }),
  evolve,
  decide: (command, state) => {
    switch (command.type) {
      case 'OrderReadModelRepair': {
        const { type: _type, ...data } = command;
        return state.ordered === undefined ? [{ type: 'ReadModelRepairOrdered', data }] : [];
      }
      case 'StopJob':
        if (state.preWarm !== undefined) return decidePreWarm({ type: 'StopPreWarm' }, state.preWarm);
        return state.rotation === undefined
          ? decideBulk({ type: 'StopBulkRepair' }, state.bulk)
          : decideRotation({ type: 'StopCardRotation' }, state.rotation);
      case 'OrderPreWarm':
      case 'RequestPurchase':
      case 'RecordPurchaseAnswer':
      case 'RequestPurchaseCancel':
      case 'WriteOffPurchase':
      case 'SettleGoods':
      case 'StopPreWarm':
      case 'EndPreWarm':
        return decidePreWarm(command, state.preWarm);
      case 'OrderCardRotation':
      case 'RecordRotationProgress':
      case 'EndRotationPass':
      case 'StopCardRotation':
        return decideRotation(command, state.rotation);
      default:
        return decideBulk(command, state.bulk);
    }
  },
};
