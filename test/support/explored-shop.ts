import { Heap } from '../../src/application/engine/heap';
import type { Happened } from '../../src/domain/kernel/event';
import { isRejection } from '../../src/domain/kernel/rejection';
import { toIso, type Instant } from '../../src/domain/kernel/time';
import { card } from '../../src/domain/card/decide';
import { noCard, type CardState } from '../../src/domain/card/state';
import type { OrderCommand } from '../../src/domain/order/commands';
import { order } from '../../src/domain/order/decide';
import type { OrderEvent, PaymentKind, Source } from '../../src/domain/order/events';
import { owedMoney } from '../../src/domain/order/open-money';
import { phaseOf } from '../../src/domain/order/phase';
import { choicesOf } from '../../src/domain/order/actions';
import type { Offer, World } from '../../src/domain/order/plan';
import { isPurchaseOpen } from '../../src/domain/order/purchase';
import { isSubmitted, openReplacements, type OrderState } from '../../src/domain/order/state';
import { defaultTiming } from '../../src/domain/order/timing';
import { defaultHealthPolicy } from '../../src/domain/routing/health';
import { Chance } from './chance';
import { brokenByAppend } from './explored-rules';
import { ExploredChannel, exploredCard } from './explored-channel';
import { ExploredGateway } from './explored-gateway';
import { ring } from './explored-purchases';
import { orderOf, ORDER_ID, sealedText, T0 } from './given';
import { ExploredEngine } from './explored-engine';

export const MINUTE = 60_000;

/** What many explorations saw together. */
export interface Seen {
  readonly rows: Map<string, number>;
  readonly overlaps: Map<string, number>;
  readonly phases: Map<string, number>;
  readonly moves: Map<string, number>;
  readonly eventTypes: Map<string, number>;
  events: number;
  longest: number;
}
export const nothingSeen = (): Seen => ({
  rows: new Map(),
  overlaps: new Map(),
  phases: new Map(),
  moves: new Map(),
  eventTypes: new Map(),
  events: 0,
  longest: 0,
});
export const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

/** Of two at the same time the one that was named first comes first. */
interface Task {
  readonly at: Instant;
  readonly turn: number;
  readonly run: () => void;
}

/** One order, two gateways, a pool, two engines, a buyer and a person at the desk: in memory, on virtual time, from one seed. */
export class ExploredShop {
  readonly chance: Chance;
  readonly gateways: readonly [ExploredGateway, ExploredGateway];
  readonly channels: readonly [ExploredChannel, ExploredChannel];
  readonly cards = new Map<string, CardState>();
  readonly log: Happened<OrderEvent>[] = [];
  readonly broken: string[] = [];
  readonly engines: readonly ExploredEngine[];
  state: OrderState = order.initial(ORDER_ID);
  now: Instant = T0;
  /** From here on nothing fails and nobody meddles. */
  readonly calmAt: Instant;
  private readonly tasks = new Heap<Task>((a, b) => a.at < b.at || (a.at === b.at && a.turn < b.turn));
  private turns = 0;

  constructor(
    seed: number,
    readonly seen: Seen,
  ) {
    this.chance = new Chance(seed);
    const { chance } = this;
    const flags = () => ({ replay: chance.hit(0.6), lookup: chance.hit(0.75), cancel: chance.hit(0.6) });
    this.gateways = [new ExploredGateway('g1', flags(), chance), new ExploredGateway('g2', flags(), chance)];
    const channelFlags = () => ({ ...flags(), partialFill: chance.hit(0.5) });
    const known = () => [...this.cards.keys()].at(chance.upTo(3) - 3);
    this.channels = [new ExploredChannel('c1', channelFlags(), chance, known), new ExploredChannel('c2', channelFlags(), chance, known)];
    this.calmAt = T0 + chance.between(20, 180) * MINUTE;
    this.engines = [new ExploredEngine(this, 'e1'), new ExploredEngine(this, 'e2')];
    this.submit();
  }

  get faulty(): boolean {
    return this.now < this.calmAt;
  }

