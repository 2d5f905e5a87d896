import type { Instant } from '../kernel/time';
import type { ReviewSubject } from './events';
import { hasFailed, isPurchaseOpen, type Purchase } from './purchase';
import { isRefundOpen, type OrderState, type SubmittedOrder } from './state';

/** The review of an order that a person delivers by hand. */
export const BY_HAND: ReviewSubject = 'delivery';
export const purchaseSubject = (requestId: string): ReviewSubject => `purchase:${requestId}`;

export const findPurchase = (state: OrderState, requestId: string): Purchase | undefined =>
  state.purchases.find((purchase) => purchase.requestId === requestId);

/** A purchase could still give goods: nothing else is bought, and nothing is compensated, before that is known. */
export const goodsInDoubt = (state: OrderState): boolean => state.purchases.some(isPurchaseOpen);

/** Purchases that came to nothing since goods were last looked for anew. */
export const failedInRound = (state: OrderState): readonly Purchase[] =>
  state.purchases.filter((purchase) => purchase.round === state.sourceRound && hasFailed(purchase));

/** The buyer filled in what is to be topped up: a receipt is as good as a code. */
export const isTopUp = (state: SubmittedOrder): boolean => state.submitted.fields !== undefined;

/** Since when nobody wants goods for this order any more; undefined while somebody does. */
export function unwantedSince(state: OrderState): Instant | undefined {
  if (state.end !== undefined) return state.end.at;
  if (state.cancelRequestedAt !== undefined) return state.cancelRequestedAt;
  const refund = state.refunds.find((r) => r.full && isRefundOpen(r));
  return refund === undefined ? undefined : refund.orderedAt;
}
