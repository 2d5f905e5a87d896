import { reject } from '../kernel/rejection';
import { SECOND_MS, toIso } from '../kernel/time';
import type { EngineCommand } from './commands';
import type { Decision } from './decision';
import { answeredReview } from './confirmed-money';
import { orderRefund } from './decide-refund';
import type { GiveUpCause, OrderEvent } from './events';
import { BY_HAND, goodsInDoubt } from './goods';
import { allSecured, cardsMissing, keptPayment, lettingGo, openReplacements, receiptUnits, refundableMinor, type SubmittedOrder } from './state';

type Command<T extends EngineCommand['type']> = Extract<EngineCommand, { type: T }>;

/** The review of an order whose cards did not come in time. */
export const DEADLINE = 'deadline';

/**
 * GIVEN an order that wants cards, has no reservation to settle, and to which no channel could still give any
 * WHEN  candidates are proposed
 * THEN  they are reserved under a number of their own; each is claimed on its own stream next
 */
export function reserveCards(command: Command<'ReserveCards'>, state: SubmittedOrder): Decision {
  const { cardIds, by } = command;
  const distinct = new Set(cardIds).size === cardIds.length && !cardIds.some((id) => state.held.some((card) => card.cardId === id));
  const free = state.reserving === undefined && state.arriving.length === 0 && !goodsInDoubt(state);
  const wanted = !lettingGo(state) && free && cardIds.length > 0 && cardIds.length <= cardsMissing(state);
  if (!distinct || !wanted) return reject('ILLEGAL_STATE');
  return [{ type: 'CardReserved', data: { skuId: state.submitted.skuId, reservation: state.reservations + 1, cardIds: [...cardIds].sort(), by } }];
}

/**
 * GIVEN a reservation
 * WHEN  every card of it was claimed, or one was lost to another order
 * THEN  all are secured, or the whole reservation is lost and every card of it is released
 * ALREADY SO when this reservation was settled before
 */
export function settleReservation(command: Command<'SettleReservation'>, state: SubmittedOrder): Decision {
  const { reserving } = state;
  if (reserving?.reservation !== command.reservation) return [];
  const { skuId } = state.submitted;
  const { reservation, cardIds } = reserving;
  if (command.lostCardId !== undefined)
    return [{ type: 'CardReservationLost', data: { skuId, reservation, lostCardId: command.lostCardId, cardIds } }];
  return [{ type: 'CardsSecured', data: { skuId, reservation, cardIds } }];
}

/** Cards that the order holds or reserves and has not delivered. */
export function undelivered(state: SubmittedOrder): readonly string[] {
  const held = state.held.map((card) => card.cardId).filter((id) => !state.deliveredCardIds.includes(id));
  return [...held, ...(state.reserving?.cardIds ?? [])];
}

/**
 * GIVEN an order that has ended, is being refunded or cancelled
 * WHEN  it still holds or reserves undelivered cards
 * THEN  they are given up
 * REJECTED ILLEGAL_STATE while they are wanted
 */
export function giveUpUndelivered(state: SubmittedOrder): Decision {
  if (!lettingGo(state)) return reject('ILLEGAL_STATE');
  const cardIds = undelivered(state);
  if (cardIds.length === 0) return [];
  const cause: GiveUpCause = state.end === undefined ? 'REFUNDED' : 'ENDED';
  return [{ type: 'CardsGivenUp', data: { skuId: state.submitted.skuId, cardIds, revealedCardIds: [], cause } }];
}

export function recordReleased(command: Command<'RecordReleased'>, state: SubmittedOrder): Decision {
  const cardIds = command.cardIds.filter((id) => state.givenUp.some((card) => card.cardId === id));
  return cardIds.length === 0 ? [] : [{ type: 'CardsReleased', data: { skuId: state.submitted.skuId, cardIds } }];
}

function delivered(state: SubmittedOrder, partial: boolean, again?: ReturnType<typeof furtherDelivery>): OrderEvent {
  const { skuId, quantity } = state.submitted;
  const cardIds = state.held.map((card) => card.cardId);
  const units = Math.min(receiptUnits(state), quantity - cardIds.length);
  return { type: 'OrderDelivered', data: { skuId, cardIds, partial, ...(units === 0 ? {} : { receiptUnits: units }), ...again } };
}

const answeredReviews = (state: SubmittedOrder): readonly OrderEvent[] => [...answeredReview(state, DEADLINE), ...answeredReview(state, BY_HAND)];

/**
 * GIVEN a paid order with every card secured
 * WHEN  no refund of the whole is under way
 * THEN  it is delivered; a delivery in a reissue round also settles what the shop owed, and names which card stands for which
 */
export function deliverOrder(state: SubmittedOrder): Decision {
  if (lettingGo(state) || state.paidAt === undefined || !allSecured(state)) return reject('ILLEGAL_STATE');
  const { skuId } = state.submitted;
  const again = furtherDelivery(state);
  const reissued = again === undefined ? state.reissueRounds > 0 : again.replaces.length > 0;
  const compensated: readonly OrderEvent[] = reissued ? [{ type: 'Compensated', data: { method: 'REISSUE', skuId } }] : [];
  return [delivered(state, state.notOwed > 0, again), ...compensated, ...answeredReviews(state)];
}

/** What is new in a delivery that is not the first one: undefined for the first. */
function furtherDelivery(state: SubmittedOrder) {
  if (state.deliveredAt === undefined) return undefined;
  const added = state.held.map((card) => card.cardId).filter((id) => !state.deliveredCardIds.includes(id));
  const open = openReplacements(state);
  const replaces = added.flatMap((cardId, index) => {
    const old = open[index];
    return old === undefined ? [] : [{ cardId, replaces: old.cardId }];
  });
  return { added, replaces };
}

/**
 * GIVEN a SPLIT order whose deadline has passed with some cards secured
 * WHEN  the rest cannot be had
 * THEN  what is there is delivered and the price of the rest, as far as it is still ours, is ordered back, in one append
 */
export function deliverPart(state: SubmittedOrder): Decision {
  const payment = keptPayment(state);
  const missing = cardsMissing(state);
  const { terms } = state.submitted;
  const settled = state.reserving === undefined && state.arriving.length === 0 && !goodsInDoubt(state);
  const divides = terms.partial === 'SPLIT' && settled && state.held.length + receiptUnits(state) > 0 && missing > 0;
  if (lettingGo(state) || payment === undefined || !divides) return reject('ILLEGAL_STATE');
  const rest = Math.min(terms.unitPrice.amountMinor * missing, refundableMinor(state, payment));
  const refund = rest > 0 ? [orderRefund(state, payment, rest, 'PARTIAL', [])] : [];
  return [delivered(state, true), ...refund, ...answeredReviews(state)];
}

/** One more bounded round of looking for cards, with a deadline of its own. REJECTED ILLEGAL_STATE when there was one, or nothing is owed. */
export function reissueOrder(command: Command<'ReissueOrder'>, state: SubmittedOrder): Decision {
  if (lettingGo(state) || state.paidAt === undefined || state.reissueRounds > 0) return reject('ILLEGAL_STATE');
  const deliverBy = toIso(command.at + state.submitted.terms.deliverWithinSeconds * SECOND_MS);
  return [{ type: 'ReissueOrdered', data: { round: state.reissueRounds + 1, deliverBy, cause: 'DEADLINE' } }];
}
