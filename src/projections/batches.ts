import { batch, type BatchState } from '../domain/batch/decide';
import type { BatchEvent } from '../domain/batch/events';
import { idOf } from '../domain/kernel/ids';
import { fromIso, type Instant } from '../domain/kernel/time';
import { factOf, type Plain } from './plain';
import type { Projection } from './projection';

export type BatchRow = {
  readonly state: Plain<BatchState>;
  readonly skuId: string;
  readonly status: BatchState['status'];
  readonly source: string;
  readonly openedAt: Instant;
  readonly changedAt: Instant;
};

/** Imports of cards, and how far each came. */
export const batches: Projection<BatchRow> = {
  name: 'batches',
  version: 2,
  categories: ['batch-'],
  indexes: [['skuId', 'openedAt'], ['status', 'openedAt'], ['openedAt']],
  keys: (event) => [idOf(event.stream)],
  project(event, row, batchId) {
    const fact = factOf<BatchEvent>(event);
    const state = batch.evolve(row?.state ?? batch.initial(batchId), fact);
    const changedAt = fromIso(fact.occurredAt);
    const source = fact.type === 'BatchOpened' ? fact.data.source : (row?.source ?? '');
    return { state, skuId: state.skuId, status: state.status, source, openedAt: row?.openedAt ?? changedAt, changedAt };
  },
};
