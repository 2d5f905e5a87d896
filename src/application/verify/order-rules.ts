import type { Happened, StoredEvent } from '../../domain/kernel/event';
import { order } from '../../domain/order/decide';
import type { OrderEvent } from '../../domain/order/events';
import { isPurchaseOpen } from '../../domain/order/purchase';
import {
  isRefundOpen,
  isSubmitted,
  refundableMinor,
  sumMinor,
  surplusMinor,
  type EndKind,
  type OrderState,
  type SubmittedOrder,
} from '../../domain/order/state';
import type { CurrencyTotals, Violation } from './violation';

/** A folded order and what verification must know of it besides its state. */
export interface FoldedOrder {
  readonly state: OrderState;
  readonly revision: number;
  /** Cards, and units for which there is a receipt. */
  readonly unitsDelivered: number;
}

export const unfoldedOrder = (orderId: string): FoldedOrder => ({ state: order.initial(orderId), revision: -1, unitsDelivered: 0 });

export function foldOrder(before: FoldedOrder, event: StoredEvent): FoldedOrder {
  const fact = event as unknown as Happened<OrderEvent>;
  const unitsDelivered = fact.type === 'OrderDelivered' ? fact.data.cardIds.length + (fact.data.receiptUnits ?? 0) : before.unitsDelivered;
  return { state: order.evolve(before.state, fact), revision: event.revision, unitsDelivered };
}

const UNPAID_ENDS: readonly EndKind[] = ['CANCELLED', 'DECLINED', 'EXPIRED'];
const GOODS_ENDS: readonly EndKind[] = ['DELIVERED', 'PARTLY_DELIVERED'];

/** I16: why this event may not follow on that state; null when it may. */
export function brokenContinuation(before: OrderState, after: OrderState, type: string): string | null {
  const [from, to] = [before.end, after.end];
  if (from === to) return null;
  if (from === undefined) {
    if (to !== undefined && UNPAID_ENDS.includes(to.kind) && before.paidAt !== undefined) return `a paid order ended as ${to.kind}`;
    return to !== undefined && !UNPAID_ENDS.includes(to.kind) && before.paidAt === undefined ? `an unpaid order ended as ${to.kind}` : null;
  }
  if (to === undefined && GOODS_ENDS.includes(from.kind) && type === 'ReissueOrdered') return null;
  if (to === undefined)
    return UNPAID_ENDS.includes(from.kind) && type === 'OrderReopened' && after.paidAt !== undefined ? null : `${from.kind} was left by ${type}`;
  return GOODS_ENDS.includes(from.kind) && to.kind === 'REFUNDED' && type === 'Compensated' ? null : `${from.kind} became ${to.kind} by ${type}`;
}

/** I2 within the order: only codes that it has delivered are shown. */
export function brokenReveal(before: OrderState, event: StoredEvent): string | null {
  const fact = event as unknown as OrderEvent;
  if (fact.type !== 'CardsRevealed') return null;
  const foreign = fact.data.cardIds.find((cardId) => !before.deliveredCardIds.includes(cardId));
  return foreign === undefined ? null : `card ${foreign} was shown and not delivered`;
}

/** I8: one purchase at a time, and a second one only after a definite no or a risk that was booked; nothing is bought for an unpaid order. */
export function brokenPurchase(before: OrderState, event: StoredEvent): string | null {
  const fact = event as unknown as OrderEvent;
  if (fact.type !== 'PurchaseRequested') return null;
  const open = before.purchases.find(isPurchaseOpen);
  if (open !== undefined) return `${fact.data.requestId} was requested while ${open.requestId} could still give goods`;
  return before.paidAt === undefined ? `${fact.data.requestId} was requested for an order that nobody paid` : null;
}

export interface OrderMoney {
  readonly totals: Readonly<Record<string, CurrencyTotals>>;
  readonly problem: string | null;
}

/**
 * I3 for one order. `delivered` is what was handed over at its price, as far as the money was kept; `open` is what is under way:
 * money of an order that has not ended, surplus, mismatched money, open refunds, and the rest of a part whose refund was refused.
 */