  gateway(id: string): ExploredGateway {
    return this.gateways[0].id === id ? this.gateways[0] : this.gateways[1];
  }

  channel(id: string): ExploredChannel {
    return this.channels[0].id === id ? this.channels[0] : this.channels[1];
  }

  later(afterMs: number, run: () => void): void {
    this.tasks.push({ at: this.now + Math.max(0, Math.round(afterMs)), turn: ++this.turns, run });
  }

  /** Runs until nothing is left to happen, at most three days of the shop's time. */
  run(tasksMax = 20_000): void {
    for (let done = 0; this.broken.length === 0; done++) {
      if (done > tasksMax) {
        this.broken.push('It does not come to rest');
        return;
      }
      const task = this.tasks.pop();
      if (task === undefined || task.at > T0 + 72 * 60 * MINUTE) return;
      this.now = Math.max(this.now, task.at);
      task.run();
      this.broken.push(...[...this.gateways, ...this.channels].flatMap((outside) => outside.broken));
    }
  }

  /** Decides and stores; false when it was refused. */
  command(command: OrderCommand): boolean {
    const decision = order.decide(command, this.state);
    if (isRejection(decision)) return false;
    this.append(decision);
    return true;
  }

  append(events: readonly OrderEvent[]): void {
    for (const event of events) {
      const before = this.state;
      const happened: Happened<OrderEvent> = { ...event, occurredAt: toIso(this.now) };
      this.state = order.evolve(before, happened);
      this.log.push(happened);
      count(this.seen.eventTypes, event.type);
      this.broken.push(...brokenByAppend(this, before, event));
    }
    if (events.length === 0) return;
    const phase = phaseOf(this.state);
    count(this.seen.phases, phase);
    for (const engine of this.engines) engine.wake(this.chance.upTo(20));
  }

  decideCard(cardId: string, command: Parameters<typeof card.decide>[0]): boolean {
    const state = this.cards.get(cardId) ?? noCard;
    const decision = card.decide(command, state);
    if (isRejection(decision)) return false;
    this.cards.set(
      cardId,
      decision.reduce((folded, event) => card.evolve(folded, { ...event, occurredAt: toIso(this.now) }), state),
    );
    return true;
  }

  stock(cardId: string): void {
    this.decideCard(cardId, { type: 'StockCard', skuId: 'sku-1', batchId: 'b', fingerprint: cardId, sealed: sealedText });
    for (const engine of this.engines) engine.wake(0);
  }

  /** A snapshot for one pass: asked twice it answers the same. */
  world(by: string, seenForMs: (key: string) => number): World {
    const free = [...this.cards].filter(([, state]) => state.status === 'AVAILABLE').map(([id]) => id);
    const stale = this.faulty && this.chance.hit(0.1) ? [...this.cards.keys()] : free;
    const loading = this.faulty && this.chance.hit(0.02);
    const clockTrusted = !(this.faulty && this.chance.hit(0.02));
    const busy = this.faulty && this.chance.hit(0.03);
    const offers = new Map(this.channels.map(({ id }) => [id, this.offer()]));
    return {
      timing: defaultTiming,
      healthPolicy: defaultHealthPolicy,
      by,
      hasCome: () => clockTrusted,
      seenForMs,
      gateway: (id) => this.gateway(id).view,
      channel: (id) => this.channel(id).view(busy),
      offer: (id) => offers.get(id) ?? { kind: 'UNKNOWN' },
      candidates: (_skuId, quantity) =>
        loading ? { kind: 'LOADING' } : stale.length === 0 ? { kind: 'NONE' } : { kind: 'SOME', cardIds: stale.slice(0, quantity) },
      sellable: () => free.length,
      route: () => ({ lane: 'default', policyVersion: 'v1', why: 'STANDARD' }),
    };
  }

