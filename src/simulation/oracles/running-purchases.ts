import type { PurchaseRequest } from '../../application/ports/channel';
import type { StoredEvent } from '../../domain/kernel/event';
import { cardIdFor, idOf, orderIdOfReference } from '../../domain/kernel/ids';
import type { PreWarmOrdered } from '../../domain/job/pre-warm-events';
import type { OrderEvent, OrderTerms } from '../../domain/order/events';
import type { PurchaseEventOf } from '../../domain/order/purchase-events';
import { type BookedPurchase, hasSold } from '../ports/channel-book';
import type { SimulatedChannel } from '../ports/simulated-channel';
import { asOfOrder, termsOf } from './bought-ahead';

export interface PurchaseWorld {
  readonly channels: ReadonlyMap<string, SimulatedChannel>;
  /** What the shop makes of a code, without which nobody can tell that a card is the one that a channel sold. */
  readonly fingerprint: (code: string) => string;
  readonly now: () => number;
  readonly violated: (invariant: string, about: string, orderId?: string) => void;
}

/** A repeat that was planned just before may still leave so long after a purchase was over. */
const STILL_LEAVES_MS = 10_000;

interface FollowedPurchase {
  readonly requestId: string;
  readonly channelId: string;
  readonly round: number;
  readonly request: PurchaseEventOf<'PurchaseRequested'>['data'];
  isOpen: boolean;
  overAt: number | null;
  /** It left this shop. */
  wasSent: boolean;
  /** Units worth something that came of it. */
  units: number;
}

interface Buyer {
  readonly skuId: string;
  readonly terms: OrderTerms;
  readonly purchases: Map<string, FollowedPurchase>;
  /** Goods are looked for anew in each. */
  round: number;
  isPaid: boolean;
  /** The shop itself, which buys for its pool. */
  readonly isShop: boolean;
  readonly surplusRefunds: Set<string>;
  /** Cards that answers, or people, named: only those may be stocked. */
  readonly named: Set<string>;
}

/** The ids of the cards that a channel really handed over for one purchase. */
export const cardIdsOf = (skuId: string, booked: BookedPurchase, fingerprint: PurchaseWorld['fingerprint']): readonly string[] =>
  booked.cards.map(({ code }) => cardIdFor(skuId, fingerprint(code)));

/** Checked at every event that is stored, against the books of the channels: I8, and for what was bought I2, I3 and I9. */
export class PurchaseOracles {
  private readonly orders = new Map<string, Buyer>();
  /** A bought card of which the next event has to say whose it is. */
  private newborn: { readonly stream: string; readonly orderId: string } | null = null;

  constructor(private readonly world: PurchaseWorld) {}

  see(event: StoredEvent): void {
    this.bornInOneBreath(event);
    if (event.stream.startsWith('card-')) this.card(event);
    else if (event.stream.startsWith('order-')) this.order(idOf(event.stream), event as unknown as OrderEvent);
    else if (event.stream.startsWith('job-')) this.job(idOf(event.stream), event);
  }

  /** Money may go back before the deadline where every purchase of a round came to nothing and there is no pool to wait for. */
  isOutOfTries(orderId: string, attemptsMax: number): boolean {
    const buyer = this.orders.get(orderId);
    if (buyer === undefined || buyer.terms.sources.some(({ kind }) => kind === 'POOL')) return false;
    const inVain = [...buyer.purchases.values()].filter(
      ({ round, isOpen, wasSent, units }) => round === buyer.round && !isOpen && wasSent && units <= 0,
    );
    return inVain.length >= attemptsMax;
  }

  /** I8: what leaves the shop is what was granted, and nothing leaves for a purchase that is over. */
  sent({ requestId, product, quantity, maxUnitCostMinor }: PurchaseRequest): void {
    const orderId = orderIdOfReference(requestId) ?? '';
    const purchase = this.orders.get(orderId)?.purchases.get(requestId);
    if (purchase === undefined) return this.world.violated('I8', `${requestId} was sent, and no order was granted it`, orderId);
    const { request, overAt } = purchase;
    if (request.product !== product || request.quantity !== quantity || request.maxUnitCost.amountMinor !== maxUnitCostMinor)
      this.world.violated('I8', `${requestId} was sent in other words than were granted`, orderId);
    if (overAt !== null && this.world.now() > overAt + STILL_LEAVES_MS)
      this.world.violated('I8', `${requestId} was sent ${Math.round(this.world.now() - overAt)} ms after it was over`, orderId);
  }

  private job(jobId: string, event: StoredEvent): void {
    if (event.type === 'PreWarmOrdered') {
      const ordered = event.data as unknown as PreWarmOrdered;
      this.orders.set(jobId, { ...newBuyer(ordered.skuId, termsOf(ordered)), isPaid: true, isShop: true });
    }
    const fact = asOfOrder(event);
    if (fact !== null) this.order(jobId, fact);
  }

