import { type Decider, exhaustive } from '../kernel/decider';
import type { Rejection } from '../kernel/rejection';
import { fromIso, type Instant } from '../kernel/time';
import type { SubjectEvent } from './events';

export interface SubjectState {
  readonly subject: string;
  /** KNOWN: nobody wants to be forgotten · ERASING: ordered, and not every order has forgotten yet. */
  readonly status: 'KNOWN' | 'ERASING' | 'ERASED';
  /** Keys up to this generation are to go, or gone; 0: none. */
  readonly generation: number;
  readonly orderedAt?: Instant;
  readonly erasedAt?: Instant;
}

export type SubjectCommand =
  | { readonly type: 'OrderErasure'; readonly generation: number; readonly repeats?: string }
  | { readonly type: 'SettleErasure'; readonly generation: number };

export type SubjectRejection = Rejection<never>;

/**
 * GIVEN a person
 * WHEN  an erasure is ordered, and then every order has forgotten its buyer
 * THEN  it is ordered, and then settled, for the keys up to that generation
 * ALREADY SO while one is under way, for keys that went before, and when what is settled is not what is under way
 */
function decide(command: SubjectCommand, { status, generation }: SubjectState): readonly SubjectEvent[] {
  if (command.type === 'SettleErasure')
    return status === 'ERASING' && command.generation === generation ? [{ type: 'SubjectErased', data: { generation } }] : [];
  if (status === 'ERASING' || command.generation <= generation) return [];
  const { type: _type, ...data } = command;
  return [{ type: 'SubjectErasureOrdered', data }];
}

export const subject: Decider<SubjectCommand, SubjectEvent, SubjectState, SubjectRejection> = {
  initial: (id) => ({ subject: id, status: 'KNOWN', generation: 0 }),
  evolve: (state, event) => {
    const at = fromIso(event.occurredAt);
    const { generation } = event.data;
    switch (event.type) {
      case 'SubjectErasureOrdered': {
        const { repeats } = event.data;
        return { subject: state.subject, status: 'ERASING', generation, orderedAt: repeats === undefined ? at : fromIso(repeats) };
      }
      case 'SubjectErased':
        return { ...state, status: 'ERASED', generation, erasedAt: at };
      default:
        return exhaustive(event, state);
    }
  },
  decide,
};