  /** What is known of a channel's stock: now and then nothing, that it cannot be reached, or that it is dear. */
  private offer(): Offer {
    const price = (amountMinor: number): Offer => ({ kind: 'SOME', available: 5, unitCost: { amountMinor, currency: 'CNY' } });
    return this.faulty ? this.chance.of([{ kind: 'UNKNOWN' }, { kind: 'UNKNOWN' }, price(900), { kind: 'AWAY' }, price(950)]) : price(900);
  }

  private sources(): readonly Source[] {
    const buys = (channelId: string): Source => ({
      kind: 'CHANNEL',
      channelId,
      product: 'p',
      maxUnitCost: { amountMinor: 920, currency: 'CNY' },
    });
    const pool: Source = { kind: 'POOL' };
    return this.chance.of([[pool], [pool, buys('c1')], [pool, buys('c1'), buys('c2')], [buys('c1')], [buys('c1'), buys('c2')], [buys('c2'), pool]]);
  }

  private submit(): void {
    const { chance } = this;
    const quantity = chance.between(1, 3);
    const kind = (): PaymentKind => chance.of(['REDIRECT', 'REDIRECT', 'CHARGE']);
    for (let i = chance.upTo(quantity + 1); i > 0; i--) this.stock(`card-${i}`);
    this.append([
      {
        type: 'OrderSubmitted',
        data: orderOf({
          quantity,
          payment: { gatewayId: 'g1', kind: kind() },
          terms: {
            reserve: chance.of(['AT_PAYMENT', 'AT_PAYMENT', 'AT_SUBMIT']),
            partial: chance.of(['WAIT', 'SPLIT']),
            compensation: chance.of(['REFUND', 'REFUND', 'REISSUE', 'REVIEW']),
            oversell: chance.hit(0.6),
            onDoubt: chance.of(['WAIT', 'REROUTE']),
            sources: this.sources(),
            ...(chance.hit(0.05) ? { delivery: 'manual' as const } : {}),
          },
          ...(chance.hit(0.15) ? { fields: sealedText } : {}),
          ...(chance.hit(0.15) ? { admission: 'LATER' as const, enterAt: toIso(this.now + chance.upTo(20 * MINUTE)) } : {}),
        }),
      },
    ]);
    const often = (times: number, withinMs: number, run: () => void): void => {
      for (let i = chance.upTo(times); i > 0; i--) this.later(chance.upTo(withinMs), run);
    };
    const some = (probability: number, withinMs: number, run: () => void): void =>
      chance.hit(probability) ? this.later(chance.upTo(withinMs), run) : undefined;
    often(4, 60 * MINUTE, () => this.buyerPays());
    some(0.2, 8 * 60 * MINUTE, () => this.buyerPays());
    some(0.2, 30 * MINUTE, () => this.command({ type: 'RequestCancel' }));
    often(chance.hit(0.3) ? 3 : 0, 15 * MINUTE, () => this.changeMethod(kind()));
    often(3, 90 * MINUTE, () => this.command({ type: 'RevealCards', at: this.now }));
    often(3, 240 * MINUTE, () => this.reportCard());
    often(2, 60 * MINUTE, () => this.falseNotice());
    often(2, 60 * MINUTE, () => this.stock(`late-${chance.upTo(3)}`));
    often(3, 60 * MINUTE, () => this.rivalTakes());
    some(0.15, 120 * MINUTE, () => this.command({ type: 'OrderRefund', ...(chance.hit(0.5) ? { amountMinor: 400 } : {}) }));
    some(0.1, 90 * MINUTE, () => this.handIn());
    often(2, 90 * MINUTE, () => this.channelRings());
    some(0.05, 60 * MINUTE, () => this.command({ type: 'FreezeOrder', cause: 'PERSON' }));
    for (let i = 1; i <= 30; i++) this.later(i * 20 * MINUTE, () => this.deskWork());
    for (const engine of this.engines) engine.wake(0);
  }

  private bookedPayments() {
    return this.gateways.flatMap((gateway) => [...gateway.payments.values()].map((payment) => ({ gateway, payment })));
  }

