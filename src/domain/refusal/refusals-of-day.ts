import type { Decider } from '../kernel/decider';
import type { Rejection } from '../kernel/rejection';
import type { RefusalEvent, RefusedRequests } from './events';

/** Facts about refusals that one day may hold, of all processes together: what comes then is only counted in the metrics. */
export const REFUSAL_FACTS_PER_DAY_MAX = 20_000;

export interface RefusalsState {
  readonly facts: number;
}

export interface RecordRefusals {
  readonly type: 'Record';
  readonly refused: readonly RefusedRequests[];
}

/**
 * GIVEN the refusals of a day
 * WHEN  more are recorded
 * THEN  they are facts, as long as the day has room for them; the last that it has room for says that it is full
 */
export const refusalsOfDay: Decider<RecordRefusals, RefusalEvent, RefusalsState, Rejection<never>> = {
  initial: () => ({ facts: 0 }),
  evolve: ({ facts }) => ({ facts: facts + 1 }),
  decide: ({ refused }, { facts }) => {
    const room = REFUSAL_FACTS_PER_DAY_MAX - facts;
    return refused.slice(0, room).map((data, index) => ({ type: 'RequestsRefused', data: index === room - 1 ? { ...data, ...DAY_IS_FULL } : data }));
  },
};

const DAY_IS_FULL = { operation: 'other', code: 'DAY_IS_FULL' } as const;
