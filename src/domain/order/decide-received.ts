import { money, times, type Money } from '../kernel/money';
import { reject } from '../kernel/rejection';
import { handInId } from '../kernel/ids';
import type { Decision } from './decision';
import { answeredReview } from './confirmed-money';
import type { OrderEvent } from './events';
import { BY_HAND, findPurchase, goodsInDoubt, isTopUp, purchaseSubject, unwantedSince } from './goods';
import { isPurchaseOpen, type Purchase } from './purchase';
import type { HandInCommand, PurchaseEngineCommand, PurchaseReport } from './purchase-commands';
import type { DisputeProblem, ReceivedCard } from './purchase-events';
import { inReview, unitsOwed, type SubmittedOrder } from './state';

const distinct = (cards: readonly ReceivedCard[]): readonly ReceivedCard[] => [...new Map(cards.map((card) => [card.cardId, card])).values()];

interface Dispute {
  readonly problem: DisputeProblem;
  readonly cards: number;
  readonly amount: Money;
}

/** What the channel owes after its first answer with goods: entries that are no cards or no new ones, and what is dearer than agreed. */
function disputesOf(purchase: Purchase, report: PurchaseReport, good: number, hasReceipt: boolean): readonly Dispute[] {
  const { maxUnitCost, quantity } = purchase.request;
  const unitCost = money(report.unitCostMinor, report.currency);
  const twice = report.cards.length - good;
  const promised = report.status === 'COMPLETED' && !hasReceipt ? quantity : 0;
  const missing = Math.max(0, promised - report.cards.length - report.malformed);
  const units = hasReceipt ? quantity : good;
  const excess = money(unitCost.amountMinor - maxUnitCost.amountMinor, report.currency);
  const foreign = report.currency !== maxUnitCost.currency;
  const of = (problem: DisputeProblem, cards: number, each: Money): readonly Dispute[] =>
    cards > 0 ? [{ problem, cards, amount: times(each, cards) }] : [];
  return [
    ...of('SAME_CARD_TWICE', twice, unitCost),
    ...of('MALFORMED_CARD', report.malformed, unitCost),
    ...of('MISSING_CARD', missing, unitCost),
    ...(foreign ? of('OTHER_CURRENCY', units, unitCost) : of('OVER_PRICE', excess.amountMinor > 0 ? units : 0, excess)),
  ];
}

/** A top-up cannot be put on a shelf: one that comes when nobody wants it any more is shown to a person. */
function uselessReceipt(state: SubmittedOrder, { requestId }: Purchase, units: number): readonly OrderEvent[] {
  const useful = unwantedSince(state) === undefined && unitsOwed(state) >= units;
  const subject = purchaseSubject(requestId);
  return useful || inReview(state, subject) ? [] : [{ type: 'ReviewOpened', data: { subject, cause: 'TOP_UP_NOT_WANTED' } }];
}

/**
 * The events of an answer that names goods: those that no earlier answer has named. None when all of them are known.
 * They come first whatever the purchase was taken for: refused, written off, cancelled, or of an order that has ended.
 */
export function received(state: SubmittedOrder, purchase: Purchase, report: PurchaseReport): readonly OrderEvent[] {
  const { requestId, channelId, request } = purchase;
  const { skuId } = state.submitted;
  const named = distinct(report.cards);
  const cards = named.filter(({ cardId }) => !purchase.cardIds.includes(cardId));
  const toppedUp = report.receipt !== undefined && report.status === 'COMPLETED' && named.length === 0 && isTopUp(state);
  const receipt = toppedUp && report.receipt !== undefined && !purchase.hasReceipt ? { units: request.quantity, sealed: report.receipt } : undefined;
  const first = purchase.status !== 'COMPLETED' && purchase.status !== 'PARTIAL';
  if (!first && cards.length === 0 && receipt === undefined) return [];
  const unitCost = money(report.unitCostMinor, report.currency);
  const goods: OrderEvent = {
    type: report.status === 'COMPLETED' ? 'PurchaseCompleted' : 'PurchasePartlyCompleted',
    data: { requestId, channelId, skuId, reservation: state.reservations + 1, cards, unitCost, ...(receipt === undefined ? {} : { receipt }) },
  };
  const disputes = first ? disputesOf(purchase, report, named.length, toppedUp) : [];
  const disputed = disputes.map((dispute): OrderEvent => ({
    type: 'PurchaseDisputed',
    data: { requestId, channelId, skuId, cardIds: [], ...dispute },
  }));
  const answered = isPurchaseOpen(purchase) || purchase.status === 'WRITTEN_OFF' ? answeredReview(state, purchaseSubject(requestId)) : [];
  return [goods, ...disputed, ...answered, ...(receipt === undefined ? [] : uselessReceipt(state, purchase, receipt.units))];
}

