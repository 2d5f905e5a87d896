import type { StoredEvent } from '../domain/kernel/event';
import { idOf } from '../domain/kernel/ids';
import { fromIso, type Instant } from '../domain/kernel/time';
import { subjectOf } from '../domain/order/erase';
import type { OrderEvent } from '../domain/order/events';
import { evolveOrder } from '../domain/order/evolve';
import { owedMoney } from '../domain/order/open-money';
import { phaseOf, statusOf, type OrderStatus, type Phase } from '../domain/order/phase';
import { goodsInDoubt } from '../domain/order/goods';
import { openReviews } from '../domain/order/reviews';
import {
  cardsMissing,
  drawsOnPool,
  fullRefundOpen,
  inReview,
  isSubmitted,
  latestPayment,
  noOrder,
  type OrderState,
  type SubmittedOrder,
} from '../domain/order/state';
import { factOf, type Plain } from './plain';
import type { Projection } from './projection';

/** The folded order and the fields it is found by. Times are milliseconds since 1970 UTC; flags are 0 or 1. */
export type OrderRow = {
  readonly state: Plain<OrderState>;
  readonly revision: number;
  readonly clientId: string;
  readonly status: OrderStatus;
  readonly phase: Phase;
  readonly skuId: string;
  readonly buyerRef: string;
  /** The person behind it, by the id of its keys; null when that was erased. */
  readonly subject: string | null;
  readonly checkoutId: string | null;
  /** The gateway that the buyer pays through now. */
  readonly gatewayId: string;
  /** The channel that was asked last for its goods. */
  readonly channelId: string | null;
  readonly lane: string | null;
  readonly submittedAt: Instant;
  readonly paidAt: Instant | null;
  readonly lastEventAt: Instant;
  /** Payments ever requested. */
  readonly attempts: number;
  /** A call definitely did nothing and is to be made again. */
  readonly retrying: 0 | 1;
  readonly inReview: 0 | 1;
  /** The outcome of an outside call is unknown. */
  readonly inDoubt: 0 | 1;
  /** Since when money of it is to go back and is not back yet. */
  readonly owedSince: Instant | null;
  /** What it cannot go on without, such as 'stock:<sku>', 'channel:<id>' or 'person'. */
  readonly waitingFor: string | null;
  /** A channel owes the shop something for it: cards or money are in dispute, or may be lost. */
  readonly disputed: 0 | 1;
  /** The buyer has complained, whatever came of it; a reported card is a complaint. */
  readonly complained: 0 | 1;
  /** The person at the desk whose order it is, as the id of an actor. */
  readonly assignee: string | null;
  /** See `openUnpaidKey`; null once it is paid, has ended or is being cancelled. */
  readonly openUnpaid: string | null;
};

/** Equal for orders that look like the same purchase made twice. The separator is a character that no id may hold. */
export const openUnpaidKey = (order: {
  readonly clientId: string;
  readonly buyerRef: string;
  readonly skuId: string;
  readonly quantity: number;
}): string => [order.clientId, order.buyerRef, order.skuId, order.quantity].join('\u001f');

function waitingForOf(state: SubmittedOrder): string | null {
  const looksForCards = state.paidAt !== undefined && state.end === undefined && !fullRefundOpen(state) && !inReview(state, 'deadline');
  if (!looksForCards || cardsMissing(state) <= 0 || goodsInDoubt(state)) return null;
  const { terms, skuId } = state.submitted;
  if (terms.delivery === 'manual') return 'person';
  const channel = terms.sources.find((source) => source.kind === 'CHANNEL');
  return drawsOnPool(state) || channel === undefined ? `stock:${skuId}` : `channel:${channel.channelId}`;
}

function isRetrying(state: OrderState): boolean {
  const payment = state.paymentRetry !== undefined && state.paidAt === undefined && state.end === undefined;
  const purchase = state.end === undefined && !goodsInDoubt(state) && state.purchases.at(-1)?.retryAt !== undefined;
  return payment || purchase || state.refunds.some((refund) => refund.status === 'RETRY');
}

/** Only what an event has said: an intent whose performer is silent counts from the event that says so. */
function isInDoubt(state: OrderState): boolean {
  const payment = state.payments.some(({ status, closing }) => status === 'IN_DOUBT' || closing?.timedOut === true);
  return payment || [...state.refunds, ...state.purchases].some(({ status }) => status === 'IN_DOUBT');
}

function rowOf(state: SubmittedOrder, revision: number, lastEventAt: Instant): OrderRow {
  const { clientId, skuId, quantity, buyer, checkoutId } = state.submitted;
  const phase = phaseOf(state);
  const isOpenUnpaid = state.paidAt === undefined && state.end === undefined && state.cancelRequestedAt === undefined;
  return {
    state,
    revision,
    clientId,
    status: statusOf(phase),
    phase,
    skuId,
    buyerRef: buyer.ref,
    subject: subjectOf(state),
    checkoutId: checkoutId ?? null,
    gatewayId: latestPayment(state)?.gatewayId ?? state.method.gatewayId,
    channelId: state.purchases.at(-1)?.channelId ?? null,
    lane: state.lane ?? null,
    submittedAt: state.submittedAt,
    paidAt: state.paidAt ?? null,
    lastEventAt,
    attempts: state.payments.length,
    retrying: isRetrying(state) ? 1 : 0,
    inReview: openReviews(state).length > 0 ? 1 : 0,
    inDoubt: isInDoubt(state) ? 1 : 0,
    owedSince: owedMoney(state)[0]?.since ?? null,
    waitingFor: waitingForOf(state),
    disputed: state.purchases.some(({ disputed, costAtRisk }) => disputed > 0 || costAtRisk !== undefined) ? 1 : 0,
    complained: state.complaints.length > 0 ? 1 : 0,
    assignee: state.assignee ?? null,
    openUnpaid: isOpenUnpaid ? openUnpaidKey({ clientId, buyerRef: buyer.ref, skuId, quantity }) : null,
  };
}

/** Every order as it stands. */
export const orders: Projection<OrderRow> = {
  name: 'orders',
  version: 9,
  categories: ['order-'],
  // Lists are newest first by default, so each filter goes with the time of submission.
  indexes: [
    ['openUnpaid'],
    ['submittedAt'],
    ['paidAt'],
    ['lastEventAt'],
    ['attempts'],
    ['clientId', 'submittedAt'],
    ['status', 'submittedAt'],
    ['phase', 'submittedAt'],
    ['skuId', 'submittedAt'],
    ['gatewayId', 'submittedAt'],
    ['channelId', 'submittedAt'],
    ['lane', 'submittedAt'],
    ['buyerRef', 'submittedAt'],
    ['subject'],
    ['checkoutId', 'submittedAt'],
    ['waitingFor', 'submittedAt'],
    ['retrying', 'submittedAt'],
    ['inDoubt', 'submittedAt'],
    ['disputed', 'submittedAt'],
    ['inReview', 'submittedAt'],
    ['complained', 'submittedAt'],
    ['assignee', 'submittedAt'],
    ['owedSince'],
  ],
  keys: (event: StoredEvent) => [idOf(event.stream)],
  project(event, row, orderId) {
    const state = evolveOrder(row?.state ?? { ...noOrder, orderId }, factOf<OrderEvent>(event));
    if (!isSubmitted(state)) throw new Error(`order ${orderId} does not begin with its submission`);
    return rowOf(state, event.revision, fromIso(event.occurredAt));
  },
};
