import type { HeldBack } from '../../src/domain/routing/silence';
import { isRejection } from '../../src/domain/kernel/rejection';
import type { Instant } from '../../src/domain/kernel/time';
import type { EngineCommand, PaymentAnswer, RefundAnswer } from '../../src/domain/order/commands';
import { findPurchase } from '../../src/domain/order/goods';
import type { PurchaseAnswer, StockedCards } from '../../src/domain/order/purchase-commands';
import { order } from '../../src/domain/order/decide';
import { planOrder, planRows, type Call, type Step, type World } from '../../src/domain/order/plan';
import { findPayment, findRefund, isSubmitted, type OrderState } from '../../src/domain/order/state';
import { defaultTiming, retryDelayMs } from '../../src/domain/order/timing';
import { arriveAtChannel, isPurchaseCall, purchaseAnswered, receiveCard, type PurchaseCall } from './explored-purchases';
import { ORDER_ID } from './given';
import { count, MINUTE, type ExploredShop } from './explored-shop';

/** Decisions in a row without a call: a plan that goes on longer than this turns in circles. */
const DECISIONS_MAX = 16;

function aboutOf(call: Call): string {
  if ('reference' in call) return call.reference;
  if ('refundReference' in call) return call.refundReference;
  return 'requestId' in call ? call.requestId : '';
}
const keyOf = (call: Call): string => `${call.kind} ${aboutOf(call)}`;

/** Calls that leave the shop. */
type OutsideCall = Exclude<Call, { kind: 'claim-cards' | 'release-cards' | 'stock-cards' }>;
type GatewayCall = Exclude<OutsideCall, PurchaseCall>;

type AnyAnswer = PaymentAnswer | RefundAnswer | PurchaseAnswer;

/** What is fixed when the right to act is stored, whatever happens to the order afterwards. */
interface Granted {
  readonly performBy: Instant;
  readonly attempt: number | undefined;
}

/** Plans, decides, stores and calls as the real engine does, and dies or falls asleep between any two of these. */
export class ExploredEngine {
  private session = 1;
  private counter = 0;
  private busy = false;
  /** Questions that told nothing new: how often, and when to put them again. */
  private readonly inVain = new Map<string, { readonly times: number; readonly again: Instant }>();
  private wakeAt: Instant = Infinity;
  private readonly seenSince = new Map<string, Instant>();

  constructor(
    private readonly shop: ExploredShop,
    private readonly name: string,
  ) {}

  wake(afterMs: number): void {
    const at = this.shop.now + afterMs;
    if (at >= this.wakeAt) return;
    this.wakeAt = at;
    this.shop.later(afterMs, () => {
      if (this.wakeAt > this.shop.now) return;
      this.wakeAt = Infinity;
      if (!this.busy) this.advance();
    });
  }

  private heldBack(key: string): HeldBack | undefined {
    const again = this.inVain.get(key)?.again;
    return again === undefined ? undefined : { at: again, orWhenHeard: true };
  }

  private seenForMs(key: string): number {
    const since = this.seenSince.get(key);
    if (since === undefined) this.seenSince.set(key, this.shop.now);
    return since === undefined ? 0 : this.shop.now - since;
  }

  private advance(): void {
    const { shop } = this;
    for (let decisions = 0; decisions < DECISIONS_MAX; decisions++) {
      const world: World = {
        ...shop.world(`${this.name}.${this.session}:${++this.counter}`, (key) => this.seenForMs(key)),
        askAgain: (call) => this.heldBack(keyOf(call)),
      };
      const { row, step } = planOrder(shop.state, shop.now, world);
      this.note(row, world);
      if (step.kind === 'wait') {
        if (step.waitUntil !== undefined) this.wake(step.waitUntil - shop.now);
        return;
      }
      if (step.kind === 'decide' && !this.decide(row, step)) return;
      if (this.dies(0.03)) return;
      if (step.call !== undefined) return this.call(step.call);
    }
    shop.broken.push(
      `The plan decides without end: ${shop.log
        .slice(-6)
        .map((event) => event.type)
        .join(', ')}`,
    );
  }

  private decide(row: string, { command }: Extract<Step, { kind: 'decide' }>): boolean {
    const decision = order.decide(command, this.shop.state);
    if (isRejection(decision) || decision.length === 0) {
      this.shop.broken.push(`Row ${row} wants ${command.type}, and that is ${isRejection(decision) ? decision.code : 'already so'}`);
      return false;
    }
    this.shop.append(decision);
    return this.shop.broken.length === 0;
  }

  private note(row: string, world: World): void {
    const { state, now, seen } = this.shop;
    count(seen.rows, row);
    if (!isSubmitted(state)) return;
    const rows = planRows.filter(({ step }) => step({ state, now, world, wakes: [], waitsFor: [] }) !== null).map((planRow) => planRow.row);
    for (const other of rows.slice(1)) count(seen.overlaps, `${rows[0]} < ${other}`);
  }

