import type { StoredEvent } from '../../domain/kernel/event';
import { idOf } from '../../domain/kernel/ids';
import type { OrderEvent } from '../../domain/order/events';
import type { DisputeProblem } from '../../domain/order/purchase-events';
import { type BookedPurchase, hasSold } from '../ports/channel-book';
import type { Inboxes } from '../people/inboxes';
import type { SimulatedChannel } from '../ports/simulated-channel';
import { asOfOrder } from './bought-ahead';
import { cardIdsOf, type PurchaseWorld } from './running-purchases';

export interface PurchasesAtRest extends PurchaseWorld {
  readonly events: Iterable<StoredEvent>;
  readonly inboxes: Inboxes;
  /** Codes that came into the shop by import or by hand. */
  readonly importedCodes: ReadonlySet<string>;
  /** All of its money went back, and no person wanted it so. */
  readonly isRefunded: (orderId: string) => boolean;
}

/** Units that were paid for and are no goods. */
const WORTHLESS: ReadonlySet<DisputeProblem> = new Set(['SAME_CARD_TWICE', 'KNOWN_CODE', 'MALFORMED_CARD', 'MISSING_CARD']);

/** One purchase as our events tell it. */
interface Told {
  readonly requestId: string;
  readonly channelId: string;
  readonly orderId: string;
  readonly skuId: string;
  readonly maxUnitCostMinor: number;
  word: 'OPEN' | 'BOUGHT' | 'NOTHING' | 'WRITTEN_OFF';
  isShown: boolean;
  wasWrittenOff: boolean;
  receiptUnits: number;
  readonly disputed: Map<DisputeProblem, { cards: number; amountMinor: number }>;
  readonly surplus: Set<string>;
}

/** One bought card as its own stream tells it. */
interface BornCard {
  readonly requestId: string;
  readonly costMinor: number | undefined;
}

/** Checked when nothing is left to happen, from the channels' own books: I1, I2, I3, I8 and I9 of everything that was bought. */
export function checkPurchasesAtRest(world: PurchasesAtRest): void {
  const [told, cards] = read(world.events);
  for (const purchase of told.values()) ended(world, purchase);
  for (const channel of world.channels.values())
    for (const booked of [...channel.book.purchases.values(), ...channel.book.doubles])
      if (hasSold(booked)) {
        const purchase = told.get(booked.requestId);
        if (purchase === undefined) world.violated('I8', `${channel.options.id} sold ${booked.requestId}, which no order asked for`);
        else accounted(world, channel, booked, purchase, cards);
      }
  codes(world);
}

function read(events: Iterable<StoredEvent>): readonly [ReadonlyMap<string, Told>, ReadonlyMap<string, BornCard>] {
  const told = new Map<string, Told>();
  const cards = new Map<string, BornCard>();
  const byOrder = new Map<string, Told[]>();
  for (const event of events) {
    if (event.type === 'CardStocked') {
      const { batchId, channelId, cost } = event.data as { batchId: string; channelId?: string; cost?: { amountMinor: number } };
      if (channelId !== undefined) cards.set(idOf(event.stream), { requestId: batchId, costMinor: cost?.amountMinor });
    }
    const fact = event.stream.startsWith('job-') ? asOfOrder(event) : (event as unknown as OrderEvent);
    if (fact !== null) tell(told, byOrder, idOf(event.stream), fact);
  }
  return [told, cards];
}

