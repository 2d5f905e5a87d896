import type { StoredEvent } from '../../domain/kernel/event';
import { idOf } from '../../domain/kernel/ids';
import { fromIso, type Instant } from '../../domain/kernel/time';
import type { OrderEvent, OrderSubmitted } from '../../domain/order/events';
import { phaseOf } from '../../domain/order/phase';
import { isPurchaseOpen } from '../../domain/order/purchase';
import { isSubmitted, type OrderState } from '../../domain/order/state';
import { type Likenesses, likenessesOf } from './alike';
import { Line, type LineFigures, type PlaceInLine } from './line';
import { UnpaidOrders } from './unpaid-alike';

/** What is remembered of an order as long as something is to happen to it. */
interface OpenOrder {
  readonly skuId: string;
  lane: string;
}

const USUAL = 'default';

/**
 * Who waits for what, as the log tells it: to enter, in a lane for the engine, for cards of a SKU, at a channel; and how many unpaid
 * orders have what in common. A pure function of the events applied, bounded by the orders that have not come to rest.
 */
export class LineBook {
  private readonly orders = new Map<string, OpenOrder>();
  private readonly entering = new Line(true);
  private readonly lanes = new Map<string, Line>();
  private readonly cards = new Map<string, Line>();
  private readonly channels = new Map<string, Line>();
  readonly unpaid = new UnpaidOrders();
  /** Set by whoever follows the log: everything that had been stored when this process began is in here. */
  isKnown = false;

  /** Where an order stands among those who wait to enter, or for cards; null when it waits for neither, or is not known. */
  placeOf(orderId: string, now: Instant): PlaceInLine | null {
    const order = this.orders.get(orderId);
    if (order === undefined) return null;
    // While its page is being opened it has no place: that is one call, and a place in another line would look like a step back.
    return this.entering.placeOf(orderId, now) ?? this.cards.get(order.skuId)?.placeOf(orderId, now) ?? null;
  }

  /** Orders stored and not begun. */
  backlog(now: Instant): LineFigures {
    return this.entering.figures(now);
  }

  /** When the last one who waits enters. */
  get lastEntersAt(): Instant | undefined {
    return this.entering.lastPlace;
  }

  lane(lane: string, now: Instant): LineFigures {
    return lineIn(this.lanes, lane).figures(now);
  }

  channel(channelId: string, now: Instant): LineFigures {
    return (this.channels.get(channelId) ?? new Line(false)).figures(now);
  }

  channelIds(): readonly string[] {
    return [...this.channels.keys()];
  }

  /** An order as a read model has it; what came later is applied on top. */
  restore(state: OrderState): void {
    if (!isSubmitted(state) || state.end !== undefined) return;
    const { orderId, submitted, submittedAt, paidAt, lane = USUAL } = state;
    const order = { skuId: submitted.skuId, lane };
    this.orders.set(orderId, order);
    if (paidAt === undefined) this.unpaid.add(orderId, likenessesOf(submitted));
    else this.wantsCards(orderId, order, paidAt);
    const phase = phaseOf(state);
    if (phase === 'QUEUED') this.entering.join(orderId, enterAtOf(submitted, submittedAt), submittedAt);
    if (phase === 'OPENING_PAYMENT') lineIn(this.lanes, lane).join(orderId, submittedAt, submittedAt);
    for (const { channelId, requestId, requestedAt } of state.purchases.filter(isPurchaseOpen))
      lineIn(this.channels, channelId).join(requestId, requestedAt, requestedAt);
  }

  /**
   * An order is about to be stored: from here on it stands in line and counts for its buyer, so that those who come at the same moment see
   * it. False when it is known already. What does not come about is forgotten; what does is told by the log.
   */
  expect(orderId: string, submitted: OrderSubmitted, likenesses: Likenesses, at: Instant): boolean {
    if (this.orders.has(orderId)) return false;
    this.submitted(orderId, submitted, likenesses, at);
    return true;
  }