  private order(orderId: string, fact: OrderEvent): void {
    if (fact.type === 'OrderSubmitted') this.orders.set(orderId, newBuyer(fact.data.skuId, fact.data.terms));
    const buyer = this.orders.get(orderId);
    if (buyer === undefined) return;
    switch (fact.type) {
      case 'PaymentConfirmed':
      case 'LatePaymentReceived':
        buyer.isPaid = true;
        return;
      case 'OrderReopened':
      case 'ReissueOrdered':
        buyer.round++;
        return;
      case 'PurchaseRequested':
        return this.requested(orderId, buyer, fact.data);
      case 'PurchaseRefused':
        return this.refused(orderId, buyer, fact.data);
      case 'PurchaseCancelled':
        return this.cancelled(orderId, buyer, fact.data.requestId);
      case 'PurchaseWrittenOff':
        return this.writtenOff(orderId, buyer, fact.data);
      case 'PurchaseCompleted':
      case 'PurchasePartlyCompleted':
        return this.completed(orderId, buyer, fact.data);
      case 'PurchaseDisputed':
        if (fact.data.problem === 'KNOWN_CODE') this.worthless(buyer, fact.data.requestId, fact.data.cards);
        return;
      case 'GoodsHandedIn':
        for (const { cardId } of fact.data.cards) buyer.named.add(cardId);
        return;
      case 'CardReserved':
        return this.nothingOpen(orderId, buyer, 'takes cards from the pool');
      case 'RefundOrdered':
        if (fact.data.cause === 'SURPLUS') buyer.surplusRefunds.add(fact.data.refundReference);
        return;
      case 'RefundRequested':
        if (!buyer.surplusRefunds.has(fact.data.refundReference)) this.nothingOpen(orderId, buyer, 'is compensated');
        return;
      default:
        return;
    }
  }

  /** I8: nobody buys, takes or pays back while a purchase could still give goods. */
  private nothingOpen(orderId: string, { purchases }: Buyer, what: string): void {
    const open = [...purchases.values()].find(({ isOpen }) => isOpen);
    if (open !== undefined) this.world.violated('I8', `${orderId} ${what} while ${open.requestId} may still give goods`, orderId);
  }

  private requested(orderId: string, buyer: Buyer, request: PurchaseEventOf<'PurchaseRequested'>['data']): void {
    const { requestId, channelId, maxUnitCost } = request;
    const { violated } = this.world;
    this.nothingOpen(orderId, buyer, `buys from ${channelId}`);
    if (!buyer.isPaid) violated('I3', `${orderId} buys from ${channelId} unpaid`, orderId);
    if (buyer.purchases.has(requestId)) violated('I8', `purchase ${requestId} was granted twice`, orderId);
    const source = buyer.terms.sources.find((one) => one.kind === 'CHANNEL' && one.channelId === channelId);
    if (source?.kind !== 'CHANNEL' || maxUnitCost.amountMinor > source.maxUnitCost.amountMinor)
      violated('I8', `${orderId} buys from ${channelId} beyond its terms`, orderId);
    buyer.purchases.set(requestId, { requestId, channelId, round: buyer.round, request, isOpen: true, overAt: null, wasSent: true, units: 0 });
  }

  private refused(orderId: string, buyer: Buyer, { requestId, proof, reason }: PurchaseEventOf<'PurchaseRefused'>['data']): void {
    const booked = this.bookedOf(buyer, requestId);
    const isSo = proof === 'STATUS' ? booked?.status === 'REFUSED' : booked === undefined;
    if (!isSo) this.world.violated('I8', `${requestId} counts as refused (${proof}) and is ${booked?.status ?? 'unknown'} at its channel`, orderId);
    const purchase = this.over(buyer, requestId);
    if (purchase !== undefined && reason === 'TOO_LATE') purchase.wasSent = false;
  }

  private cancelled(orderId: string, buyer: Buyer, requestId: string): void {
    const status = this.bookedOf(buyer, requestId)?.status;
    if (status !== 'CANCELLED') this.world.violated('I8', `${requestId} counts as cancelled and is ${status ?? 'unknown'} at its channel`, orderId);
    this.over(buyer, requestId);
  }

