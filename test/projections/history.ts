import { evolveCard, noCard, type CardState } from '../../src/domain/card/state';
import { card, type CardCommand } from '../../src/domain/card/decide';
import type { StoredEvent } from '../../src/domain/kernel/event';
import { derivedId, orderNumberFor, streams } from '../../src/domain/kernel/ids';
import type { Money } from '../../src/domain/kernel/money';
import { isRejection } from '../../src/domain/kernel/rejection';
import type { OrderCommand } from '../../src/domain/order/commands';
import { order } from '../../src/domain/order/decide';
import type { OrderSubmitted } from '../../src/domain/order/events';
import { isRefundOpen, latestPayment, type OrderState } from '../../src/domain/order/state';
import { toIso } from '../../src/domain/kernel/time';
import { Chance } from '../support/chance';

const START = Date.UTC(2026, 10, 21, 8);
const SEALED = { kid: 'k', iv: 'i', tag: 't', ct: 'c' };
export const SKU = 'steam-50';

/** Orders and cards whose histories the deciders make, step by step, in the order of one log. */
export class History {
  readonly orders = new Map<string, OrderState>();
  readonly cards = new Map<string, CardState>();
  readonly delivered = new Map<string, Set<string>>();
  private readonly revisions = new Map<string, number>();
  private position = 0;
  private now = START;

  /** `onAppend` hears each decision whole, as the log takes it. `cardCost`: what each card of the pool cost. */
  constructor(
    private readonly onAppend: (events: readonly StoredEvent[]) => void,
    private readonly cardCost?: Money,
  ) {}

  private append(stream: string, events: readonly { readonly type: string; readonly data: object }[]): void {
    this.now += 1_000;
    const stored = events.map((event, index): StoredEvent => {
      const revision = (this.revisions.get(stream) ?? -1) + 1;
      this.revisions.set(stream, revision);
      const occurredAt = toIso(this.now);
      const metadata = {
        commandId: `c${this.position}`,
        correlationId: stream,
        causationId: 'x',
        actor: { kind: 'ENGINE', id: 'e' },
        hash: '',
      } as const;
      this.position++;
      return {
        ...event,
        stream,
        revision,
        position: String(this.position).padStart(16, '0'),
        eventId: `${stream}.${revision}.${index}`,
        schemaVersion: 1,
        occurredAt,
        recordedAt: occurredAt,
        metadata,
      };
    });
    this.onAppend(stored);
  }

  orderDoes(orderId: string, command: OrderCommand): void {
    const before = this.orders.get(orderId) ?? order.initial(orderId);
    const decision = order.decide(command, before);
    if (isRejection(decision) || decision.length === 0) return;
    const at = toIso(this.now + 1_000);
    this.orders.set(
      orderId,
      decision.reduce((state, event) => order.evolve(state, { ...event, occurredAt: at }), before),
    );
    for (const event of decision) if (event.type === 'OrderDelivered') this.delivered.set(orderId, new Set(event.data.cardIds));
    this.append(streams.order(orderId), decision);
  }

  cardDoes(cardId: string, command: CardCommand): boolean {
    const before = this.cards.get(cardId) ?? noCard;
    const decision = card.decide(command, before);
    if (isRejection(decision)) return false;
    this.cards.set(
      cardId,
      decision.reduce((state, event) => evolveCard(state, { ...event, occurredAt: toIso(this.now) }), before),
    );
    if (decision.length > 0) this.append(streams.card(cardId), decision);
    return true;
  }

  stock(): void {
    const cardId = derivedId('card', this.cards.size);
    const cost = this.cardCost === undefined ? {} : { cost: this.cardCost };
    this.cardDoes(cardId, { type: 'StockCard', skuId: SKU, batchId: 'b', sealed: SEALED, fingerprint: `f${this.cards.size}`, ...cost });
  }