  /** It was not stored after all. */
  forget(orderId: string): void {
    this.rests(orderId);
  }

  apply(stored: StoredEvent): void {
    const event = stored as unknown as OrderEvent;
    const orderId = idOf(stored.stream);
    const at = fromIso(stored.occurredAt);
    switch (event.type) {
      case 'OrderSubmitted':
        // An order of our own was expected, and stands there already.
        return this.orders.has(orderId) ? undefined : this.submitted(orderId, event.data, likenessesOf(event.data), at);
      case 'OrderRouted':
        return this.enters(orderId, event.data.lane, at);
      case 'PaymentOpened':
        return this.laneOf(orderId)?.leave(orderId, at);
      case 'PaymentConfirmed':
      case 'LatePaymentReceived':
        return this.paid(orderId, event.data.skuId, at);
      case 'OrderDelivered':
        return this.delivered(orderId, at);
      case 'RefundOrdered':
        return event.data.full ? this.rests(orderId) : undefined;
      case 'CancelRequested':
        return this.unpaid.remove(orderId);
      case 'OrderCancelled':
      case 'OrderExpired':
      case 'OrderFailed':
        return this.rests(orderId);
      case 'PurchaseRequested':
        return lineIn(this.channels, event.data.channelId).join(event.data.requestId, at, at);
      case 'PurchaseCompleted':
      case 'PurchasePartlyCompleted':
        return event.data.channelId === undefined ? undefined : this.channels.get(event.data.channelId)?.leave(event.data.requestId, at);
      case 'PurchaseRefused':
      case 'PurchaseCancelled':
      case 'PurchaseWrittenOff':
        return void this.channels.get(event.data.channelId)?.drop(event.data.requestId);
      default:
        return undefined;
    }
  }

  private submitted(orderId: string, submitted: OrderSubmitted, likenesses: Likenesses, at: Instant): void {
    this.orders.set(orderId, { skuId: submitted.skuId, lane: USUAL });
    this.unpaid.add(orderId, likenesses);
    this.entering.join(orderId, enterAtOf(submitted, at), at);
  }

  private enters(orderId: string, lane: string, at: Instant): void {
    const order = this.orders.get(orderId);
    if (order === undefined) return;
    order.lane = lane;
    this.entering.leave(orderId, at);
    lineIn(this.lanes, lane).join(orderId, at, at);
  }

  private paid(orderId: string, skuId: string, at: Instant): void {
    const order = this.orders.get(orderId) ?? { skuId, lane: USUAL };
    this.orders.set(orderId, order);
    this.unpaid.remove(orderId);
    this.wantsCards(orderId, order, at);
  }

  private wantsCards(orderId: string, { skuId, lane }: OpenOrder, at: Instant): void {
    lineIn(this.lanes, lane).join(orderId, at, at);
    lineIn(this.cards, skuId).join(orderId, at, at);
  }

  private delivered(orderId: string, at: Instant): void {
    const order = this.orders.get(orderId);
    if (order === undefined) return;
    this.lanes.get(order.lane)?.leave(orderId, at);
    this.cards.get(order.skuId)?.leave(orderId, at);
    this.rests(orderId);
  }

  private rests(orderId: string): void {
    const order = this.orders.get(orderId);
    this.unpaid.remove(orderId);
    if (order === undefined) return;
    this.orders.delete(orderId);
    for (const line of [this.entering, this.lanes.get(order.lane), this.cards.get(order.skuId)]) line?.drop(orderId);
  }

  private laneOf(orderId: string): Line | undefined {
    const order = this.orders.get(orderId);
    return order === undefined ? undefined : this.lanes.get(order.lane);
  }
}

const enterAtOf = ({ enterAt }: { readonly enterAt?: string }, submittedAt: Instant): Instant =>
  enterAt === undefined ? submittedAt : fromIso(enterAt);

function lineIn(lines: Map<string, Line>, name: string): Line {
  const there = lines.get(name);
  if (there !== undefined) return there;
  const made = new Line(false);
  lines.set(name, made);
  return made;
}
