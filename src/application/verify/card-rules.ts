import type { CardEvent } from '../../domain/card/events';
import { evolveCard, noCard, reservationKey, type CardState } from '../../domain/card/state';
import type { Happened, StoredEvent } from '../../domain/kernel/event';
import type { OrderState } from '../../domain/order/state';
import type { Violation } from './violation';

/** A folded card, and every order that ever held it. */
export interface FoldedCard {
  readonly state: CardState;
  readonly revision: number;
  readonly claimers: readonly string[];
}

export const unfoldedCard: FoldedCard = { state: noCard, revision: -1, claimers: [] };

export function foldCard(before: FoldedCard, event: StoredEvent): FoldedCard {
  const fact = event as unknown as Happened<CardEvent>;
  const claimer = fact.type === 'CardClaimed' && !before.claimers.includes(fact.data.orderId) ? [fact.data.orderId] : [];
  return { state: evolveCard(before.state, fact), revision: event.revision, claimers: [...before.claimers, ...claimer] };
}

/** Where a card has to stand for these facts: else the counts of stock would no longer add up to what was stocked. */
const STOOD: Readonly<Record<string, CardState['status']>> = { CardRestocked: 'QUARANTINED', CardExpired: 'AVAILABLE' };

/** I2 and I9 within the card: it is claimed only while nobody holds it, and only by a reservation that was not released. */
export function* cardEventViolations(before: CardState, event: StoredEvent): Generator<Violation> {
  const fact = event as unknown as CardEvent;
  const where = { stream: event.stream, revision: event.revision, position: event.position };
  if (fact.type === 'CardStocked' && before.status !== 'ABSENT') yield { kind: 'claim', ...where, message: 'stocked twice' };
  if (fact.type === 'CardClaimed') {
    if (fact.data.requestId !== undefined && (event.revision !== 1 || before.batchId !== fact.data.requestId))
      yield { kind: 'claim', ...where, message: `born of ${fact.data.requestId}, and not claimed as the first thing of its life` };
    if (before.status !== 'AVAILABLE') yield { kind: 'claim', ...where, message: `claimed by order ${fact.data.orderId} while ${before.status}` };
    const key = reservationKey(fact.data.orderId, fact.data.reservation);
    if (before.released.includes(key))
      yield { kind: 'claim', ...where, message: `claimed by reservation ${fact.data.reservation} of order ${fact.data.orderId}, which was released` };
  }
  const stood = fact.type === 'CardQuarantined' || fact.type === 'CardVoided' ? fact.data.from : STOOD[fact.type];
  if (stood !== undefined && stood !== before.status) yield { kind: 'claim', ...where, message: `${fact.type} from ${stood} while ${before.status}` };
  if (fact.type === 'CardReleased' && fact.data.claimed && before.claim?.orderId !== fact.data.orderId) {
    yield { kind: 'claim', ...where, message: `released by order ${fact.data.orderId}, which did not hold it` };
  }
}

/** The order knows that it holds this card, reaches for it, or lets it go. */
export function isKnownTo(order: OrderState, cardId: string): boolean {
  const { held, reserving, givenUp, arriving } = order;
  return (
    held.some((card) => card.cardId === cardId) ||
    reserving?.cardIds.includes(cardId) === true ||
    givenUp.some((card) => card.cardId === cardId) ||
    arriving.some((card) => card.cardId === cardId)
  );
}

/** The card's own stream says that this order holds it. */
export const isClaimedBy = ({ status, claim }: CardState, orderId: string): boolean => status === 'CLAIMED' && claim?.orderId === orderId;