function tell(told: Map<string, Told>, byOrder: Map<string, Told[]>, orderId: string, fact: OrderEvent): void {
  switch (fact.type) {
    case 'PurchaseRequested': {
      const { requestId, channelId, skuId, maxUnitCost } = fact.data;
      const purchase: Told = {
        requestId,
        channelId,
        orderId,
        skuId,
        maxUnitCostMinor: maxUnitCost.amountMinor,
        word: 'OPEN',
        isShown: false,
        wasWrittenOff: false,
        receiptUnits: 0,
        disputed: new Map(),
        surplus: new Set(),
      };
      told.set(requestId, purchase);
      byOrder.set(orderId, [...(byOrder.get(orderId) ?? []), purchase]);
      return;
    }
    case 'PurchaseRefused':
    case 'PurchaseCancelled':
      return set(told.get(fact.data.requestId), { word: 'NOTHING' });
    case 'PurchaseWrittenOff':
      return set(told.get(fact.data.requestId), { word: 'WRITTEN_OFF', wasWrittenOff: true });
    case 'PurchaseCompleted':
    case 'PurchasePartlyCompleted':
      return set(told.get(fact.data.requestId), { word: 'BOUGHT', receiptUnits: fact.data.receipt?.units ?? 0 });
    case 'PurchaseDisputed': {
      const { requestId, problem, cards, amount } = fact.data;
      const disputed = told.get(requestId)?.disputed;
      const before = disputed?.get(problem) ?? { cards: 0, amountMinor: 0 };
      disputed?.set(problem, { cards: before.cards + cards, amountMinor: before.amountMinor + (amount?.amountMinor ?? 0) });
      return;
    }
    case 'SurplusStocked':
      for (const cardId of fact.data.cardIds) told.get(fact.data.requestId)?.surplus.add(cardId);
      return;
    case 'ReviewOpened':
    case 'ReviewResolved':
      for (const purchase of byOrder.get(orderId) ?? [])
        if (fact.data.subject === `purchase:${purchase.requestId}`) purchase.isShown = fact.type === 'ReviewOpened';
      return;
    default:
      return;
  }
}

const set = (purchase: Told | undefined, to: Partial<Told>): void => void (purchase === undefined || Object.assign(purchase, to));

/** I1: every purchase came to an end, or a person is shown it. */
function ended({ violated }: PurchasesAtRest, { requestId, orderId, word, isShown }: Told): void {
  if (word === 'OPEN' && !isShown) violated('I1', `purchase ${requestId} has neither ended nor is it in review`, orderId);
}

/** I3, I8, I9: what a channel was paid for is known, and stands somewhere to the last unit: a card, a receipt, or a dispute. */
function accounted(
  world: PurchasesAtRest,
  { options: { flags } }: SimulatedChannel,
  booked: BookedPurchase,
  told: Told,
  cards: ReadonlyMap<string, BornCard>,
): void {
  const { violated, fingerprint, isRefunded } = world;
  const { requestId, orderId, word, isShown } = told;
  // A receipt for a part says nothing that could be booked.
  const canTell = (flags.lookup || flags.cancel) && !(booked.receipt !== null && booked.status === 'PARTIAL');
  const isRisk = word === 'WRITTEN_OFF' && !canTell;
  if (word !== 'BOUGHT') {
    if (!isRisk && !isShown) violated('I8', `${requestId} was sold for ${booked.unitCostMinor} each, and our events say ${word}`, orderId);
    return;
  }
  const sold = new Set(cardIdsOf(told.skuId, booked, fingerprint));
  let ours = 0;
  for (const cardId of sold) {
    const card = cards.get(cardId);
    if (card === undefined) violated('I9', `card ${cardId} of ${requestId} is on no stream`, orderId);
    if (card?.requestId === requestId) ours++;
  }
  const disputes = [...told.disputed.entries()];
  const worthless = disputes.reduce((sum, [problem, { cards: of }]) => sum + (WORTHLESS.has(problem) ? of : 0), 0);
  const good = ours + told.receiptUnits;
  if (good + worthless !== booked.units)
    violated('I9', `${requestId}: ${booked.units} units were paid for, ${good} are goods and ${worthless} are disputed`, orderId);
  const fair = good * Math.min(booked.unitCostMinor, told.maxUnitCostMinor);
  const claimed = disputes.reduce((sum, [, { amountMinor }]) => sum + amountMinor, 0);
  if (booked.units * booked.unitCostMinor - claimed !== fair)
    violated(
      'I3',
      `${requestId}: ${booked.units} units at ${booked.unitCostMinor} for goods worth ${fair}, and ${claimed} are claimed back`,
      orderId,
    );
  if (told.receiptUnits > 0 && isRefunded(orderId) && !told.wasWrittenOff)
    violated('I3', `${orderId} was topped up by ${requestId} and refunded all the same`, orderId);
}

/** I2: what buyers saw was really made by somebody: an import, a person, or the book of a channel. */
function codes({ channels, inboxes, importedCodes, violated }: PurchasesAtRest): void {
  const made = new Set(importedCodes);
  for (const { book } of channels.values())
    for (const { cards } of [...book.purchases.values(), ...book.doubles]) for (const { code } of cards) made.add(code);
  for (const [code, { orderId }] of inboxes.shown) if (!made.has(code)) violated('I2', `${orderId} shows a code that nobody made`, orderId);
}
