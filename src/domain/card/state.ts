import type { Happened } from '../kernel/event';
import { exhaustive } from '../kernel/decider';
import type { CardEvent } from './events';

export interface CardState {
  readonly status: 'ABSENT' | 'AVAILABLE' | 'CLAIMED' | 'QUARANTINED' | 'VOIDED';
  readonly skuId: string;
  readonly batchId: string;
  /** Who holds it while CLAIMED. */
  readonly claim?: { readonly orderId: string; readonly reservation: number };
  /** Every reservation that was ever released here: none of them may claim it any more. */
  readonly released: readonly string[];
}

export const noCard: CardState = { status: 'ABSENT', skuId: '', batchId: '', released: [] };

export const reservationKey = (orderId: string, reservation: number): string => `${orderId}#${reservation}`;

export function evolveCard(state: CardState, event: Happened<CardEvent>): CardState {
  switch (event.type) {
    case 'CardStocked':
      return { ...state, status: 'AVAILABLE', skuId: event.data.skuId, batchId: event.data.batchId };
    case 'CardClaimed':
      return { ...state, status: 'CLAIMED', claim: { orderId: event.data.orderId, reservation: event.data.reservation } };
    case 'CardReleased': {
      const released = [...state.released, reservationKey(event.data.orderId, event.data.reservation)];
      if (!event.data.claimed) return { ...state, released };
      const { claim: _given, ...unclaimed } = state;
      return { ...unclaimed, status: 'AVAILABLE', released };
    }
    case 'CardQuarantined':
      return { ...state, status: 'QUARANTINED' };
    case 'CardVoided':
      return { ...state, status: 'VOIDED' };
    default:
      return exhaustive(event, state);
  }
}
