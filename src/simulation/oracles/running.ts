import type { StoredEvent } from '../../domain/kernel/event';
import { idOf } from '../../domain/kernel/ids';
import type { OrderEvent } from '../../domain/order/events';
import type { SimulatedGateway } from '../ports/simulated-gateway';

/** What the oracles may look at: the books of the gateways and true time, never the engine's own view. */
export interface OracleWorld {
  readonly gateways: ReadonlyMap<string, SimulatedGateway>;
  readonly now: () => number;
  readonly violated: (invariant: string, about: string, orderId?: string) => void;
  /** Nothing is left to try for this order, so its money may go back before the deadline. */
  readonly outOfTries: (orderId: string) => boolean;
}

/** Times inside events are the store's; it and true time may differ by the answers on their way. */
const CLOCK_TOLERANCE_MS = 1_500;
/** An event says when it was decided. Between that and the store lie appends without an answer, and a process that stands still. */
const UNDER_WAY_MAX_MS = 300_000;
const EVENTS_PER_ORDER_MAX = 400;
const SECRETS = ['SECRET-', 'CODE-'];

type EndKind = 'DELIVERED' | 'CANCELLED' | 'EXPIRED' | 'DECLINED' | 'REFUNDED';

interface FollowedOrder {
  payBy: number;
  deliverBy: number | null;
  deliverWithinMs: number;
  end: EndKind | null;
  paidWith: string | null;
  /** Payments whose outcome our events do not tell yet. */
  readonly inDoubt: Set<string>;
  readonly surplusRefunds: Set<string>;
  readonly references: { readonly reference: string; readonly gatewayId: string }[];
}

const END_OF: Partial<Record<OrderEvent['type'], EndKind>> = {
  OrderDelivered: 'DELIVERED',
  OrderCancelled: 'CANCELLED',
  OrderExpired: 'EXPIRED',
  OrderFailed: 'DECLINED',
};

/** Checked at every event that is stored: I2, I4, I7, I8, I13, I14, I16, I19. */
export class RunningOracles {
  private readonly holders = new Map<string, string>();
  private readonly orders = new Map<string, FollowedOrder>();

  constructor(private readonly world: OracleWorld) {}

  see(event: StoredEvent): void {
    this.envelope(event);
    if (event.stream.startsWith('card-')) this.card(event);
    else if (event.stream.startsWith('order-')) this.order(idOf(event.stream), event, event as unknown as OrderEvent);
  }

  private envelope(event: StoredEvent): void {
    const { actor, commandId, correlationId, causationId, hash } = event.metadata;
    if ([actor.kind, actor.id, commandId, correlationId, causationId, hash, event.occurredAt].some((word) => word === ''))
      this.world.violated('I4', `${event.stream}@${event.revision} does not say who did it and why`);
    const text = JSON.stringify(event.data);
    if (SECRETS.some((secret) => text.includes(secret))) this.world.violated('I14', `${event.stream}@${event.revision} holds a secret in plain text`);
    if (event.stream.startsWith('order-') && event.revision >= EVENTS_PER_ORDER_MAX)
      this.world.violated('I19', `${event.stream} has more than ${EVENTS_PER_ORDER_MAX} events`, idOf(event.stream));
  }

  private card({ type, stream, data }: StoredEvent): void {
    const cardId = idOf(stream);
    const { orderId, claimed } = data as { readonly orderId?: string; readonly claimed?: boolean };
    const holder = this.holders.get(cardId);
    if (type === 'CardClaimed' && orderId !== undefined) {
      if (holder !== undefined) this.world.violated('I2', `card ${cardId} was claimed by ${orderId} while ${holder} holds it`, orderId);
      this.holders.set(cardId, orderId);
    }
    if (type === 'CardReleased' && claimed === true) {
      if (holder !== orderId) this.world.violated('I9', `card ${cardId} was released by ${orderId}, which does not hold it`, orderId);
      this.holders.delete(cardId);
    }
  }

  holderOf(cardId: string): string | undefined {
    return this.holders.get(cardId);
  }