  private buyerPays(): void {
    const pages = this.bookedPayments().filter(({ payment }) => payment.kind !== 'PLACEHOLDER');
    const { chance } = this;
    for (const { gateway, payment } of pages) {
      if (!chance.hit(0.6)) continue;
      const declines = payment.status === 'OPEN' && chance.hit(0.15);
      const repeats = payment.status === 'PAID' && !(this.faulty && gateway.flags.lookup && chance.hit(0.05));
      if (repeats) continue;
      const wasDeclined = payment.status === 'DECLINED';
      if (declines) gateway.decline(payment, this.now);
      else gateway.pay(payment, this.now, this.faulty);
      // Without any notice nobody could know of a second charge on a paid reference, or of one on a declined reference that cannot be asked about.
      const least = payment.capturedMinor > payment.amountMinor || (wasDeclined && !gateway.flags.lookup) ? 1 : 0;
      for (let i = this.faulty ? chance.between(least, 2) : 1; i > 0; i--)
        this.later(chance.upTo(this.faulty ? 10 * MINUTE : 100), () =>
          this.notice(payment.reference, gateway, payment.status, payment.capturedMinor),
        );
    }
  }

  private notice(
    reference: string,
    gateway: ExploredGateway,
    claimedStatus: 'OPEN' | 'PAID' | 'DECLINED' | 'CLOSED',
    claimedCapturedMinor: number,
  ): void {
    this.command({ type: 'RecordNotice', reference, gatewayId: gateway.id, noticeId: `n-${this.now}`, claimedStatus, claimedCapturedMinor });
  }

  private falseNotice(): void {
    const payment = this.state.payments.at(this.chance.upTo(2) - 2);
    if (payment !== undefined) this.notice(payment.reference, this.gateway(payment.gatewayId), this.chance.of(['PAID', 'DECLINED', 'CLOSED']), 1_000);
  }

  private changeMethod(kind: PaymentKind): void {
    const from = this.state.payments.at(-1);
    const flags = from === undefined ? undefined : this.gateway(from.gatewayId).flags;
    const gatewayId = this.chance.of(['g1', 'g2']);
    this.command({
      type: 'ChangePaymentMethod',
      payment: { gatewayId, kind },
      gatewayCanCloseOrBeAsked: flags === undefined || flags.cancel || flags.lookup,
    });
  }

  /** Another order claims or lets go of a card. */
  private rivalTakes(): void {
    const id = [...this.cards.keys()].at(this.chance.upTo(4) - 4);
    if (id === undefined) return;
    if (this.chance.hit(0.8)) this.decideCard(id, { type: 'ClaimCard', orderId: 'rival', reservation: 1, at: this.now });
    else this.decideCard(id, { type: 'ReleaseCard', orderId: 'rival', reservation: 1, revealed: false });
    for (const engine of this.engines) engine.wake(0);
  }

  /** A person answers what waits, by what the gateway's own desk says. */
  private deskWork(): void {
    const { state } = this;
    if (!isSubmitted(state) || !this.chance.hit(0.7)) return;
    for (const { subject } of state.reviews) this.answer(subject);
    if (this.state.frozen === undefined) return;
    for (const payment of this.state.payments) this.putRight(payment.reference);
    this.command({ type: 'UnfreezeOrder' });
  }

  /** One of the ways out that the review itself offers; a card that waits for another one is settled by its price, too. */
  private choose(subject: string): void {
    const { state, chance } = this;
    // Money that does not fit is put right first: until then nobody can tell the price of a card from it.
    if (!isSubmitted(state) || state.payments.some((payment) => payment.status === 'MISMATCHED')) return;
    const [missing] = openReplacements(state);
    if (subject === 'deadline' && missing !== undefined && chance.hit(0.5))
      return void this.command({ type: 'OrderRefund', amountMinor: 1_000, cardIds: [missing.cardId] });
    const offered = choicesOf(state, subject, this.now);
    const choice = offered[chance.upTo(offered.length)];
    if (choice !== undefined) this.command({ type: 'AnswerReview', subject, choice, at: this.now });
  }

