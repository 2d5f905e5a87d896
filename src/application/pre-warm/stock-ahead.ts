import type { PreWarm, PreWarmCommand } from '../../domain/job/pre-warm';
import type { Call } from '../../domain/order/plan';
import { aggregates } from '../aggregates';
import type { CommandHandling } from '../handle-command';

/**
 * Brings cards that were bought ahead to their own streams: each is born into the pool, at its cost. Repeatable: a card that stands there
 * from the same purchase came the first time; any other of its code was known before, and is no goods.
 */
export async function stockAhead(
  commands: CommandHandling,
  { ordered, order }: PreWarm,
  { reservation, cards }: Extract<Call, { kind: 'stock-cards' }>,
  by: string,
): Promise<PreWarmCommand> {
  const surplus: string[] = [];
  const known: string[] = [];
  const actor = { kind: 'ENGINE', id: by.slice(0, by.indexOf(':')) } as const;
  for (const { cardId } of cards) {
    const arriving = order.arriving.find((card) => card.cardId === cardId && card.reservation === reservation);
    if (arriving === undefined) continue;
    const { requestId, reservation: _group, cardId: _id, ...card } = arriving;
    const command = { type: 'StockCard', ...card, skuId: ordered.skuId, batchId: requestId } as const;
    const context = { commandId: by, correlationId: order.orderId, causationId: by, actor, by };
    const stocked = await commands.handle(aggregates.card, cardId, command, context, commands.absent(aggregates.card, cardId));
    commands.forget(aggregates.card, cardId);
    const isOurs = stocked.outcome === 'done' || stocked.state.batchId === requestId;
    (isOurs ? surplus : known).push(cardId);
  }
  return { type: 'SettleGoods', reservation, claimed: [], surplus, known };
}