/** For each card that turns out to be no goods: what it cost above the agreed price is claimed back already. */
function stillOwed(state: SubmittedOrder, requestId: string, cost: Money): Money | undefined {
  const agreed = findPurchase(state, requestId)?.request.maxUnitCost;
  if (agreed === undefined) return cost;
  if (agreed.currency !== cost.currency) return undefined;
  return cost.amountMinor > agreed.amountMinor ? agreed : cost;
}

/**
 * GIVEN goods that were answered
 * WHEN  each card of them is on its own stream: claimed, in the pool, or known before
 * THEN  the claimed are secured, the surplus is stock at its cost, and a known code counts as not delivered and is disputed
 * ALREADY SO for cards that were settled before
 */
export function settleGoods(command: Extract<PurchaseEngineCommand, { type: 'SettleGoods' }>, state: SubmittedOrder): Decision {
  const { reservation } = command;
  const open = state.arriving.filter((card) => card.reservation === reservation);
  const [first] = open;
  if (first === undefined) return [];
  const { skuId } = state.submitted;
  const still = (cardIds: readonly string[]): readonly string[] => cardIds.filter((id) => open.some((card) => card.cardId === id));
  const [claimed, surplus, known] = [still(command.claimed), still(command.surplus), still(command.known)];
  const { requestId, channelId, cost } = first;
  const from = { requestId, skuId, ...(channelId === undefined ? {} : { channelId }) };
  const owed = cost === undefined ? undefined : stillOwed(state, requestId, cost);
  const amount = owed === undefined ? {} : { amount: times(owed, known.length) };
  const events: readonly (OrderEvent | false)[] = [
    claimed.length > 0 && { type: 'CardsSecured', data: { skuId, reservation, cardIds: claimed } },
    surplus.length > 0 && { type: 'SurplusStocked', data: { ...from, cardIds: surplus, ...(cost === undefined ? {} : { cost }) } },
    known.length > 0 && { type: 'PurchaseDisputed', data: { ...from, problem: 'KNOWN_CODE', cards: known.length, cardIds: known, ...amount } },
  ];
  return events.filter((event) => event !== false);
}

/**
 * GIVEN a paid order that lacks goods
 * WHEN  a person hands in codes, or a receipt for all that is owed
 * THEN  they are recorded first, and stocked, claimed and delivered like goods of a channel
 * REJECTED ILLEGAL_STATE when nobody wants them · PURCHASE_IN_DOUBT while a channel could still give them · TOO_MANY_CARDS
 */
export function deliverManually({ cards, receipt }: HandInCommand, state: SubmittedOrder): Decision {
  const owed = unitsOwed(state) - state.arriving.length;
  const wanted = state.paidAt !== undefined && unwantedSince(state) === undefined && owed > 0;
  if (!wanted || state.reserving !== undefined) return reject('ILLEGAL_STATE');
  if (goodsInDoubt(state)) return reject('PURCHASE_IN_DOUBT');
  const given = distinct(cards);
  if (given.length > owed) return reject('TOO_MANY_CARDS', { missing: owed });
  const rest = owed - given.length;
  if (given.length === 0 && receipt === undefined) return reject('ILLEGAL_STATE');
  const handed: OrderEvent = {
    type: 'GoodsHandedIn',
    data: {
      requestId: handInId(state.orderId, state.handIns + 1),
      skuId: state.submitted.skuId,
      reservation: state.reservations + 1,
      cards: given,
      ...(receipt === undefined || rest === 0 ? {} : { receipt: { units: rest, sealed: receipt } }),
    },
  };
  return rest === 0 || receipt !== undefined ? [handed, ...answeredReview(state, BY_HAND)] : [handed];
}
