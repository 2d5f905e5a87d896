import type { Happened } from '../kernel/event';
import { exhaustive } from '../kernel/decider';
import { fromIso, type Instant } from '../kernel/time';
import type { CardEvent, QuarantineCause } from './events';

export interface CardState {
  readonly status: 'ABSENT' | 'AVAILABLE' | 'CLAIMED' | 'QUARANTINED' | 'VOIDED' | 'EXPIRED';
  readonly skuId: string;
  readonly batchId: string;
  /** The key that its text is sealed with. */
  readonly sealedBy: string;
  /** Since when it stands as it does. */
  readonly since: Instant;
  /** No order may claim it from here on. */
  readonly expiresAt?: Instant;
  /** Who holds it while CLAIMED. */
  readonly claim?: { readonly orderId: string; readonly reservation: number };
  /** Why it is out of sale while QUARANTINED. */
  readonly quarantinedFor?: QuarantineCause;
  /** Every reservation that was ever released here: none of them may claim it any more. */
  readonly released: readonly string[];
}

/** The last instant that a date can say: when a card expires that does not. */
export const NEVER: Instant = 8_640_000_000_000_000;

export const noCard: CardState = { status: 'ABSENT', skuId: '', batchId: '', sealedBy: '', since: 0, released: [] };

export const reservationKey = (orderId: string, reservation: number): string => `${orderId}#${reservation}`;

/** Its time is over, whether or not that is on its stream yet. */
export const isExpired = ({ expiresAt }: Pick<CardState, 'expiresAt'>, at: Instant): boolean => expiresAt !== undefined && at >= expiresAt;

/** What a buyer holds, and what nobody bought in time, is kept readable so long and no longer; null: for ever. */
export function isPastRetention({ status, since }: Pick<CardState, 'status' | 'since'>, retentionMs: number | null, at: Instant): boolean {
  return retentionMs !== null && (status === 'CLAIMED' || status === 'EXPIRED') && at - since > retentionMs;
}

export function evolveCard(state: CardState, event: Happened<CardEvent>): CardState {
  const next = evolveStanding(state, event);
  return next.status === state.status ? next : { ...next, since: fromIso(event.occurredAt) };
}

function evolveStanding(state: CardState, event: Happened<CardEvent>): CardState {
  switch (event.type) {
    case 'CardStocked': {
      const { skuId, batchId, expiresAt, sealed } = event.data;
      const stocked = { ...state, status: 'AVAILABLE', skuId, batchId, sealedBy: sealed.kid } as const;
      return expiresAt === undefined ? stocked : { ...stocked, expiresAt: fromIso(expiresAt) };
    }
    case 'CardResealed':
      return { ...state, sealedBy: event.data.sealed.kid };
    case 'CardClaimed':
      return { ...state, status: 'CLAIMED', claim: { orderId: event.data.orderId, reservation: event.data.reservation } };
    case 'CardReleased': {
      const released = [...state.released, reservationKey(event.data.orderId, event.data.reservation)];
      if (!event.data.claimed) return { ...state, released };
      const { claim: _given, ...unclaimed } = state;
      return { ...unclaimed, status: 'AVAILABLE', released };
    }
    case 'CardQuarantined':
      return { ...state, status: 'QUARANTINED', quarantinedFor: event.data.cause };
    case 'CardVoided':
      return { ...state, status: 'VOIDED' };
    case 'CardExported':
      return state;
    case 'CardRestocked': {
      const { quarantinedFor: _over, ...sound } = state;
      return { ...sound, status: 'AVAILABLE' };
    }
    case 'CardExpired':
      return { ...state, status: 'EXPIRED' };
    default:
      return exhaustive(event, state);
  }
}
