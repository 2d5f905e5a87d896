import { fromIso, SECOND_MS, type Instant } from '../kernel/time';
import { withoutBuyer } from './erase';
import type { Evolvers } from './evolvers';
import type { ReviewSubject } from './events';
import { answered, complained } from './complaints';
import { opened, revoked, shared } from './shares';
import { cardSubject, entersAt, inReview, paymentSubject, type OrderEnd, type OrderState, type Payment } from './state';

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
  | 'ComplaintOpened'
  | 'ComplaintResolved'
  | 'NoteAdded'
  | 'OrderAssigned'
  | 'OrderUnassigned'
  | 'OrderTagged'
  | 'OrderUntagged'
  | 'BuyerErased'
  | 'FieldsRevealed'
  | 'OrderShared'
  | 'SharedOrderOpened'
  | 'ShareRevoked'
  | 'CardReported'
  | 'DeliveryResendRequested';

const asItWas = (state: OrderState): OrderState => state;

export function ended(state: OrderState, kind: OrderEnd['kind'], at: Instant, cause?: string): OrderState {
  return { ...state, end: cause === undefined ? { kind, at } : { kind, at, cause } };
}

/** A notice about a payment that nobody can ask about: a person's answer to the review answers the notice too. */
const onlyPeopleKnow = (state: OrderState, payment: Payment, subject: ReviewSubject): boolean =>
  subject === paymentSubject(payment.reference) && state.reviews.some((review) => review.subject === subject && review.cause === 'CANNOT_BE_ASKED');

export const evolveLife: Evolvers<LifeEvent> = {
  OrderSubmitted: (state, data, at) => ({
    ...state,
    submitted: data,
    submittedAt: at,
    // Whoever has to wait for the shop loses none of the time to pay.
    payBy: Math.max(at, entersAt(data) ?? at) + data.terms.payWithinSeconds * SECOND_MS,
    method: data.payment,
    tokenEpoch: data.accessToken.epoch,
  }),
  OrderRouted: (state, data) => ({ ...state, lane: data.lane }),
  CancelRequested: (state, _data, at) => ({ ...state, cancelRequestedAt: at }),
  AccessTokenRotated: (state, data) => ({ ...state, tokenEpoch: data.epoch }),
  ReissueOrdered: (state, { round, deliverBy, cardId }) => {
    const sought = { ...state, sourceRound: state.sourceRound + 1, deliverBy: fromIso(deliverBy) };
    if (cardId === undefined) return { ...sought, reissueRounds: round };
    const { end: _left, ...open } = sought;
    return { ...open, replacements: [...state.replacements, { cardId }] };
  },
  OrderCancelled: (state, data, at) => ended(state, 'CANCELLED', at, data.cause),
  OrderExpired: (state, _data, at) => ended(state, 'EXPIRED', at),
  OrderFailed: (state, data, at) => ended(state, 'DECLINED', at, data.cause),
  OrderReopened: ({ end: _left, cancelRequestedAt, ...state }, data, at) => ({
    ...state,
    reopenedAt: at,
    sourceRound: state.sourceRound + 1,
    deliverBy: fromIso(data.deliverBy),
    // A person who tries it again overrules the wish to cancel; late money does not.
    ...(data.cause === 'PERSON' || cancelRequestedAt === undefined ? {} : { cancelRequestedAt }),
  }),
  ReviewOpened: (state, data, at) => ({ ...state, reviews: [...state.reviews, { ...data, openedAt: at }] }),
  ReviewResolved: (state, data, at) => ({
    ...answered(state, data.subject, at),
    reviews: state.reviews.filter((review) => review.subject !== data.subject),
    payments: state.payments.map((payment) =>
      data.resolution === 'PERSON' && onlyPeopleKnow(state, payment, data.subject) ? { ...payment, noticePending: false } : payment,
    ),
  }),
  OrderFrozen: (state, data, at) => ({ ...state, frozen: { cause: data.cause, at } }),
  OrderUnfrozen: ({ frozen: _thawed, ...state }) => state,
  NoteAdded: asItWas,
  OrderAssigned: (state, { assignee }) => ({ ...state, assignee }),
  OrderUnassigned: ({ assignee: _left, ...state }) => state,
  OrderTagged: (state, { tag }) => ({ ...state, tags: [...state.tags, tag] }),
  OrderUntagged: (state, { tag }) => ({ ...state, tags: state.tags.filter((one) => one !== tag) }),
  BuyerErased: (state, _data, at) => withoutBuyer({ ...state, erasedAt: at }),
  FieldsRevealed: (state, { reader }, at) => ({ ...state, fieldsSeen: { reader, at } }),
  OrderShared: (state, { shareId, expiresAt }, at) => shared(state, shareId, expiresAt, at),
  SharedOrderOpened: (state, { shareId, opening }, at) => opened(state, shareId, opening, at),
  ShareRevoked: (state, { shareId }, at) => revoked(state, shareId, at),
  ComplaintOpened: (state, { subject, about }, at) => complained(state, { subject, about, openedAt: at }),
  ComplaintResolved: (state, { subject, outcome }, at) => answered(state, subject, at, outcome),
  CardReported: (state, { cardId }, at) => {
    const told = inReview(state, cardSubject(cardId)) ? state : complained(state, { subject: cardSubject(cardId), about: 'CODE', openedAt: at });
    return told.reported.includes(cardId) ? told : { ...told, reported: [...told.reported, cardId] };
  },
  DeliveryResendRequested: asItWas,
};
