import { type Decider, exhaustive } from '../kernel/decider';
import { reject, type Rejection } from '../kernel/rejection';
import { fromIso, type Instant } from '../kernel/time';
import type { KeyEvent, KeyLoss, KeyUse } from './events';

export interface KeyState {
  readonly kid: string;
  /** KEPT: it opens what it sealed · COUNTING: its destruction is ordered, and what depends on it is counted. */
  readonly status: 'KEPT' | 'COUNTING' | 'DESTROYED';
  /** Since when it stands like that. */
  readonly since: Instant;
  /** What kept it from being destroyed the last time. */
  readonly keptBy?: KeyUse;
  readonly lost?: KeyLoss;
}

export type KeyCommand =
  | { readonly type: 'OrderKeyDestruction' }
  | { readonly type: 'SettleKeyDestruction'; readonly upTo: string; readonly use: KeyUse; readonly loss: KeyLoss };

export type KeyRejection = Rejection<'SEALING_KEY_NOT_FOUND'>;

/**
 * GIVEN a key
 * WHEN  its destruction is ordered, and then what depends on it has been counted
 * THEN  it is destroyed if that is nothing at all, and stays if it is anything
 * REJECTED SEALING_KEY_NOT_FOUND when something was counted that nobody ordered
 * ALREADY SO when it is ordered, or destroyed
 */
function decide(command: KeyCommand, { status }: KeyState): readonly KeyEvent[] | KeyRejection {
  if (command.type === 'OrderKeyDestruction') return status === 'KEPT' ? [{ type: 'KeyDestructionOrdered', data: {} }] : [];
  if (status === 'KEPT') return reject('SEALING_KEY_NOT_FOUND');
  if (status === 'DESTROYED') return [];
  const { upTo, use, loss } = command;
  return use.cards + use.orders + use.others + (use.subjects ?? 0) > 0
    ? [{ type: 'KeyDestructionRefused', data: use }]
    : [{ type: 'KeyDestroyed', data: { upTo, ...loss } }];
}

export const sealingKey: Decider<KeyCommand, KeyEvent, KeyState, KeyRejection> = {
  initial: (kid) => ({ kid, status: 'KEPT', since: 0 }),
  evolve: (state, event) => {
    const since = fromIso(event.occurredAt);
    switch (event.type) {
      case 'KeyDestructionOrdered':
        return { ...state, status: 'COUNTING', since };
      case 'KeyDestructionRefused':
        return { ...state, status: 'KEPT', since, keptBy: event.data };
      case 'KeyDestroyed': {
        const { upTo: _upTo, ...lost } = event.data;
        return { ...state, status: 'DESTROYED', since, lost };
      }
      default:
        return exhaustive(event, state);
    }
  },
  decide,
};