  /** Given up for ever is what the terms or a person say, or what a channel that can do nothing else has not heard of in time. */
  private writtenOff(orderId: string, buyer: Buyer, { requestId, cause, costAtRisk }: PurchaseEventOf<'PurchaseWrittenOff'>['data']): void {
    const { violated, channels } = this.world;
    const purchase = buyer.purchases.get(requestId);
    const flags = channels.get(purchase?.channelId ?? '')?.options.flags;
    if (purchase?.isOpen !== true) violated('I8', `${requestId} is written off and was over before`, orderId);
    if (cause === 'TERMS' && buyer.terms.onDoubt !== 'REROUTE') violated('I8', `${requestId} is given up against the terms`, orderId);
    if (costAtRisk.amountMinor <= 0) violated('I3', `${requestId} is written off at no risk`, orderId);
    const booked = this.bookedOf(buyer, requestId);
    if (cause === 'NEVER_SEEN' && (flags?.cancel === true || booked !== undefined))
      violated('I8', `${requestId} counts as never seen and is ${booked?.status ?? 'to be cancelled'} at its channel`, orderId);
    this.over(buyer, requestId);
  }

  /** I2 and I3: what counts as bought was sold, to the last card and at this cost. */
  private completed(orderId: string, buyer: Buyer, data: PurchaseEventOf<'PurchaseCompleted'>['data']): void {
    const { requestId, cards, unitCost, receipt } = data;
    const { violated, fingerprint } = this.world;
    const booked = this.bookedOf(buyer, requestId);
    const purchase = buyer.purchases.get(requestId);
    for (const { cardId } of cards) buyer.named.add(cardId);
    if (purchase === undefined || booked === undefined || !hasSold(booked))
      return violated('I3', `${requestId} counts as bought and is ${booked?.status ?? 'unknown'} at its channel`, orderId);
    const sold = cardIdsOf(buyer.skuId, booked, fingerprint);
    const foreign = cards.find(({ cardId }) => !sold.includes(cardId));
    if (foreign !== undefined) violated('I2', `${requestId} names card ${foreign.cardId}, which its channel did not sell`, orderId);
    if (unitCost.amountMinor !== booked.unitCostMinor)
      violated('I3', `${requestId} cost ${booked.unitCostMinor} each, and our events say ${unitCost.amountMinor}`, orderId);
    if ((receipt !== undefined) !== (booked.receipt !== null)) violated('I3', `the receipt of ${requestId} is not that of its channel`, orderId);
    purchase.isOpen = false;
    purchase.units += cards.length + (receipt?.units ?? 0);
  }

  private worthless({ purchases }: Buyer, requestId: string, cards: number): void {
    const purchase = purchases.get(requestId);
    if (purchase !== undefined) purchase.units -= cards;
  }

  private over(buyer: Buyer, requestId: string): FollowedPurchase | undefined {
    const purchase = buyer.purchases.get(requestId);
    if (purchase === undefined) return undefined;
    purchase.isOpen = false;
    purchase.overAt = this.world.now();
    return purchase;
  }

  private bookedOf({ purchases }: Buyer, requestId: string): BookedPurchase | undefined {
    return this.world.channels.get(purchases.get(requestId)?.channelId ?? '')?.book.purchases.get(requestId);
  }

  /** I9: what was bought is recorded at its order before it is stocked, at what it cost. */
  private card({ type, stream, data }: StoredEvent): void {
    if (type !== 'CardStocked') return;
    const { channelId, batchId, cost } = data as { channelId?: string; batchId: string; cost?: { amountMinor: number } };
    if (channelId === undefined) return;
    const orderId = batchId.slice(0, batchId.lastIndexOf('.'));
    const buyer = this.orders.get(orderId);
    const booked = this.world.channels.get(channelId)?.book.purchases.get(batchId);
    if (buyer?.named.has(idOf(stream)) !== true)
      this.world.violated('I9', `${stream} of ${batchId} is stocked before its order has recorded it`, orderId);
    if (cost?.amountMinor !== booked?.unitCostMinor)
      this.world.violated('I3', `${stream} is stocked at ${cost?.amountMinor} and was sold for ${booked?.unitCostMinor}`, orderId);
    if (buyer?.isShop !== true) this.newborn = { stream, orderId };
  }

  /** I9: a bought card is somebody's from its first breath, so nobody else can take it before its order does. */
  private bornInOneBreath({ stream, revision, type }: StoredEvent): void {
    const { newborn } = this;
    this.newborn = null;
    if (newborn === null) return;
    const isSettled = stream === newborn.stream && revision === 1 && (type === 'CardClaimed' || type === 'CardReleased');
    if (!isSettled) this.world.violated('I9', `${newborn.stream} was born available while ${newborn.orderId} waits for it`, newborn.orderId);
  }
}

const newBuyer = (skuId: string, terms: OrderTerms): Buyer => ({
  skuId,
  terms,
  purchases: new Map(),
  round: 0,
  isPaid: false,
  isShop: false,
  surplusRefunds: new Set(),
  named: new Set(),
});
