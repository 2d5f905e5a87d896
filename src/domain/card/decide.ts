import type { Decider } from '../kernel/decider';
import type { Money } from '../kernel/money';
import { reject, type Rejection } from '../kernel/rejection';
import type { Sealed } from '../kernel/sealed';
import type { CardEvent } from './events';
import { evolveCard, noCard, reservationKey, type CardState } from './state';

export type CardCommand =
  | { readonly type: 'StockCard'; readonly skuId: string; readonly batchId: string; readonly sealed: Sealed; readonly fingerprint: string; readonly cost?: Money }
  | { readonly type: 'ClaimCard'; readonly orderId: string; readonly reservation: number }
  | { readonly type: 'ReleaseCard'; readonly orderId: string; readonly reservation: number; readonly revealed: boolean }
  | { readonly type: 'QuarantineCard'; readonly cause: 'SEAL_BROKEN' | 'PERSON' }
  | { readonly type: 'VoidCard'; readonly cause: string };

export type CardRejection = Rejection<'DUPLICATE_CARD' | 'CARD_NOT_FOUND' | 'CARD_TAKEN' | 'RESERVATION_RELEASED' | 'CARD_NOT_AVAILABLE'>;
type Decision = readonly CardEvent[] | CardRejection;

/**
 * GIVEN nothing is stored under this card id
 * WHEN  a code is stocked
 * THEN  it is available
 * REJECTED DUPLICATE_CARD when the id exists: the id is made from the code, so it is the same code
 */
function stock(command: Extract<CardCommand, { type: 'StockCard' }>, state: CardState): Decision {
  if (state.status !== 'ABSENT') return reject('DUPLICATE_CARD');
  const { type: _type, ...data } = command;
  return [{ type: 'CardStocked', data }];
}

/**
 * GIVEN an available card
 * WHEN  an order claims it for a reservation
 * THEN  it is that order's, and nobody else's
 * REJECTED RESERVATION_RELEASED when this reservation was given up before, whatever was read · CARD_TAKEN · CARD_NOT_AVAILABLE
 * ALREADY SO when the same reservation holds it
 */
function claim(command: Extract<CardCommand, { type: 'ClaimCard' }>, state: CardState): Decision {
  const { orderId, reservation } = command;
  if (state.released.includes(reservationKey(orderId, reservation))) return reject('RESERVATION_RELEASED');
  if (state.status === 'CLAIMED') return state.claim?.orderId === orderId && state.claim.reservation === reservation ? [] : reject('CARD_TAKEN');
  if (state.status !== 'AVAILABLE') return reject('CARD_NOT_AVAILABLE');
  return [{ type: 'CardClaimed', data: { skuId: state.skuId, batchId: state.batchId, orderId, reservation } }];
}

/**
 * GIVEN a card that an order reserved, claimed or not
 * WHEN  the order gives the reservation up
 * THEN  the card notes it, so a late claim is refused; a claimed card is available again, or quarantined when its buyer has seen it
 * ALREADY SO when this reservation was released before
 */
function release(command: Extract<CardCommand, { type: 'ReleaseCard' }>, state: CardState): Decision {
  const { orderId, reservation, revealed } = command;
  if (state.released.includes(reservationKey(orderId, reservation))) return [];
  const claimed = state.status === 'CLAIMED' && state.claim?.orderId === orderId && state.claim.reservation === reservation;
  const { skuId, batchId } = state;
  const released: CardEvent = { type: 'CardReleased', data: { skuId, batchId, orderId, reservation, claimed } };
  return claimed && revealed ? [released, { type: 'CardQuarantined', data: { skuId, batchId, cause: 'REVEALED_THEN_REFUNDED' } }] : [released];
}

/**
 * GIVEN a card that nobody holds
 * WHEN  it is taken out of sale (quarantined for now, voided for good)
 * THEN  no order can claim it
 * REJECTED CARD_TAKEN while an order holds it · ALREADY SO when it is out of sale that way
 */
function takeOutOfSale(event: CardEvent, target: CardState['status'], state: CardState): Decision {
  if (state.status === target) return [];
  return state.status === 'CLAIMED' ? reject('CARD_TAKEN') : [event];
}

function decideCard(command: CardCommand, state: CardState): Decision {
  if (command.type === 'StockCard') return stock(command, state);
  if (state.status === 'ABSENT') return reject('CARD_NOT_FOUND');
  const { skuId, batchId } = state;
  switch (command.type) {
    case 'ClaimCard':
      return claim(command, state);
    case 'ReleaseCard':
      return release(command, state);
    case 'QuarantineCard':
      return takeOutOfSale({ type: 'CardQuarantined', data: { skuId, batchId, cause: command.cause } }, 'QUARANTINED', state);
    case 'VoidCard':
      return takeOutOfSale({ type: 'CardVoided', data: { skuId, batchId, cause: command.cause } }, 'VOIDED', state);
  }
}

export const card: Decider<CardCommand, CardEvent, CardState, CardRejection> = { initial: () => noCard, evolve: evolveCard, decide: decideCard };
