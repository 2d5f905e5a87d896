import { fromIso, type Instant } from '../kernel/time';
import type { OrderEventData } from './events';
import type { Evolvers } from './evolvers';
import { intentOf } from './intent';
import { isPurchaseOpen, type ArrivingCard, type Purchase, type PurchaseStatus } from './purchase';
import type { PurchaseEvent } from './purchase-events';
import type { OrderState } from './state';
import { NEVER_SENT } from './timing';

type Goods = OrderEventData<'PurchaseCompleted'> | OrderEventData<'GoodsHandedIn'>;

function change(state: OrderState, requestId: string, how: (purchase: Purchase) => Purchase): OrderState {
  return { ...state, purchases: state.purchases.map((purchase) => (purchase.requestId === requestId ? how(purchase) : purchase)) };
}

/** A definite answer was heard: no intent, no pending notice, no "never heard of it", no risk is left. */
function settled(purchase: Purchase, status: PurchaseStatus): Purchase {
  const { intent: _intent, nextCheckAt: _next, notFoundAt: _notFound, costAtRisk: _risk, ...rest } = purchase;
  return { ...rest, status, noticePending: false };
}

function requested(state: OrderState, data: OrderEventData<'PurchaseRequested'>, at: Instant, occurredAt: string): OrderState {
  const purchase: Purchase = {
    attempt: data.attempt,
    requestId: data.requestId,
    channelId: data.channelId,
    request: data,
    status: 'REQUESTED',
    round: state.sourceRound,
    requestedAt: at,
    intent: intentOf(data, occurredAt),
    noticePending: false,
    cardIds: [],
    units: 0,
    hasReceipt: false,
    disputed: 0,
  };
  const { margin: _over, ...rest } = state;
  return { ...rest, purchases: [...state.purchases, purchase] };
}

/** The cards wait in `arriving` until each is on its own stream. */
function arrived(state: OrderState, { requestId, reservation, cards, receipt }: Goods, from: Pick<ArrivingCard, 'channelId' | 'cost'>): OrderState {
  return {
    ...state,
    reservations: reservation,
    arriving: [...state.arriving, ...cards.map((card) => ({ ...card, requestId, reservation, ...from }))],
    receipts: receipt === undefined ? state.receipts : [...state.receipts, { ...receipt, requestId }],
  };
}

const bought =
  (status: 'COMPLETED' | 'PARTIAL') =>
  (state: OrderState, data: OrderEventData<'PurchaseCompleted'>): OrderState =>
    change(arrived(state, data, { channelId: data.channelId, cost: data.unitCost }), data.requestId, (purchase) => ({
      ...settled(purchase, status),
      cardIds: [...purchase.cardIds, ...data.cards.map((card) => card.cardId)],
      units: purchase.units + data.cards.length + (data.receipt?.units ?? 0),
      hasReceipt: purchase.hasReceipt || data.receipt !== undefined,
      unitCost: data.unitCost,
    }));

/** Those that are still on their way once these of that purchase are not. */
const without = (state: OrderState, requestId: string, cardIds: readonly string[]): readonly ArrivingCard[] =>
  state.arriving.filter((card) => card.requestId !== requestId || !cardIds.includes(card.cardId));

/** A code that turned out to be known is no goods after all, and no card of this order. */
function disputed(state: OrderState, { requestId, problem, cards, cardIds }: OrderEventData<'PurchaseDisputed'>): OrderState {
  const known = problem === 'KNOWN_CODE';
  return change({ ...state, arriving: known ? without(state, requestId, cardIds) : state.arriving }, requestId, (purchase) => ({
    ...purchase,
    disputed: purchase.disputed + cards,
    units: known ? purchase.units - cards : purchase.units,
  }));
}

export const evolvePurchases: Evolvers<PurchaseEvent['type']> = {
  PurchaseRequested: requested,
  PurchaseHeld: (state, { channels }, at) => ({ ...state, margin: { heldAt: at, channels } }),
  PurchaseTimedOut: (state, data) =>
    change(state, data.requestId, ({ intent: _intent, ...purchase }) => ({
      ...purchase,
      status: isPurchaseOpen(purchase) ? 'IN_DOUBT' : purchase.status,
    })),
  PurchaseChecked: (state, data, at) =>
    change(state, data.requestId, ({ intent: _intent, nextCheckAt: _asked, ...purchase }) => ({
      ...purchase,
      noticePending: false,
      checkedAt: at,
      status: isPurchaseOpen(purchase) ? (data.status === 'PENDING' ? 'PENDING' : 'IN_DOUBT') : purchase.status,
      ...(data.status === 'NOT_FOUND' ? { notFoundAt: purchase.notFoundAt ?? at } : {}),
      ...(data.nextCheckAt === undefined ? {} : { nextCheckAt: fromIso(data.nextCheckAt) }),
    })),
  PurchaseNoticeReceived: (state, data) => change(state, data.requestId, (purchase) => ({ ...purchase, noticePending: true })),
  PurchaseCancelRequested: (state, data, at) =>
    change(state, data.requestId, (purchase) => ({
      ...purchase,
      cancelRequestedAt: purchase.cancelRequestedAt ?? at,
      ...(data.cause === 'REROUTE' ? { takenElsewhere: true as const } : {}),
    })),
  PurchaseCompleted: bought('COMPLETED'),
  PurchasePartlyCompleted: bought('PARTIAL'),
  PurchaseRefused: (state, { requestId, reason, proof }) =>
    change(state, requestId, (purchase) => ({
      ...settled(purchase, 'REFUSED'),
      reason,
      ...(proof === 'NOT_DONE' && reason === NEVER_SENT ? { neverSent: true as const } : {}),
    })),
  PurchaseCancelled: (state, data) =>
    change(state, data.requestId, (purchase) => ({
      ...settled(purchase, 'CANCELLED'),
      ...(data.reason === undefined ? {} : { reason: data.reason }),
    })),
  PurchaseWrittenOff: (state, data, at) =>
    change(state, data.requestId, (purchase) => ({
      ...settled(purchase, 'WRITTEN_OFF'),
      writtenOffAt: at,
      writtenOffFor: data.cause,
      costAtRisk: data.costAtRisk,
    })),
  PurchaseDisputed: disputed,
  SurplusStocked: (state, data) => ({ ...state, arriving: without(state, data.requestId, data.cardIds) }),
  GoodsHandedIn: (state, data) => ({ ...arrived(state, data, {}), handIns: state.handIns + 1 }),
};
