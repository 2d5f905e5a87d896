import type { Decider } from '../kernel/decider';
import type { Rejection } from '../kernel/rejection';
import type { JobEvent } from './events';

export interface JobState {
  readonly ordered?: JobEvent['data'];
}

export type JobCommand = { readonly type: 'OrderReadModelRepair' } & JobEvent['data'];

/**
 * GIVEN a job, named by the key of whoever orders it
 * WHEN  it is ordered
 * THEN  that is a fact · ALREADY SO when it was ordered before
 */
export const job: Decider<JobCommand, JobEvent, JobState, Rejection<never>> = {
  initial: () => ({}),
  evolve: (_state, { data }) => ({ ordered: data }),
  decide: ({ type: _type, ...data }, state) => (state.ordered === undefined ? [{ type: 'ReadModelRepairOrdered', data }] : []),
};
