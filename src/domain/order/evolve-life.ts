import { fromIso, SECOND_MS, type Instant } from '../kernel/time';
import type { Evolvers } from './evolve';
import type { OrderEnd, OrderState } from './state';

type LifeEvent =
  | 'OrderSubmitted'
  | 'OrderRouted'
  | 'CancelRequested'
  | 'AccessTokenRotated'
  | 'ReissueOrdered'
  | 'OrderCancelled'
  | 'OrderExpired'
  | 'OrderFailed'
  | 'OrderReopened'
  | 'ReviewOpened'
  | 'ReviewResolved'
  | 'OrderFrozen'
  | 'OrderUnfrozen'
  | 'NoteAdded'
  | 'CardReported'
  | 'DeliveryResendRequested';

const asItWas = (state: OrderState): OrderState => state;

export function ended(state: OrderState, kind: OrderEnd['kind'], at: Instant, cause?: string): OrderState {
  return { ...state, end: cause === undefined ? { kind, at } : { kind, at, cause } };
}

export const evolveLife: Evolvers<LifeEvent> = {
  OrderSubmitted: (state, data, at) => ({
    ...state,
    submitted: data,
    submittedAt: at,
    payBy: at + data.terms.payWithinSeconds * SECOND_MS,
    method: data.payment,
    tokenEpoch: data.accessToken.epoch,
  }),
  OrderRouted: (state, data) => ({ ...state, lane: data.lane }),
  CancelRequested: (state, _data, at) => ({ ...state, cancelRequestedAt: at }),
  AccessTokenRotated: (state, data) => ({ ...state, tokenEpoch: data.epoch }),
  ReissueOrdered: (state, data) => ({ ...state, reissueRounds: data.round, deliverBy: fromIso(data.deliverBy) }),
  OrderCancelled: (state, data, at) => ended(state, 'CANCELLED', at, data.cause),
  OrderExpired: (state, _data, at) => ended(state, 'EXPIRED', at),
  OrderFailed: (state, data, at) => ended(state, 'DECLINED', at, data.cause),
  OrderReopened: ({ end: _left, ...state }, data, at) => ({ ...state, reopenedAt: at, deliverBy: fromIso(data.deliverBy) }),
  ReviewOpened: (state, data, at) => ({ ...state, reviews: [...state.reviews, { ...data, openedAt: at }] }),
  ReviewResolved: (state, data) => ({ ...state, reviews: state.reviews.filter((review) => review.subject !== data.subject) }),
  OrderFrozen: (state, data, at) => ({ ...state, frozen: { cause: data.cause, at } }),
  OrderUnfrozen: ({ frozen: _thawed, ...state }) => state,
  NoteAdded: asItWas,
  CardReported: asItWas,
  DeliveryResendRequested: asItWas,
};
