import { exhaustive, type Decider } from '../kernel/decider';
import type { Happened } from '../kernel/event';
import { reject, type Rejection } from '../kernel/rejection';
import { fromIso, type Instant } from '../kernel/time';
import type { BatchEvent, BatchTerms } from './events';

export interface BatchCounts {
  /** Rows read so far; an import that was cut off goes on behind them. */
  readonly rows: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
}

export interface BatchState extends BatchCounts, BatchTerms {
  readonly status: 'ABSENT' | 'OPEN' | 'CLOSED';
  readonly skuId: string;
  readonly contentHash?: string;
  /** What is expired is judged as of here, by every run of the same import alike. */
  readonly openedAt?: Instant;
}

export type BatchCommand =
  | ({ readonly type: 'OpenBatch'; readonly skuId: string; readonly source: string; readonly contentHash?: string } & BatchTerms)
  | ({ readonly type: 'RecordProgress' } & BatchCounts)
  | ({ readonly type: 'CloseBatch' } & BatchCounts);

export type BatchRejection = Rejection<'BATCH_NOT_OPEN' | 'BATCH_OF_OTHER_SKU' | 'BATCH_OF_OTHER_CONTENT' | 'BATCH_OF_OTHER_TERMS'>;

const noBatch: BatchState = { status: 'ABSENT', skuId: '', rows: 0, accepted: 0, duplicates: 0, rejected: 0 };

function evolve(state: BatchState, event: Happened<BatchEvent>): BatchState {
  switch (event.type) {
    case 'BatchOpened':
      return { ...state, ...event.data, status: 'OPEN', openedAt: fromIso(event.occurredAt) };
    case 'BatchProgressed':
      return { ...state, ...event.data };
    case 'BatchClosed':
      return { ...state, ...event.data, status: 'CLOSED' };
    default:
      return exhaustive(event, state);
  }
}

/** What is not said again is as it was. */
const isOtherTerms = (said: BatchTerms, { supplier, cost, expiresAt }: BatchTerms): boolean =>
  (said.supplier !== undefined && said.supplier !== supplier) ||
  (said.cost !== undefined && (said.cost.amountMinor !== cost?.amountMinor || said.cost.currency !== cost.currency)) ||
  (said.expiresAt !== undefined && said.expiresAt !== expiresAt);

/**
 * GIVEN a batch id
 * WHEN  an import opens it, tells how far it came, and closes it
 * THEN  the counts are facts; the same import may be opened again to go on where it was cut off
 * REJECTED BATCH_OF_OTHER_SKU · BATCH_OF_OTHER_CONTENT when the id was used for something else · BATCH_OF_OTHER_TERMS when
 * supplier, cost or expiry are told anew and differ · BATCH_NOT_OPEN
 */
function decide(command: BatchCommand, state: BatchState): readonly BatchEvent[] | BatchRejection {
  switch (command.type) {
    case 'OpenBatch': {
      const { type: _type, ...data } = command;
      if (state.status === 'ABSENT') return [{ type: 'BatchOpened', data }];
      if (state.skuId !== command.skuId) return reject('BATCH_OF_OTHER_SKU', { skuId: state.skuId });
      if (state.contentHash !== command.contentHash) return reject('BATCH_OF_OTHER_CONTENT');
      return isOtherTerms(command, state) ? reject('BATCH_OF_OTHER_TERMS') : [];
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
