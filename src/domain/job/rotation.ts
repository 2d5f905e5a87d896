import { reject, type Rejection } from '../kernel/rejection';
import type { RotationCounts, RotationEvent } from './rotation-events';

export interface Rotation extends RotationCounts {
  readonly kid: string;
  readonly cards: number;
  /** Which time it goes through all cards, from 1. */
  readonly pass: number;
  /** The last card that is known to be looked at in this pass; empty before the first. */
  readonly upTo: string;
  /** Cards looked at in this pass. */
  readonly looked: number;
  /** Cards sealed anew in this pass; `resealed` is of all passes. The other counts are of this pass. */
  readonly resealedInPass: number;
  readonly stopRequested: boolean;
  readonly end?: 'DONE' | 'STOPPED';
}

export type RotationCommand =
  | { readonly type: 'OrderCardRotation'; readonly kid: string; readonly cards: number }
  /** What was looked at behind `from`. */
  | ({
      readonly type: 'RecordRotationProgress';
      readonly pass: number;
      readonly from: string;
      readonly upTo: string;
      readonly looked: number;
    } & RotationCounts)
  | { readonly type: 'EndRotationPass'; readonly pass: number }
  | { readonly type: 'StopCardRotation' };

export type RotationRejection = Rejection<'JOB_NOT_FOUND'>;

const atStart = { upTo: '', looked: 0, resealedInPass: 0, pastRetention: 0, unreadable: 0 };

export function evolveRotation(state: Rotation | undefined, event: RotationEvent): Rotation | undefined {
  if (event.type === 'CardRotationOrdered') return { ...atStart, ...event.data, pass: 1, resealed: 0, stopRequested: false };
  if (state === undefined) return state;
  switch (event.type) {
    case 'CardRotationProgressed': {
      const { upTo, looked, resealed, pastRetention, unreadable } = event.data;
      return {
        ...state,
        upTo,
        looked: state.looked + looked,
        resealed: state.resealed + resealed,
        resealedInPass: state.resealedInPass + resealed,
        pastRetention: state.pastRetention + pastRetention,
        unreadable: state.unreadable + unreadable,
      };
    }
    case 'CardRotationPassEnded':
      return { ...state, ...atStart, pass: event.data.pass + 1 };
    case 'CardRotationStopRequested':
      return { ...state, stopRequested: true };
    case 'CardRotationEnded':
      return { ...state, end: event.data.end };
  }
}

/**
 * GIVEN a job, named by the key of whoever orders it
 * WHEN  it is ordered, worked on, stopped or over
 * THEN  that is a fact; a pass in which a card was sealed anew is followed by another, one in which none was is the end
 * REJECTED JOB_NOT_FOUND when there is no rotation of that id
 * ALREADY SO when it was ordered before, when others have recorded that progress, and when it has ended
 */
export function decideRotation(command: RotationCommand, state: Rotation | undefined): readonly RotationEvent[] | RotationRejection {
  if (command.type === 'OrderCardRotation') {
    const { kid, cards } = command;
    return state === undefined ? [{ type: 'CardRotationOrdered', data: { kid, cards } }] : [];
  }
  if (state === undefined) return reject('JOB_NOT_FOUND');
  if (state.end !== undefined) return [];
  switch (command.type) {
    case 'RecordRotationProgress': {
      const { pass, from, upTo, looked, resealed, pastRetention, unreadable } = command;
      if (state.pass !== pass || state.upTo !== from || looked === 0) return [];
      return [{ type: 'CardRotationProgressed', data: { upTo, looked, resealed, pastRetention, unreadable } }];
    }
    case 'EndRotationPass':
      if (state.stopRequested) return [{ type: 'CardRotationEnded', data: { end: 'STOPPED' } }];
      if (state.pass !== command.pass) return [];
      return state.resealedInPass > 0
        ? [{ type: 'CardRotationPassEnded', data: { pass: state.pass } }]
        : [{ type: 'CardRotationEnded', data: { end: 'DONE' } }];
    case 'StopCardRotation':
      return state.stopRequested ? [] : [{ type: 'CardRotationStopRequested', data: {} }];
  }
}
