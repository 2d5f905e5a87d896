import { reject } from '../kernel/rejection';
import { SECOND_MS, toIso } from '../kernel/time';
import type { PersonCommand } from './commands';
import type { Decision } from './decision';
import type { OrderEvent } from './events';
import { cardSubject, fullRefundOpen, inReview, isWithheld, type OrderState, type SubmittedOrder } from './state';

/** So often a code, and each code given for it, is replaced; then people talk about money. */
export const REISSUES_PER_CARD_MAX = 3;
/** So many replacements one order gets in all. */
export const REISSUES_PER_ORDER_MAX = 10;

/** How many cards stood here before this one. */
function timesReplaced({ replacements }: OrderState, cardId: string): number {
  let times = 0;
  let stoodFor = replacements.find(({ newCardId }) => newCardId === cardId);
  for (; stoodFor !== undefined && times < REISSUES_PER_CARD_MAX; times++) {
    const { cardId: before } = stoodFor;
    stoodFor = replacements.find(({ newCardId }) => newCardId === before);
  }
  return times;
}

/**
 * GIVEN a delivered card whose buyer reported it, or that could not be opened
 * WHEN  a person orders another one for it
 * THEN  the order lets it go for good, and the plan finds one more card, from whatever source has one
 * REJECTED CARD_NOT_IN_ORDER · CARD_NOT_REPORTED · REFUND_IN_PROGRESS when its money is on the way back · REISSUE_LIMIT_REACHED
 * ALREADY SO when another one was ordered for it
 */
export function reissueCard(command: Extract<PersonCommand, { type: 'ReissueCard' }>, state: SubmittedOrder): Decision {
  const { cardId, at } = command;
  if (state.replacements.some((one) => one.cardId === cardId)) return [];
  if (!state.deliveredCardIds.includes(cardId)) return reject('CARD_NOT_IN_ORDER');
  const subject = cardSubject(cardId);
  if (!state.reported.includes(cardId) && !inReview(state, subject)) return reject('CARD_NOT_REPORTED');
  if (fullRefundOpen(state) || isWithheld(state, cardId)) return reject('REFUND_IN_PROGRESS');
  if (timesReplaced(state, cardId) >= REISSUES_PER_CARD_MAX) return reject('REISSUE_LIMIT_REACHED', { most: REISSUES_PER_CARD_MAX });
  if (state.replacements.length >= REISSUES_PER_ORDER_MAX) return reject('REISSUE_LIMIT_REACHED', { most: REISSUES_PER_ORDER_MAX });
  const { skuId, terms } = state.submitted;
  const revealedCardIds = state.revealedCardIds.filter((id) => id === cardId);
  const deliverBy = toIso(at + terms.deliverWithinSeconds * SECOND_MS);
  const answered: readonly OrderEvent[] = inReview(state, subject) ? [{ type: 'ReviewResolved', data: { subject, resolution: 'PERSON' } }] : [];
  return [
    { type: 'ReissueOrdered', data: { round: state.replacements.length + 1, deliverBy, cause: 'REPORTED', cardId } },
    { type: 'CardsGivenUp', data: { skuId, cardIds: [cardId], revealedCardIds, cause: 'REPLACED' } },
    ...answered,
  ];
}
