/** From when on something is an incident, where a SKU or a channel says so itself. These names and shapes are stored for ever. */

export interface WaitThresholds {
  /** Paid orders that wait for it. Absent: as many as the shop says. */
  readonly waitingOrders?: number;
  /** Since the payment of the one that has waited longest. Absent: nobody is told of it. */
  readonly waitingMinutes?: number;
}

export interface SkuThresholds extends WaitThresholds {
  /** Of the orders of the last hour that were delivered or given back, so many percent given back. Absent: nobody is told of it. */
  readonly failurePercent?: number;
}

/** Of fewer orders no share is told: one of two is no storm. */
export const FAILURE_ORDERS_MIN = 10;

/** Whole percent; 0 of too few orders. */
export const failurePercentOf = (failed: number, ended: number): number => (ended < FAILURE_ORDERS_MIN ? 0 : Math.round((failed * 100) / ended));