export function moneyOf({ state, unitsDelivered }: FoldedOrder): OrderMoney {
  if (!isSubmitted(state)) return { totals: {}, problem: null };
  const { currency } = state.submitted.amount;
  const ours = state.payments.filter(({ captured }) => captured?.currency === currency);
  const overdrawn = ours.find((payment) => refundableMinor(state, payment) < 0);
  const charged = sumMinor(ours.map(({ captured }) => captured));
  const refunded = sumMinor(state.refunds.filter(({ status }) => status === 'DONE').map(({ amount }) => amount));
  const delivered = deliveredMinor(state, unitsDelivered);
  const open = openMinor(state, delivered);
  const foreign = state.payments.flatMap(({ captured }) => (captured === undefined || captured.currency === currency ? [] : [captured]));
  const totals = { [currency]: { charged, refunded, delivered, open }, ...foreignTotals(foreign) };
  if (overdrawn !== undefined) return { totals, problem: `more was ordered back than ${overdrawn.reference} took` };
  const unexplained = charged - refunded - delivered - open;
  return { totals, problem: unexplained === 0 ? null : `${unexplained} ${currency} (minor units) are neither delivered, returned nor open` };
}

const keptLeft = (state: SubmittedOrder): number =>
  state.payments.filter(({ role }) => role === 'KEPT').reduce((sum, payment) => sum + refundableMinor(state, payment), 0);

/** What a payment took too much is owed also by an order that has nothing else left. */
const keptSurplus = (state: SubmittedOrder): number =>
  state.payments.filter(({ role }) => role === 'KEPT').reduce((sum, payment) => sum + surplusMinor(state, payment), 0);

function deliveredMinor(state: SubmittedOrder, unitsDelivered: number): number {
  const hasGoods = state.end !== undefined && GOODS_ENDS.includes(state.end.kind);
  return hasGoods ? Math.min(state.submitted.terms.unitPrice.amountMinor * unitsDelivered, keptLeft(state)) : 0;
}

function openMinor(state: SubmittedOrder, delivered: number): number {
  const { currency } = state.submitted.amount;
  const returning = sumMinor(state.refunds.filter(isRefundOpen).map(({ amount }) => amount));
  const notKept = state.payments
    .filter(({ role, captured }) => role !== 'KEPT' && captured?.currency === currency)
    .reduce((sum, payment) => sum + refundableMinor(state, payment), 0);
  const hasEndWithoutGoods = state.end !== undefined && !GOODS_ENDS.includes(state.end.kind);
  return returning + notKept + (hasEndWithoutGoods ? keptSurplus(state) : keptLeft(state) - delivered);
}

function foreignTotals(amounts: readonly { readonly amountMinor: number; readonly currency: string }[]): Record<string, CurrencyTotals> {
  const totals: Record<string, CurrencyTotals> = {};
  for (const { amountMinor, currency } of amounts)
    totals[currency] = addTotals(totals[currency], { charged: amountMinor, refunded: 0, delivered: 0, open: amountMinor });
  return totals;
}

export function addTotals(a: CurrencyTotals | undefined, b: CurrencyTotals): CurrencyTotals {
  if (a === undefined) return b;
  return { charged: a.charged + b.charged, refunded: a.refunded + b.refunded, delivered: a.delivered + b.delivered, open: a.open + b.open };
}

/** What one event breaks, given the order before and after it. */
export function* orderEventViolations(before: OrderState, after: OrderState, event: StoredEvent): Generator<Violation> {
  const where = { stream: event.stream, revision: event.revision, position: event.position };
  const continuation = brokenContinuation(before, after, event.type);
  if (continuation !== null) yield { kind: 'continuation', ...where, message: continuation };
  const reveal = brokenReveal(before, event);
  if (reveal !== null) yield { kind: 'reveal', ...where, message: reveal };
  const purchase = brokenPurchase(before, event);
  if (purchase !== null) yield { kind: 'purchase', ...where, message: purchase };
}
