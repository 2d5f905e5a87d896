import { money, times, type Money } from '../kernel/money';
import type { Instant } from '../kernel/time';
import { isPurchaseOpen } from './purchase';
import { isInDoubt, isRefundOpen, surplusDueMinor, tooMuchMinor, type OrderState, type Payment, type Refund, type RefundStatus } from './state';

/** Why money of this order is still to go back. REFUSED: the gateway said no and nobody has ordered it anew. */
export type OwedWhy = Exclude<RefundStatus, 'DONE'> | 'SURPLUS' | 'MISMATCHED';

export interface OwedMoney {
  readonly why: OwedWhy;
  readonly amount: Money;
  readonly since: Instant;
  readonly reference: string;
  readonly gatewayId: string;
  readonly refundReference?: string;
  /** Why it was ordered back. */
  readonly cause?: Refund['cause'];
}

function owedByRefund({ status, amount, orderedAt, reference, gatewayId, refundReference, cause }: Refund): OwedMoney | null {
  return status === 'DONE' ? null : { why: status, amount, since: orderedAt, reference, gatewayId, refundReference, cause };
}

/** A refused refund is owed as long as its money is still there and was not ordered back again. What a person tried and was refused, nobody owes. */
const isStillOwed = (state: OrderState, refund: Refund): boolean =>
  refund.status === 'REFUSED' &&
  refund.cause !== 'PERSON' &&
  !state.refunds.some((later) => later.reference === refund.reference && later.refund > refund.refund);

/** Money that no refund was ordered for yet and that is not ours. */
function owedByPayment(state: OrderState, payment: Payment): OwedMoney | null {
  const { reference, gatewayId, captured, confirmedAt, requestedAt, request, status } = payment;
  const owed = (why: OwedWhy, leftMinor: number): OwedMoney => ({
    why,
    amount: money(leftMinor, captured?.currency ?? request.amount.currency),
    since: confirmedAt ?? requestedAt,
    reference,
    gatewayId,
  });
  const surplus = surplusDueMinor(state, payment);
  if (surplus > 0) return owed('SURPLUS', surplus);
  const isListed = (refund: Refund): boolean => refund.reference === reference && (isRefundOpen(refund) || isStillOwed(state, refund));
  if (status !== 'MISMATCHED' || state.refunds.some(isListed)) return null;
  const left = tooMuchMinor(state, payment);
  return left > 0 ? owed('MISMATCHED', left) : null;
}

/** Everything that is to go back and is not back yet; the longest waiting first. */
export function owedMoney(state: OrderState): readonly OwedMoney[] {
  const refunds = state.refunds.filter((refund) => isRefundOpen(refund) || isStillOwed(state, refund)).map(owedByRefund);
  const payments = state.payments.map((payment) => owedByPayment(state, payment));
  return [...refunds, ...payments].filter((owed) => owed !== null).sort((a, b) => a.since - b.since);
}

/** A call to the outside whose outcome nobody knows, and the money that hangs on it. */
export interface Doubt {
  readonly kind: 'payment' | 'close' | 'refund' | 'purchase';
  /** The gateway or channel that could tell. */
  readonly partyId: string;
  readonly amount: Money;
  readonly since: Instant;
}

export function doubtsOf(state: OrderState): readonly Doubt[] {
  const payments = state.payments.filter(isInDoubt).map(({ gatewayId, closing, request, requestedAt }): Doubt => {
    const call = closing === undefined ? ({ kind: 'payment', since: requestedAt } as const) : ({ kind: 'close', since: closing.at } as const);
    return { ...call, partyId: gatewayId, amount: request.amount };
  });
  const refunds = state.refunds
    .filter(({ status }) => status === 'REQUESTED' || status === 'IN_DOUBT')
    .map(({ gatewayId, amount, requestedAt, orderedAt }): Doubt => ({ kind: 'refund', partyId: gatewayId, amount, since: requestedAt ?? orderedAt }));
  const purchases = state.purchases.filter(isPurchaseOpen).map(({ channelId, request, requestedAt }): Doubt => ({
    kind: 'purchase',
    partyId: channelId,
    amount: times(request.maxUnitCost, request.quantity),
    since: requestedAt,
  }));
  return [...payments, ...refunds, ...purchases];
}