  private order(orderId: string, event: StoredEvent, fact: OrderEvent): void {
    const decidedAt = this.decidedAt(orderId, event);
    if (fact.type === 'OrderSubmitted') {
      const { payWithinSeconds, deliverWithinSeconds } = fact.data.terms;
      const deliverWithinMs = deliverWithinSeconds * 1_000;
      this.orders.set(orderId, {
        payBy: decidedAt + payWithinSeconds * 1_000,
        deliverBy: null,
        deliverWithinMs,
        end: null,
        paidWith: null,
        inDoubt: new Set(),
        surplusRefunds: new Set(),
        references: [],
      });
      return;
    }
    const followed = this.orders.get(orderId);
    if (followed === undefined) {
      this.world.violated('I16', `${orderId} begins with ${event.type}`, orderId);
      return;
    }
    this.deadlines(orderId, followed, fact, decidedAt);
    this.payments(orderId, followed, fact);
    this.doubts(orderId, followed, fact);
    this.ends(orderId, followed, fact);
    if (fact.type === 'Compensated' && fact.data.method === 'REFUND') this.returned(orderId, fact.data.refundReference, fact.data.gatewayId);
    if (fact.type === 'CardsRevealed') this.revealed(orderId, fact.data.cardIds);
  }

  /** When it was decided, by true time: deadlines run from there, however long the store took. */
  private decidedAt(orderId: string, { stream, revision, occurredAt }: StoredEvent): number {
    const now = this.world.now();
    const saysMs = Date.parse(occurredAt);
    // A process that has read nothing yet knows no time but its wall clock's. Ahead of true time it makes deadlines late, never early.
    if (saysMs < now - UNDER_WAY_MAX_MS)
      this.world.violated('I13', `${stream}@${revision} says it happened ${Math.round(now - saysMs)} ms before it was stored`, orderId);
    return Math.min(now, saysMs);
  }

  /** I13, on true time: nothing ends before its time. */
  private deadlines(orderId: string, followed: FollowedOrder, fact: OrderEvent, decidedAt: number): void {
    const now = this.world.now() + CLOCK_TOLERANCE_MS;
    if (fact.type === 'PaymentConfirmed' || fact.type === 'LatePaymentReceived' || fact.type === 'OrderReopened' || fact.type === 'ReissueOrdered')
      followed.deliverBy = decidedAt + followed.deliverWithinMs;
    if (fact.type === 'OrderExpired' && now < followed.payBy)
      this.world.violated('I13', `${orderId} expired ${Math.round(followed.payBy - now)} ms before its time`, orderId);
    if (
      fact.type === 'RefundOrdered' &&
      fact.data.cause === 'DEADLINE' &&
      (followed.deliverBy === null || now < followed.deliverBy) &&
      !this.world.outOfTries(orderId)
    )
      this.world.violated('I13', `${orderId} is refunded for its deadline before its time`, orderId);
    if (fact.type === 'ReissueOrdered' && followed.deliverBy === null) this.world.violated('I13', `${orderId} is reissued unpaid`, orderId);
  }

  private payments(orderId: string, followed: FollowedOrder, fact: OrderEvent): void {
    if (fact.type === 'PaymentRequested') {
      this.stillTakingMoney(orderId, followed);
      if (followed.references.some(({ reference }) => reference === fact.data.reference))
        this.world.violated('I8', `payment ${fact.data.reference} was requested as new twice`, orderId);
      followed.references.push({ reference: fact.data.reference, gatewayId: fact.data.gatewayId });
    }
    if (fact.type === 'PaymentConfirmed' || fact.type === 'LatePaymentReceived' || fact.type === 'SurplusPaymentConfirmed')
      this.credited(orderId, fact.data.reference, fact.data.gatewayId, fact.data.captured.amountMinor, fact.data.evidence);
    if (fact.type === 'PaymentConfirmed' || fact.type === 'LatePaymentReceived') {
      if (followed.paidWith !== null) this.world.violated('I7', `${orderId} keeps ${followed.paidWith} and ${fact.data.reference}`, orderId);
      followed.paidWith = fact.data.reference;
    }
  }

  /** I3: money counts as returned when the gateway has returned it, not when it is about to. */
  private returned(orderId: string, refundReference: string, gatewayId: string): void {
    const status = this.world.gateways.get(gatewayId)?.book.refunds.get(refundReference)?.status;
    if (status !== 'REFUNDED')
      this.world.violated('I3', `${orderId}: refund ${refundReference} counts as done, and the gateway says ${status ?? 'nothing'}`, orderId);
  }

