import { BY_HAND } from './goods';
import { isPurchaseOpen } from './purchase';
import { fullRefundOpen, isInDoubt, isRefundInDoubt, isRefundOpen, isSubmitted, latestPayment, type OrderState } from './state';

export type Phase =
  | 'QUEUED'
  | 'OPENING_PAYMENT'
  | 'AWAITING_BUYER'
  | 'PAYMENT_IN_DOUBT'
  | 'PAID_WAITING_CARD'
  | 'PURCHASING'
  | 'PURCHASE_IN_DOUBT'
  | 'REFUNDING'
  | 'REFUND_IN_DOUBT'
  | 'DELIVERED'
  | 'PARTLY_DELIVERED'
  | 'DECLINED'
  | 'CANCELLED'
  | 'REFUNDED'
  | 'EXPIRED';

export type OrderStatus = 'AWAITING_PAYMENT' | 'PROCESSING' | 'COMPLETED' | 'FAILED' | 'EXPIRED';

const STATUS: Readonly<Record<Phase, OrderStatus>> = {
  QUEUED: 'AWAITING_PAYMENT',
  OPENING_PAYMENT: 'AWAITING_PAYMENT',
  AWAITING_BUYER: 'AWAITING_PAYMENT',
  PAYMENT_IN_DOUBT: 'AWAITING_PAYMENT',
  PAID_WAITING_CARD: 'PROCESSING',
  PURCHASING: 'PROCESSING',
  PURCHASE_IN_DOUBT: 'PROCESSING',
  REFUNDING: 'PROCESSING',
  REFUND_IN_DOUBT: 'PROCESSING',
  DELIVERED: 'COMPLETED',
  PARTLY_DELIVERED: 'COMPLETED',
  DECLINED: 'FAILED',
  CANCELLED: 'FAILED',
  REFUNDED: 'FAILED',
  EXPIRED: 'EXPIRED',
};

export const statusOf = (phase: Phase): OrderStatus => STATUS[phase];

/** Every phase, in the order in which an order comes by them. */
export const ORDER_STATUSES = ['AWAITING_PAYMENT', 'PROCESSING', 'COMPLETED', 'FAILED', 'EXPIRED'] as const satisfies readonly OrderStatus[];

export const PHASES = Object.keys(STATUS) as readonly Phase[];

function paidPhaseOf(state: OrderState): Phase {
  const purchase = state.purchases.find(isPurchaseOpen);
  if (purchase?.status === 'IN_DOUBT') return 'PURCHASE_IN_DOUBT';
  return purchase !== undefined || state.arriving.length > 0 ? 'PURCHASING' : 'PAID_WAITING_CARD';
}

/** Where an order stands, as its buyer should understand it. */
export function phaseOf(state: OrderState): Phase {
  const wholeRefund = state.refunds.find((refund) => refund.full && isRefundOpen(refund));
  if (fullRefundOpen(state) && wholeRefund !== undefined)
    return isRefundInDoubt(wholeRefund) && wholeRefund.intent === undefined ? 'REFUND_IN_DOUBT' : 'REFUNDING';
  if (state.end !== undefined) return state.end.kind;
  if (state.paidAt !== undefined) return paidPhaseOf(state);
  const payment = latestPayment(state);
  if (payment === undefined) return state.lane === undefined ? 'QUEUED' : 'OPENING_PAYMENT';
  if (payment.status === 'REQUESTED') return 'OPENING_PAYMENT';
  if (isInDoubt(payment) || payment.status === 'MISMATCHED') return 'PAYMENT_IN_DOUBT';
  return payment.status === 'OPEN' ? 'AWAITING_BUYER' : 'OPENING_PAYMENT';
}

/** What happens next, for the buyer to read. */
export type NextStep =
  | 'WAIT_FOR_PAYMENT_PAGE'
  | 'PAY'
  | 'WAIT_FOR_PAYMENT_RESULT'
  | 'WAIT_FOR_CARDS'
  | 'WAIT_FOR_REFUND'
  | 'VIEW_CARDS'
  | 'WAIT_FOR_REVIEW'
  | 'CANCELLING'
  | 'CHANGING_PAYMENT'
  | 'NONE';

export function nextStepOf(state: OrderState): NextStep {
  if (!isSubmitted(state)) return 'NONE';
  if (state.frozen !== undefined) return 'WAIT_FOR_REVIEW';
  const phase = phaseOf(state);
  switch (phase) {
    case 'QUEUED':
    case 'OPENING_PAYMENT':
      return state.cancelRequestedAt === undefined ? 'WAIT_FOR_PAYMENT_PAGE' : 'CANCELLING';
    case 'AWAITING_BUYER':
    case 'PAYMENT_IN_DOUBT':
      if (state.cancelRequestedAt !== undefined) return 'CANCELLING';
      if (state.changing !== undefined) return 'CHANGING_PAYMENT';
      return phase === 'AWAITING_BUYER' ? 'PAY' : 'WAIT_FOR_PAYMENT_RESULT';
    case 'PAID_WAITING_CARD':
    case 'PURCHASING':
    case 'PURCHASE_IN_DOUBT':
      // A person who delivers by hand is no reason to worry the buyer.
      return state.reviews.some(({ subject }) => subject !== BY_HAND) ? 'WAIT_FOR_REVIEW' : 'WAIT_FOR_CARDS';
    case 'REFUNDING':
    case 'REFUND_IN_DOUBT':
      return 'WAIT_FOR_REFUND';
    case 'DELIVERED':
    case 'PARTLY_DELIVERED':
      return 'VIEW_CARDS';
    default:
      return 'NONE';
  }
}
