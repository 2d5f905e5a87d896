import type { OrderEvent } from '../../src/domain/order/events';
import { phaseOf, statusOf, type OrderStatus } from '../../src/domain/order/phase';
import { goodsInDoubt } from '../../src/domain/order/goods';
import { GivenBack } from '../../src/simulation/oracles/given-back';
import { capturedMinor, findRefund, isInDoubt, isProvenClosed, isWithheld, refundedMinor, type OrderState } from '../../src/domain/order/state';
import { brokenByPurchase, brokenGoodsAtRest } from './explored-goods-rules';
import { count, type ExploredShop } from './explored-shop';

/** What the buyer may see next. A status may always stay as it is. */
export const LEGAL_MOVES: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  AWAITING_PAYMENT: ['PROCESSING', 'FAILED', 'EXPIRED'],
  PROCESSING: ['COMPLETED', 'FAILED'],
  COMPLETED: ['PROCESSING'],
  FAILED: ['PROCESSING'],
  EXPIRED: ['PROCESSING'],
};

/** The only events that lead on from an end (I16). */
const CONTINUATIONS: ReadonlySet<OrderEvent['type']> = new Set(['OrderReopened', 'ReissueOrdered', 'RefundOrdered', 'RefundRefused', 'Compensated']);

/** Checked at every append. */
export function brokenByAppend(shop: ExploredShop, before: OrderState, event: OrderEvent): readonly string[] {
  const after = shop.state;
  const broken: string[] = [];
  const must = (holds: boolean, rule: string): void => void (holds || broken.push(`${rule} (at ${event.type}, event ${after.events})`));
  if (before.submitted !== undefined) {
    const [from, to] = [phaseOf(before), phaseOf(after)];
    count(shop.seen.moves, `${from} → ${to}`);
    // LatePaymentReceived and OrderReopened are one append: between them the order shows its old end.
    must(statusOf(from) === statusOf(to) || LEGAL_MOVES[statusOf(from)].includes(statusOf(to)), `${from} → ${to} is no legal move`);
    must(
      before.end === undefined || after.end?.kind === before.end.kind || CONTINUATIONS.has(event.type),
      'An end is left only by its continuations',
    );
  }
  must(after.events < 300, 'An order stays short');
  must(after.payments.filter((payment) => payment.role === 'KEPT').length <= 1, 'At most one charge is kept');
  must(refundedMinor(after) <= capturedMinor(after), 'Never more is returned than was captured');
  if (event.type === 'PaymentRequested') {
    for (const payment of before.payments) {
      const gateway = shop.gateway(payment.gatewayId);
      const mayTakeMoney = !isProvenClosed(payment) && payment.status !== 'DECLINED' && payment.status !== 'MISMATCHED';
      const watched = payment.status === 'OPEN' && !gateway.flags.cancel && !isInDoubt(payment);
      must(!mayTakeMoney || watched, 'No second reference while the first could still take money');
      must(!isProvenClosed(payment) || gateway.payments.get(payment.reference)?.status !== 'OPEN', 'What counts as closed is closed at the gateway');
    }
  }
  if (event.type === 'RefundRequested' && findRefund(before, event.data.refundReference)?.cause !== 'SURPLUS') {
    must(!before.payments.some(isInDoubt), 'No compensation starts while a doubt that could take money is open');
    must(!goodsInDoubt(before), 'No compensation starts while a doubt that could give goods is open');
  }
  broken.push(...brokenByPurchase(shop, before, event));
  if (event.type === 'CardsRevealed') {
    const shows = event.data.cardIds.every((id) => before.held.some((card) => card.cardId === id) && !isWithheld(before, id));
    must(shows && before.end?.kind !== 'REFUNDED' && before.frozen === undefined, 'Only what the order holds and nobody takes back is revealed');
    must(
      event.data.cardIds.every((id) => shop.cards.get(id)?.claim?.orderId === before.orderId),
      'A revealed card is claimed by this order',
    );
  }
  return broken;
}

/** Checked when nothing is left to happen. */
export function brokenAtRest(shop: ExploredShop): readonly string[] {
  const { state } = shop;
  const broken: string[] = [];
  const must = (holds: boolean, rule: string): void => void (holds || broken.push(`${rule} (at rest, ${phaseOf(state)})`));
  const shown = state.reviews.length > 0 || state.frozen !== undefined;
  must(shown || (state.end !== undefined && phaseOf(state) === state.end.kind), 'Everything ends or is in review');
  for (const [cardId, card] of shop.cards) {
    const held = state.held.some((mine) => mine.cardId === cardId);
    const claimed = card.status === 'CLAIMED' && card.claim?.orderId === state.orderId;
    must(
      held === claimed || (claimed && state.reserving !== undefined && shown) || state.frozen !== undefined,
      `Card ${cardId} is claimed by whoever holds it`,
    );
  }
  if (shown) return broken;
  broken.push(...brokenGoodsAtRest(shop));
  must(state.reserving === undefined && state.givenUp.length === 0 && state.arriving.length === 0, 'No card hangs between two streams');
  must(
    state.held.every((card) => state.deliveredCardIds.includes(card.cardId)),
    'An order at rest holds only what it delivered',
  );
  for (const payment of state.payments) {
    const gateway = shop.gateway(payment.gatewayId);
    must(
      gateway.capturedMinor(payment.reference) === (payment.captured?.amountMinor ?? 0),
      `The gateway and the order agree on what ${payment.reference} captured`,
    );
    const refunded = state.refunds
      .filter((r) => r.reference === payment.reference && r.status === 'DONE')
      .reduce((sum, r) => sum + r.amount.amountMinor, 0);
    must(gateway.refundedMinor(payment.reference) === refunded, `The gateway and the order agree on what ${payment.reference} returned`);
  }
  const bought =
    state.end?.kind === 'DELIVERED' || state.end?.kind === 'PARTLY_DELIVERED'
      ? (state.deliveredCardIds.length + deliveredReceiptUnits(shop)) * 1_000
      : 0;
  const kept = capturedMinor(state) - refundedMinor(state);
  const givenBack = new GivenBack();
  for (const event of shop.log) givenBack.see(event);
  const { giftsMinor } = givenBack;
  must(
    kept === Math.max(0, bought - giftsMinor),
    `Charged less refunded (${kept}) is what was delivered (${bought}) less what people gave of it (${giftsMinor})`,
  );
  return broken;
}

function deliveredReceiptUnits({ log }: ExploredShop): number {
  const delivered = log.findLast((event) => event.type === 'OrderDelivered');
  return delivered?.type === 'OrderDelivered' ? (delivered.data.receiptUnits ?? 0) : 0;
}