  submit(quantity: number, reserve: 'AT_SUBMIT' | 'AT_PAYMENT', partial: 'WAIT' | 'SPLIT'): void {
    const orderId = derivedId('order', this.orders.size);
    const price = { amountMinor: 4_800, currency: 'CNY' };
    const submitted: OrderSubmitted = {
      orderNumber: orderNumberFor(orderId),
      clientId: 'shop',
      skuId: SKU,
      quantity,
      amount: { ...price, amountMinor: price.amountMinor * quantity },
      terms: {
        unitPrice: price,
        payWithinSeconds: 900,
        deliverWithinSeconds: 1_800,
        reserve,
        partial,
        compensation: 'REFUND',
        onDoubt: 'WAIT',
        oversell: true,
        sources: [{ kind: 'POOL' }],
      },
      buyer: { ref: `buyer-${this.orders.size}`, tier: 'STANDARD' },
      payment: { gatewayId: 'main', kind: 'REDIRECT' },
      admission: 'NOW',
      requestFingerprint: 'f',
      accessToken: { keyVersion: 1, epoch: 0 },
      locale: 'zh-CN',
    };
    this.orderDoes(orderId, { type: 'SubmitOrder', orderId, order: submitted });
  }

  private grant(): { by: string; performBy: number; answerBy: number } {
    return { by: `s:${this.position}`, performBy: this.now + 2_000, answerBy: this.now + 8_000 };
  }

