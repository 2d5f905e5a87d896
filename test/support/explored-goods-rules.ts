import type { OrderEvent } from '../../src/domain/order/events';
import { findPurchase, goodsInDoubt } from '../../src/domain/order/goods';
import { isPurchaseOpen } from '../../src/domain/order/purchase';
import type { OrderState } from '../../src/domain/order/state';
import type { ExploredShop } from './explored-shop';

/** Checked at every append: I8, and that nothing more is delivered than was paid for. */
export function brokenByPurchase(shop: ExploredShop, before: OrderState, event: OrderEvent): readonly string[] {
  const broken: string[] = [];
  const must = (holds: boolean, rule: string): void => void (holds || broken.push(`${rule} (at ${event.type}, event ${shop.state.events})`));
  if (event.type === 'PurchaseRequested') {
    must(!goodsInDoubt(before), 'No second purchase while the first could still give goods');
    must(before.arriving.length === 0 && before.reserving === undefined, 'Nothing is bought while goods are on their way in');
    must(before.paidAt !== undefined && before.end === undefined, 'Nothing is bought for an order that nobody paid, or that has ended');
    for (const { requestId, channelId, status } of before.purchases) {
      const booked = shop.channel(channelId).purchases.get(requestId);
      const proven = status === 'REFUSED' || status === 'CANCELLED';
      must(!proven || booked === undefined || booked.status === status, `What counts as ${status} is so at the channel`);
    }
  }
  if (event.type === 'CardReserved') must(!goodsInDoubt(before), 'No card is taken from the pool while a channel could still give one');
  if (event.type === 'OrderDelivered' && before.submitted !== undefined)
    must(event.data.cardIds.length + (event.data.receiptUnits ?? 0) <= before.submitted.quantity, 'Never more is delivered than was ordered');
  return broken;
}

/** Checked at rest: what the channels sold is where it belongs, to the last card. */
export function brokenGoodsAtRest(shop: ExploredShop): readonly string[] {
  const { state } = shop;
  const broken: string[] = [];
  const must = (holds: boolean, rule: string): void => void (holds || broken.push(`${rule} (goods at rest)`));
  must(!state.purchases.some(isPurchaseOpen), 'Every purchase came to an end');
  for (const channel of shop.channels) {
    const { lookup, cancel } = channel.flags;
    for (const booked of channel.purchases.values()) {
      const purchase = findPurchase(state, booked.requestId);
      const sold = booked.status === 'COMPLETED' || booked.status === 'PARTIAL';
      const atRisk = purchase?.status === 'WRITTEN_OFF' && !(lookup || cancel);
      if (!sold || atRisk) continue;
      must(purchase?.status === 'COMPLETED' || purchase?.status === 'PARTIAL', `What ${booked.requestId} sold is known, or booked as a risk`);
      for (const cardId of booked.cards) must(shop.cards.has(cardId), `${cardId}, which ${booked.requestId} sold, is on its own stream`);
      must(
        !booked.hasReceipt || state.submitted?.fields === undefined || purchase?.hasReceipt === true,
        `The receipt of ${booked.requestId} is kept`,
      );
    }
  }
  for (const purchase of state.purchases)
    for (const cardId of purchase.cardIds) {
      const card = shop.cards.get(cardId);
      must(card !== undefined && card.status !== 'ABSENT', `${cardId} of ${purchase.requestId} is on its own stream`);
      must(
        card?.batchId !== purchase.requestId || shop.channel(purchase.channelId).purchases.get(purchase.requestId)?.cards.includes(cardId) === true,
        `${cardId} was sold by ${purchase.requestId}`,
      );
    }
  return broken;
}