  /** kill -9: whatever it was doing is forgotten; another session starts after a while. */
  private dies(probability: number): boolean {
    const { shop } = this;
    if (!shop.faulty || !shop.chance.hit(probability)) return false;
    this.session++;
    this.busy = true;
    this.seenSince.clear();
    this.inVain.clear();
    const session = this.session;
    shop.later(shop.chance.upTo(MINUTE), () => {
      if (this.session !== session) return;
      this.busy = false;
      this.advance();
    });
    return true;
  }

  /** A moment, and sometimes a long sleep (SIGSTOP). */
  private moment(ms: number): number {
    const { chance, faulty } = this.shop;
    return chance.upTo(ms) + (faulty && chance.hit(0.04) ? chance.upTo(4 * MINUTE) : 0);
  }

  private call(call: Call): void {
    const { shop } = this;
    const { session } = this;
    this.busy = true;
    const startedAt = shop.now;
    const { state } = shop;
    const grant: Granted = {
      performBy: this.performBy(call),
      attempt: 'refundReference' in call ? findRefund(shop.state, call.refundReference)?.attempts : undefined,
    };
    const done = (command: EngineCommand | null): void => {
      shop.later(this.moment(5), () => {
        if (this.session !== session || this.dies(0.03)) return;
        this.busy = false;
        this.record(call, command);
      });
    };
    shop.later(this.moment(5), () => {
      if (this.session !== session || this.dies(0.03)) return;
      if (call.kind === 'claim-cards') this.claim(call.reservation, [...call.cardIds].sort(), session, done);
      else if (call.kind === 'release-cards') this.release(call, done);
      else if (call.kind === 'stock-cards') this.receive(call, state, session, done);
      else this.send(call, startedAt, grant, done);
    });
  }

  private record(call: Call, command: EngineCommand | null): void {
    const { shop } = this;
    const decision = command === null ? [] : order.decide(command, shop.state);
    if (isRejection(decision)) {
      shop.broken.push(`An answer was refused: ${decision.code}`);
    } else if (decision.length === 0) {
      const times = this.inVain.get(keyOf(call))?.times ?? 0;
      this.inVain.set(keyOf(call), { times: times + 1, again: shop.now + Math.min(500 * 2 ** times, 10 * MINUTE) });
      this.wake(0);
    } else {
      this.inVain.delete(keyOf(call));
      shop.append(decision);
      this.wake(0);
    }
  }

  private claim(reservation: number, cardIds: readonly string[], session: number, done: (command: EngineCommand) => void): void {
    const { shop } = this;
    const [cardId, ...rest] = cardIds;
    if (cardId === undefined) return done({ type: 'SettleReservation', reservation });
    if (!shop.decideCard(cardId, { type: 'ClaimCard', orderId: ORDER_ID, reservation, at: shop.now }))
      return done({ type: 'SettleReservation', reservation, lostCardId: cardId });
    shop.later(this.moment(5), () => {
      if (this.session === session && !this.dies(0.02)) this.claim(reservation, rest, session, done);
    });
  }

  private release({ cards }: Extract<Call, { kind: 'release-cards' }>, done: (command: EngineCommand) => void): void {
    for (const { cardId, reservation, revealed } of cards)
      this.shop.decideCard(cardId, { type: 'ReleaseCard', orderId: ORDER_ID, reservation, revealed });
    done({ type: 'RecordReleased', cardIds: cards.map(({ cardId }) => cardId) });
  }

  private receive(
    { reservation, cards }: Extract<Call, { kind: 'stock-cards' }>,
    state: OrderState,
    session: number,
    done: (command: EngineCommand) => void,
    stocked: StockedCards = { claimed: [], surplus: [], known: [] },
  ): void {
    const [next, ...rest] = cards;
    if (next === undefined) return done({ type: 'SettleGoods', reservation, ...stocked });
    const became = receiveCard(this.shop, state, reservation, next.cardId, next.claim);
    const after = became === null ? stocked : { ...stocked, [became]: [...stocked[became], next.cardId] };
    this.shop.later(this.moment(5), () => {
      if (this.session === session && !this.dies(0.02)) this.receive({ kind: 'stock-cards', reservation, cards: rest }, state, session, done, after);
    });
  }

  /** Over the wire: not sent, lost, late, answered, or answered and the answer lost. After five seconds nobody waits any more. */
  private send(call: OutsideCall, startedAt: Instant, grant: Granted, done: (command: EngineCommand | null) => void): void {
    const { shop } = this;
    const { chance, faulty } = shop;
    const granted = 'first' in call && call.first;
    const tooLate = granted ? shop.now >= grant.performBy : shop.now - startedAt >= defaultTiming.performWithinMs;
    if (tooLate) return done(granted ? this.answered(call, { kind: 'NOT_DONE', code: 'TOO_LATE', retryAt: this.retryAt() }, grant.attempt) : null);
    if (faulty && chance.hit(0.05))
      return done(this.answered(call, { kind: 'NOT_DONE', code: 'REFUSED_CONNECTION', retryAt: this.retryAt() }, grant.attempt));
    const fate = faulty ? chance.of(['fine', 'fine', 'fine', 'fine', 'lost', 'answerLost', 'late']) : 'fine';
    const arrivesAfter = fate === 'late' ? chance.between(5_000, 45_000) : chance.upTo(200);
    const closable = this.canBeClosed(call) && fate === 'late' && chance.hit(0.2);
    let answer: AnyAnswer | null = null;
    if (fate !== 'lost') shop.later(closable ? arrivesAfter * 10 : arrivesAfter, () => (answer = this.arrive(call)));
    const timeoutMs = isPurchaseCall(call) ? defaultTiming.issueTimeoutMs : defaultTiming.paymentTimeoutMs;
    const waits = fate === 'fine' ? arrivesAfter + chance.upTo(50) : timeoutMs;
    shop.later(waits, () =>
      done(this.answered(call, fate === 'fine' && answer !== null ? answer : { kind: 'UNKNOWN', cause: 'TIME_OUT' }, grant.attempt)),
    );
  }

