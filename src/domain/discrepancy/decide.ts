import { exhaustive, type Decider } from '../kernel/decider';
import type { Happened } from '../kernel/event';
import { canonicalJson } from '../kernel/hash';
import { reject, type Rejection } from '../kernel/rejection';
import type { DiscrepancyEvent } from './events';

type Found = Extract<DiscrepancyEvent, { type: 'DiscrepancyFound' }>['data'];

export interface DiscrepancyState {
  readonly found?: Found;
  readonly state: 'ABSENT' | 'OPEN' | 'EXPLAINED' | 'SETTLED';
  readonly explanation?: string;
  readonly settledBy?: 'MATCHED' | 'PERSON';
}

export type DiscrepancyCommand =
  | ({ readonly type: 'Find' } & Found)
  | { readonly type: 'Explain'; readonly explanation: string }
  | { readonly type: 'Settle'; readonly cause: 'MATCHED' | 'PERSON'; readonly statementId?: string };

export type DiscrepancyRejection = Rejection<'DISCREPANCY_NOT_FOUND' | 'DISCREPANCY_SETTLED'>;

function evolve(state: DiscrepancyState, event: Happened<DiscrepancyEvent>): DiscrepancyState {
  switch (event.type) {
    case 'DiscrepancyFound':
      return { found: event.data, state: 'OPEN' };
    case 'DiscrepancyExplained':
      return { ...state, state: 'EXPLAINED', explanation: event.data.explanation };
    case 'DiscrepancySettled':
      return { ...state, state: 'SETTLED', settledBy: event.data.cause };
    default:
      return exhaustive(event, state);
  }
}

const figures = ({ problem, ours, theirs }: Found): string => canonicalJson([problem, ours ?? null, theirs ?? null]);

/**
 * GIVEN what the books and a statement say of one payment, refund or purchase
 * WHEN  they differ
 * THEN  that is open, and open anew when the figures have changed, or when it had matched in between
 * ALREADY SO when it is known with these figures: also when a person has settled it, who knew them
 */
function find({ type: _type, ...found }: Extract<DiscrepancyCommand, { type: 'Find' }>, state: DiscrepancyState): readonly DiscrepancyEvent[] {
  const isKnown = state.found !== undefined && state.settledBy !== 'MATCHED' && figures(state.found) === figures(found);
  return isKnown ? [] : [{ type: 'DiscrepancyFound', data: found }];
}

/**
 * GIVEN something that differs
 * WHEN  a person explains it, or it is settled
 * THEN  that is a fact, and the reason is kept
 * REJECTED DISCREPANCY_NOT_FOUND · DISCREPANCY_SETTLED when it is explained after it was settled · ALREADY SO
 */
function decide(command: DiscrepancyCommand, state: DiscrepancyState): readonly DiscrepancyEvent[] | DiscrepancyRejection {
  if (command.type === 'Find') return find(command, state);
  if (state.state === 'ABSENT') return reject('DISCREPANCY_NOT_FOUND');
  if (command.type === 'Settle') {
    const { type: _type, ...data } = command;
    return state.state === 'SETTLED' ? [] : [{ type: 'DiscrepancySettled', data }];
  }
  if (state.state === 'SETTLED') return reject('DISCREPANCY_SETTLED');
  const { explanation } = command;
  return state.explanation === explanation ? [] : [{ type: 'DiscrepancyExplained', data: { explanation } }];
}

export const discrepancy: Decider<DiscrepancyCommand, DiscrepancyEvent, DiscrepancyState, DiscrepancyRejection> = {
  initial: () => ({ state: 'ABSENT' }),
  evolve,
  decide,
};
