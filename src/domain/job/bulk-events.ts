/**
 * One repair of many orders that a person ordered. These names and shapes are stored for ever. What it did to an order stands on
 * that order's own stream, with this job's id in its cause; here stands which orders it is for, how far it is, and what it came to.
 */

/** RETRY: their deliver-within time begins anew · REROUTE: purchases in doubt are given up for another source · REFUND: all the money goes back. */
export type BulkAction = 'RETRY' | 'REROUTE' | 'REFUND';
export const BULK_ACTIONS = ['RETRY', 'REROUTE', 'REFUND'] as const satisfies readonly BulkAction[];

/** So many orders were refused with this code by their own rules. */
export interface RefusedCount {
  readonly code: string;
  readonly count: number;
}

export type BulkRepairEvent =
  | {
      readonly type: 'BulkRepairOrdered';
      readonly data: {
        readonly action: BulkAction;
        /** What was asked for, as canonical JSON of an order filter. */
        readonly filter: string;
        /** Orders in all; their ids follow in the same append. */
        readonly orders: number;
      };
    }
  /** Some of its orders, in the order in which they are worked on. From here on the job is for these, whatever the filter would find later. */
  | { readonly type: 'BulkRepairSelected'; readonly data: { readonly orderIds: readonly string[] } }
  /** Orders up to `next` (their place in the list) are settled; the counts are of those since the last such event. */
  | {
      readonly type: 'BulkRepairProgressed';
      readonly data: { readonly next: number; readonly changed: number; readonly unchanged: number; readonly refused: readonly RefusedCount[] };
    }
  | { readonly type: 'BulkRepairStopRequested'; readonly data: Record<string, never> }
  /** DONE: every order was settled · STOPPED: a person stopped it, and `left` orders were not touched. */
  | { readonly type: 'BulkRepairEnded'; readonly data: { readonly end: 'DONE' | 'STOPPED'; readonly left: number } };