  /** One move of the engine, a gateway or a person on one order; `dice` chooses which and how. */
  move(orderId: string, dice: number): void {
    const state = this.orders.get(orderId);
    if (state === undefined) return;
    const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(dice / 32) % Math.max(1, items.length)];
    const payment = pick(state.payments) ?? latestPayment(state);
    const refund = pick(state.refunds.filter(isRefundOpen));
    const report = (status: 'PAID' | 'CLOSED' | 'DECLINED'): OrderCommand | undefined =>
      payment && {
        type: 'RecordPaymentAnswer',
        call: 'query',
        reference: payment.reference,
        first: false,
        at: this.now,
        answer: {
          kind: 'REPORTED',
          report: {
            status,
            merchantId: 'm1',
            amountMinor: payment.request.amount.amountMinor,
            capturedMinor: status === 'PAID' ? payment.request.amount.amountMinor : 0,
            currency: 'CNY',
          },
        },
      };
    const answerRefund = (kind: 'REFUNDED' | 'REFUSED'): OrderCommand | undefined =>
      refund && {
        type: 'RecordRefundAnswer',
        refundReference: refund.refundReference,
        first: true,
        attempt: refund.attempts,
        nextCheckAt: this.now,
        answer: kind === 'REFUNDED' ? { kind } : { kind, code: 'NO', definite: true },
      };
    const seldom = <T>(command: T): T | undefined => (Math.floor(dice / 1_024) % 8 === 0 ? command : undefined);
    const moves: readonly (() => OrderCommand | undefined | void)[] = [
      () => ({ type: 'RequestPayment', merchantId: 'm1', notifyUrl: 'http://shop/notify', ...this.grant() }),
      () => report('PAID'),
      () => report('PAID'),
      () => report('DECLINED'),
      () => seldom(report('CLOSED')),
      () => seldom({ type: 'ExpireOrder' }),
      () => seldom({ type: 'RequestCancel' }),
      () => seldom({ type: 'CancelOrder', cause: 'REQUESTED' }),
      () => this.reserve(state, dice),
      () => this.reserve(state, dice),
      () => this.claimNext(state),
      () => this.claimNext(state),
      () => this.claimNext(state),
      () => this.releaseNext(state),
      () => this.releaseNext(state),
      () => ({ type: 'GiveUpUndelivered' }),
      () => ({ type: 'DeliverOrder' }),
      () => ({ type: 'DeliverOrder' }),
      () => ({ type: 'DeliverPart' }),
      () => ({ type: 'RevealCards', at: this.now }),
      () => seldom(payment && { type: 'Compensate', reference: payment.reference, cause: 'DEADLINE' }),
      () => seldom({ type: 'OrderRefund' }),
      () => ({ type: 'OrderRefund', amountMinor: 4_800, cardIds: state.deliveredCardIds.slice(0, 1) }),
      () => payment && { type: 'OrderRefund', reference: payment.reference, amountMinor: 4_800, cardIds: state.deliveredCardIds.slice(0, 1) },
      () => refund && { type: 'RequestRefund', refundReference: refund.refundReference, ...this.grant() },
      () => answerRefund('REFUNDED'),
      () => answerRefund('REFUNDED'),
      () => answerRefund('REFUSED'),
      () => ({ type: 'RetryOrder', at: this.now }),
      () => payment && { type: 'ConfirmPayment', reference: payment.reference, at: this.now },
      () => payment && { type: 'RequestClose', reference: payment.reference, cause: 'EXPIRED', ...this.grant() },
      () => ({ type: 'AddNote', text: 'n' }),
    ];
    const command = moves[dice % moves.length]?.();
    if (command) this.orderDoes(orderId, command);
  }

  takeOutOfSale(dice: number): void {
    const ids = [...this.cards.keys()];
    const cardId = ids[Math.floor(dice / 4) % Math.max(1, ids.length)];
    if (cardId !== undefined)
      this.cardDoes(cardId, dice % 2 === 0 ? { type: 'QuarantineCard', cause: 'PERSON' } : { type: 'VoidCard', cause: 'recall' });
  }

  /** Proposals may be wrong: the claim finds out. Like the plan, nothing is reserved while given-up cards wait for their release. */
  private reserve(state: OrderState, dice: number): OrderCommand | undefined {
    if (state.givenUp.length > 0 || state.submitted === undefined) return undefined;
    const ids = [...this.cards.keys()];
    const wanted = Math.min(ids.length, 1 + (dice % state.submitted.quantity));
    const cardIds = Array.from({ length: wanted }, (_, i) => ids[(Math.floor(dice / 32) + i) % ids.length] ?? '');
    return { type: 'ReserveCards', cardIds, by: 's:1' };
  }

  private claimNext({ orderId, reserving }: OrderState): OrderCommand | undefined {
    if (reserving === undefined) return undefined;
    const { reservation, cardIds } = reserving;
    const next = cardIds.find((id) => this.cards.get(id)?.claim?.orderId !== orderId);
    if (next === undefined) return { type: 'SettleReservation', reservation };
    return this.cardDoes(next, { type: 'ClaimCard', orderId, reservation, at: 0 })
      ? undefined
      : { type: 'SettleReservation', reservation, lostCardId: next };
  }

  private releaseNext({ orderId, givenUp }: OrderState): OrderCommand | undefined {
    const next = givenUp.find(({ cardId, reservation }) => !this.cards.get(cardId)?.released.includes(`${orderId}#${reservation}`));
    if (next === undefined) return givenUp.length === 0 ? undefined : { type: 'RecordReleased', cardIds: givenUp.map(({ cardId }) => cardId) };
    this.cardDoes(next.cardId, { type: 'ReleaseCard', orderId, reservation: next.reservation, revealed: next.revealed });
    return undefined;
  }

  /** Plays a whole history out of one seed: the same seed plays the same history. */
  play(seed: number, steps: number): void {
    const chance = new Chance(seed);
    const draw = (below: number): number => chance.upTo(Math.max(0, below - 1));
    for (let step = 0; step < steps; step++) {
      const ids = [...this.orders.keys()];
      const kind = draw(64);
      if (kind < 3) this.stock();
      else if (kind < 4) this.submit(1 + draw(3), draw(2) === 0 ? 'AT_SUBMIT' : 'AT_PAYMENT', draw(2) === 0 ? 'WAIT' : 'SPLIT');
      else if (kind < 5 && draw(4) === 0) this.takeOutOfSale(draw(4_096));
      else this.move(ids[draw(ids.length)] ?? '', draw(2 ** 20));
    }
  }
}