  /** I8: nothing is compensated while a payment could still take money, and what counts as closed is closed. */
  private doubts(orderId: string, { inDoubt, surplusRefunds }: FollowedOrder, fact: OrderEvent): void {
    switch (fact.type) {
      case 'PaymentRequested':
      case 'PaymentCloseRequested':
        inDoubt.add(fact.data.reference);
        return;
      case 'PaymentClosed':
        inDoubt.delete(fact.data.reference);
        if (fact.data.proof !== 'PERSON' && this.statusOf(fact.data.reference, fact.data.gatewayId) === 'OPEN')
          this.world.violated('I8', `${fact.data.reference} counts as closed (${fact.data.proof}) and is open at ${fact.data.gatewayId}`, orderId);
        return;
      case 'PaymentOpened':
      case 'PaymentConfirmed':
      case 'PaymentDeclined':
      case 'PaymentMismatched':
      case 'SurplusPaymentConfirmed':
      case 'LatePaymentReceived':
        inDoubt.delete(fact.data.reference);
        return;
      case 'RefundOrdered':
        if (fact.data.cause === 'SURPLUS') surplusRefunds.add(fact.data.refundReference);
        return;
      case 'RefundRequested':
        if (inDoubt.size > 0 && !surplusRefunds.has(fact.data.refundReference))
          this.world.violated('I8', `${orderId} is compensated while ${[...inDoubt].join(', ')} may still take money`, orderId);
        return;
      default:
        return;
    }
  }

  private statusOf(reference: string, gatewayId: string): string | undefined {
    return this.world.gateways.get(gatewayId)?.book.payments.get(reference)?.status;
  }

  /** I8: no second reference while the first could still take money, where the gateway could have been told. */
  private stillTakingMoney(orderId: string, { references }: FollowedOrder): void {
    for (const { reference, gatewayId } of references) {
      const gateway = this.world.gateways.get(gatewayId);
      const status = gateway?.book.payments.get(reference)?.status;
      if (gateway?.book.flags.cancel === true && status === 'OPEN')
        this.world.violated('I8', `${orderId} asks for another payment while ${reference} is open at ${gatewayId}`, orderId);
    }
  }

  /** F10: nobody is credited for money that the gateway does not have. */
  private credited(orderId: string, reference: string, gatewayId: string, capturedMinor: number, evidence: string): void {
    const booked = this.world.gateways.get(gatewayId)?.book.payments.get(reference);
    if (evidence === 'QUERY' && (booked?.capturedMinor ?? 0) < capturedMinor)
      this.world.violated(
        'I3',
        `${orderId} is credited ${capturedMinor} for ${reference}, of which ${booked?.capturedMinor ?? 0} are there`,
        orderId,
      );
  }

  private ends(orderId: string, followed: FollowedOrder, fact: OrderEvent): void {
    const end = END_OF[fact.type] ?? (fact.type === 'Compensated' && fact.data.method === 'REFUND' && fact.data.full ? 'REFUNDED' : null);
    if (fact.type === 'OrderReopened') {
      if (followed.end === 'DELIVERED' || followed.end === 'REFUNDED')
        this.world.violated('I16', `${orderId} was ${followed.end} and reopened`, orderId);
      followed.end = null;
    }
    // A reported card that gets another one: the order is not over before that is delivered.
    if (fact.type === 'ReissueOrdered' && fact.data.cardId !== undefined) followed.end = null;
    if (end === null) return;
    if (end === 'CANCELLED' || end === 'EXPIRED' || end === 'DECLINED') this.noPageLeftOpen(orderId, followed, end);
    // Money that shows on a refunded payment goes back as well: the order stays what it is.
    const mayFollow = followed.end === null || (end === 'REFUNDED' && (followed.end === 'DELIVERED' || followed.end === 'REFUNDED'));
    if (!mayFollow) this.world.violated('I16', `${orderId} was ${followed.end} and became ${end}`, orderId);
    if (end === 'DELIVERED' && followed.paidWith === null) this.world.violated('I3', `${orderId} is delivered unpaid`, orderId);
    followed.end = end;
  }

  /** I16: an unpaid order ends when the gateway was told, not when we stopped waiting. */
  private noPageLeftOpen(orderId: string, { references }: FollowedOrder, end: EndKind): void {
    for (const { reference, gatewayId } of references) {
      const canBeTold = this.world.gateways.get(gatewayId)?.book.flags.cancel === true;
      if (canBeTold && this.statusOf(reference, gatewayId) === 'OPEN')
        this.world.violated('I16', `${orderId} became ${end} while ${reference} is open at ${gatewayId}`, orderId);
    }
  }

  private revealed(orderId: string, cardIds: readonly string[]): void {
    const foreign = cardIds.find((cardId) => this.holders.get(cardId) !== orderId);
    if (foreign !== undefined) this.world.violated('I2', `${orderId} shows card ${foreign}, which it does not hold`, orderId);
  }
}
