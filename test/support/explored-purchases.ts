import { isRejection } from '../../src/domain/kernel/rejection';
import { toIso } from '../../src/domain/kernel/time';
import { card } from '../../src/domain/card/decide';
import { noCard } from '../../src/domain/card/state';
import type { EngineCommand } from '../../src/domain/order/commands';
import type { Call } from '../../src/domain/order/plan';
import { findPurchase } from '../../src/domain/order/goods';
import { isPurchaseOpen } from '../../src/domain/order/purchase';
import type { PurchaseAnswer, StockedCards } from '../../src/domain/order/purchase-commands';
import type { OrderState } from '../../src/domain/order/state';
import { defaultTiming, retryDelayMs } from '../../src/domain/order/timing';
import type { ExploredShop } from './explored-shop';
import type { BookedPurchase, ExploredChannel } from './explored-channel';
import { ORDER_ID } from './given';

export type PurchaseCall = Extract<Call, { kind: 'request-purchase' | 'query-purchase' | 'cancel-purchase' }>;

export const isPurchaseCall = (call: Call): call is PurchaseCall =>
  call.kind === 'request-purchase' || call.kind === 'query-purchase' || call.kind === 'cancel-purchase';

/** What the channel does when the call reaches it. */
export function arriveAtChannel(shop: ExploredShop, call: PurchaseCall): PurchaseAnswer {
  const purchase = findPurchase(shop.state, call.requestId);
  if (purchase === undefined) return { kind: 'UNKNOWN', cause: 'NO_SUCH' };
  const channel = shop.channel(purchase.channelId);
  switch (call.kind) {
    case 'request-purchase': {
      const toppedUp = purchase.request.fields !== undefined;
      return channel.purchase(purchase.request, shop.now, shop.faulty, (booked) => finishLater(shop, channel, booked, toppedUp));
    }
    case 'query-purchase': {
      const answer = channel.query(call.requestId, shop.now, shop.faulty);
      return answer.kind === 'NOT_FOUND' ? { kind: 'NOT_FOUND', final: call.notFoundIsFinal } : answer;
    }
    case 'cancel-purchase':
      return channel.cancel(call.requestId, shop.now, shop.faulty);
  }
}

/** A pending purchase ends within hours, and its channel rings once, twice or, in bad times, not at all. */
function finishLater(shop: ExploredShop, channel: ExploredChannel, booked: BookedPurchase, toppedUp: boolean): void {
  shop.later(shop.chance.upTo(shop.chance.hit(0.7) ? 60_000 : 5_400_000), () => {
    channel.finish(booked, toppedUp, shop.faulty);
    for (let rings = shop.faulty ? shop.chance.upTo(2) : 1; rings > 0; rings--)
      shop.later(shop.chance.upTo(60_000), () => ring(shop, channel, booked));
  });
}

/** A signed notice: a hint where the channel can be asked, its word where it cannot. */
export function ring(shop: ExploredShop, channel: ExploredChannel, booked: BookedPurchase): void {
  const purchase = findPurchase(shop.state, booked.requestId);
  if (purchase === undefined) return;
  const { requestId, channelId } = purchase;
  const { lookup, replay, cancel } = channel.flags;
  if (lookup || cancel || (replay && isPurchaseOpen(purchase)))
    shop.command({ type: 'RecordPurchaseNotice', requestId, channelId, noticeId: `n-${shop.now}`, claimedStatus: booked.status });
  else shop.command({ type: 'RecordPurchaseAnswer', requestId, answer: channel.report(booked), first: false, at: shop.now });
}

export function purchaseAnswered(shop: ExploredShop, call: PurchaseCall, answer: PurchaseAnswer): EngineCommand {
  return {
    type: 'RecordPurchaseAnswer',
    requestId: call.requestId,
    answer,
    first: call.kind === 'request-purchase' && call.first,
    retryAt: shop.now + retryDelayMs(defaultTiming, ORDER_ID, 'purchase', shop.state.purchases.length),
    ...(call.nextCheckAt === undefined ? {} : { nextCheckAt: call.nextCheckAt }),
    at: shop.now,
  };
}

/** Brings one card to its own stream, as the engine that read `state` wants it. */
export function receiveCard(shop: ExploredShop, state: OrderState, reservation: number, cardId: string, claim: boolean): keyof StockedCards | null {
  const arriving = state.arriving.find((a) => a.reservation === reservation && a.cardId === cardId);
  if (arriving === undefined) return null;
  const { requestId, sealed, fingerprint, cost, channelId } = arriving;
  const before = shop.cards.get(cardId) ?? noCard;
  const optional = { ...(cost === undefined ? {} : { cost }), ...(channelId === undefined ? {} : { channelId }) };
  const decision = card.decide(
    { type: 'ReceiveCard', skuId: 'sku-1', requestId, sealed, fingerprint, orderId: ORDER_ID, reservation, claim, ...optional },
    before,
  );
  if (isRejection(decision)) return decision.code === 'DUPLICATE_CARD' ? 'known' : 'surplus';
  shop.cards.set(
    cardId,
    decision.reduce((folded, event) => card.evolve(folded, { ...event, occurredAt: toIso(shop.now) }), before),
  );
  return claim ? 'claimed' : 'surplus';
}
