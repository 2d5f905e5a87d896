import type { Decider } from '../kernel/decider';
import type { Rejection } from '../kernel/rejection';
import { type Checkpoint, digestOf, FIRST_PREVIOUS } from './checkpoint';

/** This name and shape are stored for ever. */
export type AuditEvent = { readonly type: 'AuditCheckpointSigned'; readonly data: Checkpoint };

export interface CheckpointsState {
  readonly last?: Checkpoint;
}

export type AuditCommand = { readonly type: 'Sign'; readonly checkpoint: Checkpoint };

/** What the next checkpoint has to begin from. */
export const nextAfter = (last: Checkpoint | undefined): { readonly number: number; readonly previous: string } =>
  last === undefined ? { number: 1, previous: FIRST_PREVIOUS } : { number: last.number + 1, previous: digestOf(last) };

/**
 * GIVEN the checkpoints so far
 * WHEN  another one is signed
 * THEN  it follows the last one · ALREADY SO when somebody else was faster: the newest says how it stands
 */
export const checkpoints: Decider<AuditCommand, AuditEvent, CheckpointsState, Rejection<never>> = {
  initial: () => ({}),
  evolve: (_state, { data }) => ({ last: data }),
  decide: ({ checkpoint }, { last }) => {
    const { number, previous } = nextAfter(last);
    return checkpoint.number === number && checkpoint.previous === previous ? [{ type: 'AuditCheckpointSigned', data: checkpoint }] : [];
  },
};
