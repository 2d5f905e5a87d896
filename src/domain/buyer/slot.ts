import type { Decider } from '../kernel/decider';
import { derivedId } from '../kernel/ids';
import { reject, type Rejection } from '../kernel/rejection';
import { fromIso, SECOND_MS, type Instant } from '../kernel/time';
import type { BuyerEvent } from './events';

/** Which order of a buyer may be open, for SKUs that allow one at a time. The order's own stream tells whether it still is. */
export interface BuyerSlot {
  readonly holder?: { readonly orderId: string; readonly takenAt: Instant };
}

export interface TakeSlot {
  readonly type: 'TakeSlot';
  readonly clientId: string;
  readonly skuId: string;
  readonly orderId: string;
  /** The holder that was found to be no open order any more. */
  readonly over?: string;
  readonly at: Instant;
}

export type BuyerSlotRejection = Rejection<'SLOT_HELD'>;

/** So long after taking the slot its order may still be on its way to the store; afterwards an order that is not there never will be. */
export const SLOT_GRACE_MS = 120 * SECOND_MS;
/** Whoever took the slot stores the order within this time, or takes the slot anew: far less than the grace. */
export const SLOT_FRESH_MS = 10 * SECOND_MS;

/**
 * GIVEN the one slot that a buyer has for a SKU
 * WHEN  an order wants it
 * THEN  it holds the slot; the slot of an order that is over passes on; its holder may take it anew to gain time
 * REJECTED SLOT_HELD by another order · ALREADY SO when this order took it a moment ago
 */
function decide({ type: _type, over, at, ...data }: TakeSlot, { holder }: BuyerSlot): readonly BuyerEvent[] | BuyerSlotRejection {
  if (holder !== undefined && holder.orderId !== data.orderId && holder.orderId !== over) return reject('SLOT_HELD');
  const fresh = holder?.orderId === data.orderId && at - holder.takenAt < SLOT_FRESH_MS;
  return fresh ? [] : [{ type: 'OrderSlotTaken', data }];
}

export const buyerSlot: Decider<TakeSlot, BuyerEvent, BuyerSlot, BuyerSlotRejection> = {
  initial: () => ({}),
  evolve: (_state, event) => ({ holder: { orderId: event.data.orderId, takenAt: fromIso(event.occurredAt) } }),
  decide,
};

/** Names the slot of one buyer of one shop for one SKU. */
export const slotIdFor = (clientId: string, buyerRef: string, skuId: string): string => derivedId('buyer', clientId, buyerRef, skuId);
