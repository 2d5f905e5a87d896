import type { Decider } from '../kernel/decider';
import { canonicalJson } from '../kernel/hash';
import type { Rejection } from '../kernel/rejection';
import type { StatementEvent } from './events';

export interface StatementState {
  readonly last?: StatementEvent['data'];
}

export type StatementCommand = { readonly type: 'RecordReconciliation' } & StatementEvent['data'];

/**
 * GIVEN a statement, named by its party and content
 * WHEN  it was held against the books
 * THEN  what came of it is a fact · ALREADY SO when the same came of it before
 */
export const statement: Decider<StatementCommand, StatementEvent, StatementState, Rejection<never>> = {
  initial: () => ({}),
  evolve: (_state, { data }) => ({ last: data }),
  decide: ({ type: _type, ...data }, { last }) =>
    last !== undefined && canonicalJson(last) === canonicalJson(data) ? [] : [{ type: 'StatementReconciled', data }],
};
