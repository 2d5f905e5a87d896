import type { Instant } from '../../../domain/kernel/time';
import type { EngineCommand } from '../../../domain/order/commands';
import type { Call } from '../../../domain/order/plan';
import type { GivenUpCard, OrderState } from '../../../domain/order/state';
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
  for (const { cardId, ...release } of cards) {
    await commands.handle(aggregates.card, cardId, { type: 'ReleaseCard', orderId, ...release }, contextOf(orderId, by, session));
  }
  return { type: 'RecordReleased', cardIds: cards.map(({ cardId }) => cardId) };
}

/**
 * Brings answered cards to their own streams: claimed for this order, or into the pool. Repeatable: what stands there already as
 * wanted is already so, and of two engines with different minds the later one finds what the first did.
 */
export async function stockCards(
  commands: CommandHandling,
  state: OrderState,
  { reservation, cards }: Extract<Call, { kind: 'stock-cards' }>,
  by: string,
  session: string,
): Promise<EngineCommand> {
  const { orderId } = state;
  const became: Record<'claimed' | 'surplus' | 'known', string[]> = { claimed: [], surplus: [], known: [] };
  for (const { cardId, claim } of cards) {
    const arriving = state.arriving.find((card) => card.cardId === cardId && card.reservation === reservation);
    const skuId = state.submitted?.skuId;
    if (arriving === undefined || skuId === undefined) continue;
    const command = { type: 'ReceiveCard', ...arriving, skuId, orderId, claim } as const;
    const received = await commands.handle(
      aggregates.card,
      cardId,
      command,
      contextOf(orderId, by, session),
      commands.absent(aggregates.card, cardId),
    );
    if (received.outcome === 'done') became[claim ? 'claimed' : 'surplus'].push(cardId);
    else became[received.rejection.code === 'DUPLICATE_CARD' ? 'known' : 'surplus'].push(cardId);
  }
  return { type: 'SettleGoods', reservation, ...became };
}
