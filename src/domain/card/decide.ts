import type { Decider } from '../kernel/decider';
import type { Money } from '../kernel/money';
import { reject, type Rejection } from '../kernel/rejection';
import type { Sealed } from '../kernel/sealed';
import type { Instant } from '../kernel/time';
import type { CardEvent } from './events';
import { evolveCard, isExpired, noCard, reservationKey, type CardState } from './state';

export type CardCommand =
  | {
      readonly type: 'StockCard';
      readonly skuId: string;
      readonly batchId: string;
      readonly sealed: Sealed;
      readonly fingerprint: string;
      readonly cost?: Money;
      /** The channel that it was bought from; its batch is then that purchase. */
      readonly channelId?: string;
      readonly expiresAt?: string;
    }
  | {
      readonly type: 'ReceiveCard';
      readonly skuId: string;
      /** The purchase or the hand-in that it came with: the batch of the card. */
      readonly requestId: string;
      readonly channelId?: string;
      readonly sealed: Sealed;
      readonly fingerprint: string;
      readonly cost?: Money;
      readonly expiresAt?: string;
      readonly orderId: string;
      readonly reservation: number;
      /** False when the order does not want it any more: it is born into the pool. */
      readonly claim: boolean;
    }
  | { readonly type: 'ClaimCard'; readonly orderId: string; readonly reservation: number; readonly at: Instant }
  | { readonly type: 'ReleaseCard'; readonly orderId: string; readonly reservation: number; readonly revealed: boolean; readonly reported?: true }
  | { readonly type: 'QuarantineCard'; readonly cause: 'SEAL_BROKEN' | 'PERSON' }
  | { readonly type: 'VoidCard'; readonly cause: string }
  | { readonly type: 'RestockCard'; readonly at: Instant }
  | { readonly type: 'ResealCard'; readonly sealed: Sealed }
  | { readonly type: 'ExportCard'; readonly exportId: string }
  | { readonly type: 'ExpireCard'; readonly at: Instant };

export type CardRejection = Rejection<
  'DUPLICATE_CARD' | 'CARD_NOT_FOUND' | 'CARD_TAKEN' | 'RESERVATION_RELEASED' | 'CARD_NOT_AVAILABLE' | 'CARD_EXPIRED' | 'CARD_REVEALED'
>;
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
 * GIVEN a card that was bought for an order, or handed in for it
 * WHEN  it is stocked
 * THEN  it is born claimed by that order, or, when nobody wants it any more, born available with its reservation released: of two
 *       who stock it at once, with different minds, the second finds what the first did, and a release always wins over a claim
 * REJECTED DUPLICATE_CARD when the code was known before · RESERVATION_RELEASED when it went to the pool already
 * ALREADY SO when it stands as wanted
 */
