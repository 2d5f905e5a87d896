import type { Instant } from '../../../domain/kernel/time';
import type { EngineCommand } from '../../../domain/order/commands';
import type { GivenUpCard } from '../../../domain/order/state';
import { aggregates } from '../../aggregates';
import type { CommandContext, CommandHandling } from '../../handle-command';

/** Claims and releases are granted to one engine, session and try: their ids are made of `by`, so that of two engines only one is told "committed". */
function contextOf(orderId: string, by: string, session: string): CommandContext & { readonly by: string } {
  return { commandId: by, correlationId: orderId, causationId: by, actor: { kind: 'ENGINE', id: session }, by };
}

/**
 * Claims every card of a reservation in card-id order and stops at the first loss. Repeatable: what this reservation holds
 * already is already so, and a card that heard of its release refuses.
 */
export async function claimCards(
  commands: CommandHandling,
  orderId: string,
  reservation: number,
  cardIds: readonly string[],
  by: string,
  session: string,
): Promise<EngineCommand> {
  for (const cardId of [...cardIds].sort()) {
    const claim = (at: Instant) => ({ type: 'ClaimCard', orderId, reservation, at }) as const;
    const claimed = await commands.handle(aggregates.card, cardId, claim, contextOf(orderId, by, session));
    if (claimed.outcome === 'rejected') return { type: 'SettleReservation', reservation, lostCardId: cardId };
  }
  return { type: 'SettleReservation', reservation };
}

/** Tells every given-up card, claimed or not, so that a late claim of that reservation conflicts. Repeatable. */
export async function releaseCards(
  commands: CommandHandling,
  orderId: string,
  cards: readonly GivenUpCard[],
  by: string,
  session: string,
): Promise<EngineCommand> {
  for (const { cardId, reservation, revealed } of cards) {
    await commands.handle(aggregates.card, cardId, { type: 'ReleaseCard', orderId, reservation, revealed }, contextOf(orderId, by, session));
  }
  return { type: 'RecordReleased', cardIds: cards.map(({ cardId }) => cardId) };
}
