import type { Decider } from '../kernel/decider';
import { type BulkCommand, type BulkRejection, type BulkRepair, decideBulk, evolveBulk } from './bulk';
import type { JobEvent, ReadModelRepairEvent } from './events';

/** One of the two, by what was ordered first under the id. */
export interface JobState {
  readonly ordered?: ReadModelRepairEvent['data'];
  readonly bulk?: BulkRepair;
}

export type JobCommand = ({ readonly type: 'OrderReadModelRepair' } & ReadModelRepairEvent['data']) | BulkCommand;
export type JobRejection = BulkRejection;

function evolve(state: JobState, event: JobEvent): JobState {
  if (event.type === 'ReadModelRepairOrdered') return { ...state, ordered: event.data };
  const bulk = evolveBulk(state.bulk, event);
  return bulk === undefined ? state : { ...state, bulk };
}

/**
 * GIVEN a job, named by the key of whoever orders it
 * WHEN  it is ordered
 * THEN  that is a fact · ALREADY SO when it was ordered before
 */
export const job: Decider<JobCommand, JobEvent, JobState, JobRejection> = {
  initial: () => ({}),
  evolve,
  decide: (command, state) => {
    if (command.type !== 'OrderReadModelRepair') return decideBulk(command, state.bulk);
    const { type: _type, ...data } = command;
    return state.ordered === undefined ? [{ type: 'ReadModelRepairOrdered', data }] : [];
  },
};
