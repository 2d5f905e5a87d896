import type { Evolvers } from './evolvers';
import { ended } from './evolve-life';
import type { GiveUpCause } from './events';
import type { OrderState } from './state';

type CardsEvent = 'CardReserved' | 'CardReservationLost' | 'CardsSecured' | 'CardsGivenUp' | 'CardsReleased' | 'OrderDelivered' | 'CardsRevealed';

/** Lets cards go: they wait in `givenUp` until each has heard it on its own stream. */
export function giveUp(state: OrderState, cardIds: readonly string[], revealed: readonly string[], cause?: GiveUpCause): OrderState {
  const { reserving, ...rest } = state;
  const leaves = (cardId: string): boolean => cardIds.includes(cardId);
  const reserved = reserving?.cardIds.filter(leaves).map((cardId) => ({ cardId, reservation: reserving.reservation })) ?? [];
  const given = [...state.held.filter((card) => leaves(card.cardId)), ...reserved];
  return {
    ...rest,
    ...(reserving !== undefined && reserved.length === 0 ? { reserving } : {}),
    held: state.held.filter((card) => !leaves(card.cardId)),
    deliveredCardIds: state.deliveredCardIds.filter((cardId) => !leaves(cardId)),
    givenUp: [
      ...state.givenUp,
      ...given.map((card) => ({ ...card, revealed: revealed.includes(card.cardId), ...(cause === 'REPLACED' ? { reported: true as const } : {}) })),
    ],
    notOwed: state.notOwed + (cause === 'TAKEN_BACK' ? cardIds.length : 0),
  };
}

export const evolveCards: Evolvers<CardsEvent> = {
  CardReserved: (state, { reservation, cardIds }) => ({ ...state, reservations: reservation, reserving: { reservation, cardIds } }),
  CardReservationLost: (state, data) => giveUp(state, data.cardIds, []),
  CardsSecured: ({ reserving, ...state }, { reservation, cardIds }) => ({
    ...state,
    // Cards that a channel sold are secured under a reservation of their own, beside one of the pool that may be under way.
    ...(reserving === undefined || reserving.reservation === reservation ? {} : { reserving }),
    arriving: state.arriving.filter((card) => card.reservation !== reservation || !cardIds.includes(card.cardId)),
    held: [...state.held, ...cardIds.map((cardId) => ({ cardId, reservation }))],
  }),
  CardsGivenUp: (state, data) => giveUp(state, data.cardIds, data.revealedCardIds, data.cause),
  CardsReleased: (state, data) => ({ ...state, givenUp: state.givenUp.filter((card) => !data.cardIds.includes(card.cardId)) }),
  OrderDelivered: (state, data, at) => ({
    ...ended(state, data.partial ? 'PARTLY_DELIVERED' : 'DELIVERED', at),
    deliveredCardIds: data.cardIds,
    deliveredAt: state.deliveredAt ?? at,
    notOwed: data.partial ? (state.submitted?.quantity ?? 0) - data.cardIds.length : state.notOwed,
    replacements: state.replacements.map((replacement) => {
      const link = data.replaces?.find(({ replaces }) => replaces === replacement.cardId);
      return link === undefined ? replacement : { ...replacement, newCardId: link.cardId };
    }),
  }),
  CardsRevealed: (state, data, at) => ({
    ...state,
    revealedCardIds: [...new Set([...state.revealedCardIds, ...data.cardIds])],
    firstViewedAt: state.firstViewedAt ?? at,
    lastViewedAt: at,
  }),
};