function receive(command: Extract<CardCommand, { type: 'ReceiveCard' }>, state: CardState): Decision {
  const { skuId, requestId, channelId, sealed, fingerprint, cost, expiresAt, orderId, reservation } = command;
  if (state.status !== 'ABSENT') {
    if (state.batchId !== requestId) return reject('DUPLICATE_CARD');
    if (!command.claim) return release({ type: 'ReleaseCard', orderId, reservation, revealed: false }, state);
    return state.released.includes(reservationKey(orderId, reservation)) ? reject('RESERVATION_RELEASED') : [];
  }
  const optional = {
    ...(cost === undefined ? {} : { cost }),
    ...(channelId === undefined ? {} : { channelId }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  const stocked: CardEvent = { type: 'CardStocked', data: { skuId, batchId: requestId, sealed, fingerprint, ...optional } };
  const claim = { skuId, batchId: requestId, orderId, reservation };
  return command.claim
    ? [stocked, { type: 'CardClaimed', data: { ...claim, requestId } }]
    : [stocked, { type: 'CardReleased', data: { ...claim, claimed: false, available: true } }];
}

/**
 * GIVEN an available card
 * WHEN  an order claims it for a reservation
 * THEN  it is that order's, and nobody else's
 * REJECTED RESERVATION_RELEASED when this reservation was given up before, whatever was read · CARD_TAKEN · CARD_NOT_AVAILABLE · CARD_EXPIRED
 * ALREADY SO when the same reservation holds it
 */
function claim(command: Extract<CardCommand, { type: 'ClaimCard' }>, state: CardState): Decision {
  const { orderId, reservation, at } = command;
  if (state.released.includes(reservationKey(orderId, reservation))) return reject('RESERVATION_RELEASED');
  if (state.status === 'CLAIMED') return state.claim?.orderId === orderId && state.claim.reservation === reservation ? [] : reject('CARD_TAKEN');
  if (state.status === 'EXPIRED' || (state.status === 'AVAILABLE' && isExpired(state, at))) return reject('CARD_EXPIRED');
  if (state.status !== 'AVAILABLE') return reject('CARD_NOT_AVAILABLE');
  return [{ type: 'CardClaimed', data: { skuId: state.skuId, batchId: state.batchId, orderId, reservation } }];
}

/**
 * GIVEN a card that an order reserved, claimed or not
 * WHEN  the order gives the reservation up
 * THEN  the card notes it, so a late claim is refused; a claimed card is available again, or quarantined when its buyer has seen it or says that it does not work
 * ALREADY SO when this reservation was released before
 */
function release(command: Extract<CardCommand, { type: 'ReleaseCard' }>, state: CardState): Decision {
  const { orderId, reservation, revealed, reported } = command;
  if (state.released.includes(reservationKey(orderId, reservation))) return [];
  const claimed = state.status === 'CLAIMED' && state.claim?.orderId === orderId && state.claim.reservation === reservation;
  const { skuId, batchId } = state;
  const available = claimed || state.status === 'AVAILABLE';
  const released: CardEvent = { type: 'CardReleased', data: { skuId, batchId, orderId, reservation, claimed, available } };
  if (!claimed || (!revealed && reported !== true)) return [released];
  const cause = reported === true ? 'REPORTED' : 'REVEALED_THEN_REFUNDED';
  return [released, { type: 'CardQuarantined', data: { skuId, batchId, from: 'AVAILABLE', cause } }];
}

/**
 * GIVEN a card that nobody holds
 * WHEN  it is quarantined (for now) or voided (for good)
 * THEN  no order can claim it
 * REJECTED CARD_TAKEN while an order holds it · ALREADY SO when it is out of sale that way, or for good (voided, expired)
 */
function takeOutOfSale(command: Extract<CardCommand, { type: 'QuarantineCard' | 'VoidCard' }>, state: CardState): Decision {
  const { status, skuId, batchId } = state;
  if (status === 'ABSENT') return reject('CARD_NOT_FOUND');
  if (status === 'CLAIMED') return reject('CARD_TAKEN', { orderId: state.claim?.orderId ?? '' });
  if (status === 'VOIDED' || status === 'EXPIRED') return [];
  if (command.type === 'VoidCard') return [{ type: 'CardVoided', data: { skuId, batchId, from: status, cause: command.cause } }];
  return status === 'QUARANTINED' ? [] : [{ type: 'CardQuarantined', data: { skuId, batchId, from: status, cause: command.cause } }];
}

/**
 * GIVEN a card that a person has quarantined
 * WHEN  it is found to be good
 * THEN  it is for sale again
 * REJECTED CARD_REVEALED when a buyer has seen it · CARD_EXPIRED · CARD_TAKEN · CARD_NOT_AVAILABLE when it is out of sale for good
 * ALREADY SO when it is for sale
 */
function restock({ at }: Extract<CardCommand, { type: 'RestockCard' }>, state: CardState): Decision {
  const { status, skuId, batchId, quarantinedFor } = state;
  if (status === 'AVAILABLE') return [];
  if (status === 'CLAIMED') return reject('CARD_TAKEN', { orderId: state.claim?.orderId ?? '' });
  if (quarantinedFor === 'REVEALED_THEN_REFUNDED' || quarantinedFor === 'REPORTED') return reject('CARD_REVEALED');
  if (status === 'EXPIRED' || isExpired(state, at)) return reject('CARD_EXPIRED');
  if (status !== 'QUARANTINED' || quarantinedFor !== 'PERSON') return reject('CARD_NOT_AVAILABLE');
  return [{ type: 'CardRestocked', data: { skuId, batchId } }];
}

/**
 * GIVEN a card that may still be opened
 * WHEN  its text is sealed under another key
 * THEN  it is opened with that one from here on; who holds it does not change
 * ALREADY SO when it is sealed with that key, or voided: nobody opens it any more
 */
function reseal({ sealed }: Extract<CardCommand, { type: 'ResealCard' }>, { status, skuId, batchId, sealedBy }: CardState): Decision {
  return status === 'VOIDED' || sealedBy === sealed.kid ? [] : [{ type: 'CardResealed', data: { skuId, batchId, sealed } }];
}

/**
 * GIVEN a card that nobody has bought
 * WHEN  its code is about to leave the shop in plain text
 * THEN  that is a fact, and it is out of sale until a person puts it back: somebody else may sell it now
 * REJECTED CARD_TAKEN while an order holds it · CARD_NOT_AVAILABLE when it is out of sale for good
 */
function exportCode({ exportId }: Extract<CardCommand, { type: 'ExportCard' }>, { status, skuId, batchId, claim }: CardState): Decision {
  if (status === 'CLAIMED') return reject('CARD_TAKEN', { orderId: claim?.orderId ?? '' });
  if (status !== 'AVAILABLE' && status !== 'QUARANTINED') return reject('CARD_NOT_AVAILABLE');
  const exported: CardEvent = { type: 'CardExported', data: { skuId, batchId, exportId } };
  return status === 'QUARANTINED' ? [exported] : [exported, { type: 'CardQuarantined', data: { skuId, batchId, from: status, cause: 'PERSON' } }];
}

/**
 * GIVEN an available card
 * WHEN  its time is over
 * THEN  it is out of sale for good, and counted as expired
 * ALREADY SO when its time is not over, or it is not for sale
 */
function expire({ at }: Extract<CardCommand, { type: 'ExpireCard' }>, state: CardState): Decision {
  const { status, skuId, batchId } = state;
  return status === 'AVAILABLE' && isExpired(state, at) ? [{ type: 'CardExpired', data: { skuId, batchId } }] : [];
}

function decideCard(command: CardCommand, state: CardState): Decision {
  if (command.type === 'StockCard') return stock(command, state);
  if (command.type === 'ReceiveCard') return receive(command, state);
  if (state.status === 'ABSENT') return reject('CARD_NOT_FOUND');
  switch (command.type) {
    case 'ClaimCard':
      return claim(command, state);
    case 'ReleaseCard':
      return release(command, state);
    case 'QuarantineCard':
    case 'VoidCard':
      return takeOutOfSale(command, state);
    case 'RestockCard':
      return restock(command, state);
    case 'ExportCard':
      return exportCode(command, state);
    case 'ResealCard':
      return reseal(command, state);
    case 'ExpireCard':
      return expire(command, state);
  }
}

export const card: Decider<CardCommand, CardEvent, CardState, CardRejection> = { initial: () => noCard, evolve: evolveCard, decide: decideCard };
