import { exhaustive, type Decider } from '../kernel/decider';
import type { Happened } from '../kernel/event';
import { reject, type Rejection } from '../kernel/rejection';
import type { BatchEvent } from './events';

export interface BatchCounts {
  /** Rows read so far; an import that was cut off goes on behind them. */
  readonly rows: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
}

export interface BatchState extends BatchCounts {
  readonly status: 'ABSENT' | 'OPEN' | 'CLOSED';
  readonly skuId: string;
  readonly contentHash?: string;
}

export type BatchCommand =
  | { readonly type: 'OpenBatch'; readonly skuId: string; readonly source: string; readonly contentHash?: string }
  | ({ readonly type: 'RecordProgress' } & BatchCounts)
  | ({ readonly type: 'CloseBatch' } & BatchCounts);

export type BatchRejection = Rejection<'BATCH_NOT_OPEN' | 'BATCH_OF_OTHER_SKU' | 'BATCH_OF_OTHER_CONTENT'>;

const noBatch: BatchState = { status: 'ABSENT', skuId: '', rows: 0, accepted: 0, duplicates: 0, rejected: 0 };

function evolve(state: BatchState, event: Happened<BatchEvent>): BatchState {
  switch (event.type) {
    case 'BatchOpened':
      return { ...state, ...event.data, status: 'OPEN' };
    case 'BatchProgressed':
      return { ...state, ...event.data };
    case 'BatchClosed':
      return { ...state, ...event.data, status: 'CLOSED' };
    default:
      return exhaustive(event, state);
  }
}

/**
 * GIVEN a batch id
 * WHEN  an import opens it, tells how far it came, and closes it
 * THEN  the counts are facts; the same import may be opened again to go on where it was cut off
 * REJECTED BATCH_OF_OTHER_SKU · BATCH_OF_OTHER_CONTENT when the id was used for something else · BATCH_NOT_OPEN
 */
function decide(command: BatchCommand, state: BatchState): readonly BatchEvent[] | BatchRejection {
  switch (command.type) {
    case 'OpenBatch': {
      const { type: _type, ...data } = command;
      if (state.status === 'ABSENT') return [{ type: 'BatchOpened', data }];
      if (state.skuId !== command.skuId) return reject('BATCH_OF_OTHER_SKU', { skuId: state.skuId });
      return state.contentHash === command.contentHash ? [] : reject('BATCH_OF_OTHER_CONTENT');
    }
    case 'RecordProgress':
    case 'CloseBatch': {
      const { type, ...counts } = command;
      if (state.status === 'CLOSED' && type === 'CloseBatch') return [];
      if (state.status !== 'OPEN') return reject('BATCH_NOT_OPEN');
      return [{ type: type === 'CloseBatch' ? 'BatchClosed' : 'BatchProgressed', data: { skuId: state.skuId, ...counts } }];
    }
  }
}

export const batch: Decider<BatchCommand, BatchEvent, BatchState, BatchRejection> = { initial: () => noBatch, evolve, decide };
