import { idOf } from '../domain/kernel/ids';
import { fromIso, type Instant } from '../domain/kernel/time';
import type { OrderEvent } from '../domain/order/events';
import { trialKey } from '../domain/routing/policy';
import { factOf } from './plain';
import type { Projection } from './projection';

export type CanaryOrderRow = {
  /** Version and side; see `trialKey`. */
  readonly trial: string;
  /** When its first purchase was requested. */
  readonly startedAt: Instant;
  readonly quantity: number;
  /** Whether the first purchase gave what was asked for, with no time-out and no refusal; null while nobody knows. */
  readonly good: boolean | null;
  /** From the first purchase to the delivery, for each card. */
  readonly msPerCard: number | null;
  readonly unitCostMinor: number | null;
};

function begun(event: Extract<OrderEvent, { type: 'PurchaseRequested' }>, occurredAt: string): CanaryOrderRow | null {
  const { policy, quantity } = event.data;
  if (policy?.trial === undefined) return null;
  const { version, arm } = policy.trial;
  return { trial: trialKey(version, arm), startedAt: fromIso(occurredAt), quantity, good: null, msPerCard: null, unitCostMinor: null };
}

/** Orders that bought while a routing policy was being tried, on either side: what their trial is judged by. An order stays where it began. */
export const canaryOrders: Projection<CanaryOrderRow> = {
  name: 'canary-orders',
  version: 1,
  categories: ['order-'],
  indexes: [['trial', 'startedAt']],
  keys: (event) => (INTERESTING.has(event.type as OrderEvent['type']) ? [idOf(event.stream)] : []),
  project: (stored, row) => {
    const event = factOf<OrderEvent>(stored);
    if (event.type === 'PurchaseRequested') return row ?? begun(event, stored.occurredAt);
    if (row === null) return null;
    switch (event.type) {
      case 'PurchaseTimedOut':
      case 'PurchaseRefused':
      case 'PurchaseCancelled':
      case 'PurchaseWrittenOff':
        return row.good === null ? { ...row, good: false } : row;
      case 'PurchaseCompleted':
      case 'PurchasePartlyCompleted':
        return { ...row, good: row.good ?? event.type === 'PurchaseCompleted', unitCostMinor: event.data.unitCost.amountMinor };
      case 'OrderDelivered':
        return row.msPerCard === null
          ? { ...row, msPerCard: Math.max(0, fromIso(stored.occurredAt) - row.startedAt) / Math.max(1, row.quantity) }
          : row;
      default:
        return row;
    }
  },
};

const INTERESTING: ReadonlySet<OrderEvent['type']> = new Set<OrderEvent['type']>([
  'PurchaseRequested',
  'PurchaseTimedOut',
  'PurchaseRefused',
  'PurchaseCancelled',
  'PurchaseWrittenOff',
  'PurchaseCompleted',
  'PurchasePartlyCompleted',
  'OrderDelivered',
]);
