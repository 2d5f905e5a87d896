import { reject, type Rejection } from '../kernel/rejection';
import type { BulkAction, BulkRepairEvent, RefusedCount } from './bulk-events';

/** Orders of one job at most; more are a second job. */
export const BULK_ORDERS_MAX = 5_000;
/** Ids in one event. */
export const SELECTED_PER_EVENT = 500;

/** What a job came to so far. `unchanged`: it was so already. */
export interface BulkCounts {
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: readonly RefusedCount[];
}

export interface BulkRepair extends BulkCounts {
  readonly action: BulkAction;
  readonly filter: string;
  readonly orders: number;
  readonly orderIds: readonly string[];
  /** Place in the list of the first order that is not known to be settled. */
  readonly next: number;
  readonly stopRequested: boolean;
  readonly end?: 'DONE' | 'STOPPED';
}

export type BulkCommand =
  | { readonly type: 'OrderBulkRepair'; readonly action: BulkAction; readonly filter: string; readonly orderIds: readonly string[] }
  /** What was settled from `from` on. */
  | ({ readonly type: 'RecordBulkProgress'; readonly from: number; readonly next: number } & BulkCounts)
  | { readonly type: 'StopBulkRepair' }
  | { readonly type: 'EndBulkRepair' };

export type BulkRejection = Rejection<'JOB_NOT_FOUND'>;

const nothing: BulkCounts = { changed: 0, unchanged: 0, refused: [] };

/** Both together; codes in alphabetical order. */
export function addCounts(a: BulkCounts, b: BulkCounts): BulkCounts {
  const refused = new Map<string, number>();
  for (const { code, count } of [...a.refused, ...b.refused]) refused.set(code, (refused.get(code) ?? 0) + count);
  return {
    changed: a.changed + b.changed,
    unchanged: a.unchanged + b.unchanged,
    refused: [...refused].map(([code, count]) => ({ code, count })).sort((x, y) => (x.code < y.code ? -1 : 1)),
  };
}

export function evolveBulk(state: BulkRepair | undefined, event: BulkRepairEvent): BulkRepair | undefined {
  if (event.type === 'BulkRepairOrdered') return { ...nothing, ...event.data, orderIds: [], next: 0, stopRequested: false };
  if (state === undefined) return state;
  switch (event.type) {
    case 'BulkRepairSelected':
      return { ...state, orderIds: [...state.orderIds, ...event.data.orderIds] };
    case 'BulkRepairProgressed':
      return { ...state, ...addCounts(state, event.data), next: event.data.next };
    case 'BulkRepairStopRequested':
      return { ...state, stopRequested: true };
    case 'BulkRepairEnded':
      return { ...state, end: event.data.end };
  }
}

function chunksOf(orderIds: readonly string[]): readonly BulkRepairEvent[] {
  const chunks = Math.ceil(orderIds.length / SELECTED_PER_EVENT);
  return Array.from({ length: chunks }, (_, at) => ({
    type: 'BulkRepairSelected',
    data: { orderIds: orderIds.slice(at * SELECTED_PER_EVENT, (at + 1) * SELECTED_PER_EVENT) },
  }));
}

/**
 * GIVEN a job, named by the key of whoever orders it
 * WHEN  it is ordered, worked on, stopped or over
 * THEN  that is a fact; its orders are fixed with the order to repair them
 * REJECTED JOB_NOT_FOUND when there is no bulk repair of that id
 * ALREADY SO when it was ordered before, when others have recorded that progress, and when it has ended
 */
export function decideBulk(command: BulkCommand, state: BulkRepair | undefined): readonly BulkRepairEvent[] | BulkRejection {
  if (command.type === 'OrderBulkRepair') {
    if (state !== undefined) return [];
    const { action, filter, orderIds } = command;
    return [{ type: 'BulkRepairOrdered', data: { action, filter, orders: orderIds.length } }, ...chunksOf(orderIds)];
  }
  if (state === undefined) return reject('JOB_NOT_FOUND');
  if (state.end !== undefined) return [];
  switch (command.type) {
    case 'RecordBulkProgress': {
      const { from, next, changed, unchanged, refused } = command;
      return state.next === from && next > from ? [{ type: 'BulkRepairProgressed', data: { next, changed, unchanged, refused } }] : [];
    }
    case 'StopBulkRepair':
      return state.stopRequested ? [] : [{ type: 'BulkRepairStopRequested', data: {} }];
    case 'EndBulkRepair': {
      const left = state.orderIds.length - state.next;
      if (left > 0 && !state.stopRequested) return [];
      return [{ type: 'BulkRepairEnded', data: { end: left > 0 ? 'STOPPED' : 'DONE', left } }];
    }
  }
}