  private reportCard(): void {
    const cardId = this.state.deliveredCardIds.at(-1 - this.chance.upTo(2));
    if (cardId !== undefined) this.command({ type: 'ReportCard', cardId, problem: 'does not work' });
  }

  /** Money that does not fit goes back, as much as the list of what is to go back says. */
  private putRight(reference: string): void {
    const owed = owedMoney(this.state).find(({ why, reference: of }) => why === 'MISMATCHED' && of === reference);
    if (owed !== undefined) this.command({ type: 'OrderRefund', reference, amountMinor: owed.amount.amountMinor });
  }

  /** A channel rings about any purchase it knows, sometimes with a false word where it will be asked. */
  private channelRings(): void {
    for (const channel of this.channels)
      for (const booked of channel.purchases.values()) {
        const lies = channel.flags.lookup && this.chance.hit(0.3);
        ring(this, channel, lies ? { ...booked, status: this.chance.of(['COMPLETED', 'REFUSED']) } : booked);
      }
  }

  private handIn(): void {
    if (!isSubmitted(this.state)) return;
    const cards = Array.from({ length: this.chance.between(1, 2) }, () => exploredCard(`hand-${this.chance.upTo(5)}`));
    this.command({ type: 'DeliverManually', cards: this.chance.hit(0.8) ? cards : [], ...(this.chance.hit(0.3) ? { receipt: sealedText } : {}) });
  }

  /** Nobody can tell by machine: the channel's own desk sends its word again, or the person gives the purchase up. */
  private answerPurchase(subject: string, requestId: string): void {
    const purchase = this.state.purchases.find((p) => p.requestId === requestId);
    if (purchase === undefined || (isPurchaseOpen(purchase) && this.now - purchase.requestedAt < 60 * MINUTE)) return;
    this.command({ type: 'ResolveReview', subject });
  }

  private answer(subject: string): void {
    const [about, reference] = [subject.slice(0, subject.indexOf(':')), subject.slice(subject.indexOf(':') + 1)];
    const payment = this.state.payments.find((p) => p.reference === reference);
    if (about === 'payment' && payment !== undefined) {
      const booked = this.gateway(payment.gatewayId).closeByHand(reference, this.now);
      const again = booked.capturedMinor - (payment.captured?.amountMinor ?? payment.request.amount.amountMinor);
      const surplus = { type: 'ConfirmSurplus', reference, transactionId: `capture of ${booked.capturedMinor}`, surplusMinor: again } as const;
      if (payment.status === 'MISMATCHED') this.putRight(reference);
      else if (booked.status === 'PAID' && payment.captured === undefined) {
        const capturedMinor = Math.min(booked.capturedMinor, payment.request.amount.amountMinor);
        if (this.command({ type: 'ConfirmPayment', reference, capturedMinor, at: this.now }) && (again <= 0 || this.command(surplus))) return;
      } else if (booked.status === 'PAID' && again > 0 && this.command(surplus)) return;
      this.command({ type: 'ResolveReview', subject });
    } else if (about === 'refund') {
      const refund = this.state.refunds.find((r) => r.refundReference === reference);
      if (refund?.status === 'IN_DOUBT' || refund?.status === 'PENDING') {
        const outcome = this.gateway(refund.gatewayId).settleByHand(reference, refund.reference, refund.amount.amountMinor);
        this.command({ type: 'ConfirmRefund', refundReference: reference, outcome });
      } else if (refund?.status === 'REFUSED' && this.command({ type: 'OrderRefund', reference: refund.reference }))
        this.command({ type: 'ResolveReview', subject });
    } else if (about === 'purchase') {
      this.answerPurchase(subject, reference);
    } else if (subject === 'delivery') {
      this.handIn();
    } else if (subject === 'deadline' && openReplacements(this.state).length === 0) {
      this.command(this.chance.hit(0.3) ? { type: 'RetryOrder', at: this.now } : { type: 'OrderRefund' });
    } else this.choose(subject);
  }
}