  private canBeClosed(call: OutsideCall): boolean {
    if (isPurchaseCall(call)) return this.shop.channel(findPurchase(this.shop.state, call.requestId)?.channelId ?? 'c1').flags.cancel;
    return 'reference' in call && this.gatewayOf(call).flags.cancel;
  }

  private performBy(call: Call): Instant {
    if (call.kind === 'request-purchase') return findPurchase(this.shop.state, call.requestId)?.intent?.performBy ?? 0;
    if (call.kind === 'request-refund') return findRefund(this.shop.state, call.refundReference)?.intent?.performBy ?? 0;
    const payment = 'reference' in call ? findPayment(this.shop.state, call.reference) : undefined;
    return (call.kind === 'close-payment' ? payment?.closing?.performBy : payment?.intent?.performBy) ?? 0;
  }

  private gatewayOf(call: GatewayCall) {
    const { state } = this.shop;
    const id = 'reference' in call ? findPayment(state, call.reference)?.gatewayId : findRefund(state, call.refundReference)?.gatewayId;
    return this.shop.gateway(id ?? 'g1');
  }

  private arrive(call: OutsideCall): AnyAnswer {
    const { shop } = this;
    if (isPurchaseCall(call)) return arriveAtChannel(shop, call);
    const gateway = this.gatewayOf(call);
    switch (call.kind) {
      case 'request-payment': {
        const payment = findPayment(shop.state, call.reference);
        return payment === undefined ? { kind: 'UNKNOWN', cause: 'NO_SUCH' } : gateway.request(payment.request, shop.now, shop.faulty);
      }
      case 'query-payment': {
        const answer = gateway.query(call.reference, shop.now, shop.faulty);
        return answer.kind === 'NOT_FOUND' ? { kind: 'NOT_FOUND', final: call.notFoundIsFinal } : answer;
      }
      case 'close-payment':
        return gateway.close(call.reference, shop.now, shop.faulty);
      case 'request-refund': {
        const refund = findRefund(shop.state, call.refundReference);
        if (refund === undefined) return { kind: 'UNKNOWN', cause: 'NO_SUCH' };
        const answer = gateway.refund(call.refundReference, refund.reference, refund.amount.amountMinor, shop.faulty);
        this.settleLater(call.refundReference);
        return answer;
      }
      case 'query-refund': {
        const answer = gateway.queryRefund(call.refundReference);
        return answer.kind === 'NOT_FOUND' ? { kind: 'NOT_FOUND', final: call.notFoundIsFinal, retryAt: this.retryAt() } : answer;
      }
    }
  }

  /** A pending refund is settled within hours. */
  private settleLater(refundReference: string): void {
    const { shop } = this;
    const refund = shop.gateways.map((gateway) => gateway.refunds.get(refundReference)).find((found) => found !== undefined);
    if (refund?.status === 'PENDING')
      shop.later(shop.chance.upTo(300 * MINUTE), () => {
        if (refund.status === 'PENDING') refund.status = shop.chance.hit(0.8) ? 'REFUNDED' : 'REFUSED';
      });
  }

  private retryAt(): Instant {
    return this.shop.now + retryDelayMs(defaultTiming, ORDER_ID, 'step', 1);
  }

  private answered(call: OutsideCall, answer: AnyAnswer, attempt: number | undefined): EngineCommand {
    const { now } = this.shop;
    if (isPurchaseCall(call)) return purchaseAnswered(this.shop, call, answer as PurchaseAnswer);
    const first = 'first' in call && call.first;
    if (call.kind === 'request-refund' || call.kind === 'query-refund') {
      return {
        type: 'RecordRefundAnswer',
        refundReference: call.refundReference,
        answer: answer as RefundAnswer,
        first,
        attempt: attempt ?? 1,
        nextCheckAt: now + defaultTiming.pendingAskMs,
      };
    }
    const kind = call.kind === 'request-payment' ? 'request' : call.kind === 'query-payment' ? 'query' : 'close';
    const nextCheckAt = 'nextCheckAt' in call && call.nextCheckAt !== undefined ? { nextCheckAt: call.nextCheckAt } : {};
    return { type: 'RecordPaymentAnswer', call: kind, reference: call.reference, answer: answer as PaymentAnswer, first, at: now, ...nextCheckAt };
  }
}
