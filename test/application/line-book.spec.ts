import { buyerKeyOf, likenessesOf } from '../../src/application/lines/alike';
import { Line } from '../../src/application/lines/line';
import { LineBook } from '../../src/application/lines/line-book';
import type { StoredEvent } from '../../src/domain/kernel/event';
import { toIso } from '../../src/domain/kernel/time';
import type { OrderEvent } from '../../src/domain/order/events';
import { evolveOrder } from '../../src/domain/order/evolve';
import { noOrder, type OrderState } from '../../src/domain/order/state';
import { orderDelivered, paymentConfirmed, paymentOpened, paymentRequested, submitted, T0 } from '../support/given';

/** What happened to some orders, at milliseconds after T0. */
class Log {
  readonly book = new LineBook();
  readonly states = new Map<string, OrderState>();

  happened(orderId: string, afterMs: number, ...events: readonly OrderEvent[]): this {
    const occurredAt = toIso(T0 + afterMs);
    for (const event of events) {
      this.book.apply({ ...event, stream: `order-${orderId}`, occurredAt } as unknown as StoredEvent);
      this.states.set(orderId, evolveOrder(this.states.get(orderId) ?? { ...noOrder, orderId }, { ...event, occurredAt }));
    }
    return this;
  }

  placeOf(orderId: string, afterMs: number) {
    return this.book.placeOf(orderId, T0 + afterMs);
  }
}

const routed = (lane = 'default'): OrderEvent => ({
  type: 'OrderRouted',
  data: { skuId: 'steam-50', lane, policyVersion: 'v1', canary: false, why: 'TIER_STANDARD' },
});
const later = (enterAfterMs: number): OrderEvent => submitted({ admission: 'LATER', enterAt: toIso(T0 + enterAfterMs) });

describe('orders that wait to enter', () => {
  it('stand by their time, whatever the order in which the log tells of them, and move up as others enter or give up', () => {
    const log = new Log().happened('b', 0, later(20_000)).happened('a', 0, later(10_000)).happened('c', 0, later(30_000));
    expect(log.placeOf('c', 0)).toMatchObject({ position: 2, etaMs: 30_000 });
    expect(log.placeOf('c', 4_000)).toMatchObject({ position: 2, etaMs: 26_000 });
    log.happened('a', 10_000, routed());
    expect(log.placeOf('c', 10_000)).toMatchObject({ position: 1, etaMs: 20_000 });
    log.happened('b', 11_000, { type: 'OrderCancelled', data: { skuId: 'steam-50', cause: 'REQUESTED' } });
    expect(log.placeOf('c', 11_000)).toMatchObject({ position: 0, etaMs: 19_000 });
    expect(log.book.backlog(T0 + 11_000).depth).toBe(1);
  });

  it('are told how wrong past estimates were', () => {
    const log = new Log().happened('a', 0, later(10_000)).happened('b', 0, later(60_000));
    expect(log.placeOf('b', 0)).toMatchObject({ etaErrorMs: null });
    log.happened('a', 13_000, routed());
    expect(log.placeOf('b', 13_000)?.etaErrorMs).toBe(3_000);
  });

  it('that the engine does not get to in time are told by its speed, not by a plan that has failed', () => {
    const log = new Log();
    for (let n = 0; n < 40; n++) log.happened(`o${String(n).padStart(2, '0')}`, 0, later(100 + n));
    // One enters each second, though forty should have in 140 ms.
    for (let n = 0; n < 20; n++) log.happened(`o${String(n).padStart(2, '0')}`, 1_000 * (n + 1), routed());
    const last = log.placeOf('o39', 20_000);
    expect(last?.position).toBe(19);
    expect(last?.etaMs).toBeGreaterThan(15_000);
    expect(last?.etaMs).toBeLessThan(28_000);
  });
});

describe('orders in a lane', () => {
  it("are those whose next step is the shop's: while a page is opened, and from the payment to the cards", () => {
    const log = new Log();
    const depth = (): number => log.book.lane('vip', T0 + 9_000).depth;
    log.happened('a', 0, submitted());
    expect(depth()).toBe(0);
    log.happened('a', 1, routed('vip'));
    expect(depth()).toBe(1);
    log.happened('a', 2, paymentRequested(), paymentOpened());
    expect([depth(), log.placeOf('a', 3)]).toEqual([0, null]);
    log.happened('a', 5_000, paymentConfirmed());
    expect(log.book.lane('vip', T0 + 9_000)).toMatchObject({ depth: 1, oldestAgeMs: 4_000 });
    expect(log.placeOf('a', 9_000)).toMatchObject({ position: 0 });
    log.happened('a', 9_000, orderDelivered());
    expect([depth(), log.placeOf('a', 9_000)]).toEqual([0, null]);
  });
});

describe('what whoever joins a line now will wait', () => {
  it('is its depth by its speed; as long as the oldest has waited while none leaves; and nothing when nobody waits', () => {
    const line = new Line(false);
    expect(line.figures(T0).predictedWaitMs).toBe(0);
    for (let n = 0; n < 40; n++) line.join(`o${n}`, T0, T0);
    expect(line.figures(T0 + 7_000)).toMatchObject({ depth: 40, drainedPerSecond: null, predictedWaitMs: 7_000 });
    for (let n = 0; n < 20; n++) line.leave(`o${n}`, T0 + 7_000 + n * 500);
    const at = T0 + 16_500;
    const { depth, drainedPerSecond, predictedWaitMs } = line.figures(at);
    expect(depth).toBe(20);
    expect(predictedWaitMs).toBeCloseTo(((depth + 1) / (drainedPerSecond ?? 0)) * 1_000);
    const halfway = predictedWaitMs;
    for (let n = 20; n < 30; n++) line.leave(`o${n}`, at + (n - 20) * 500);
    expect(line.figures(at + 4_500).predictedWaitMs).toBeLessThan(halfway);
  });
});

describe('unpaid orders', () => {
  it('count until they are paid, have ended or are being cancelled', () => {
    const log = new Log();
    const order = submitted();
    const alike = (): number => log.book.unpaid.alike(likenessesOf((order as Extract<OrderEvent, { type: 'OrderSubmitted' }>).data)).BUYER ?? 0;
    for (const orderId of ['a', 'b', 'c', 'd']) log.happened(orderId, 0, order);
    expect(alike()).toBe(4);
    log.happened('a', 1, routed(), paymentRequested(), paymentOpened(), paymentConfirmed());
    log.happened('b', 1, { type: 'OrderExpired', data: { skuId: 'steam-50' } });
    log.happened('c', 1, { type: 'CancelRequested', data: { skuId: 'steam-50' } });
    expect(alike()).toBe(1);
  });
});

describe('an order that is about to be stored', () => {
  it('stands in line and counts for its buyer once, also when the log has told of it', () => {
    const log = new Log();
    const order = later(20_000);
    const { data } = order as Extract<OrderEvent, { type: 'OrderSubmitted' }>;
    const buyer = buyerKeyOf(data.clientId, data.buyer.ref);
    expect(log.book.expect('a', data, likenessesOf(data), T0)).toBe(true);
    log.happened('a', 3, order);
    expect(log.book.expect('a', data, likenessesOf(data), T0 + 5)).toBe(false);
    expect(log.book.unpaid.countOf('BUYER', buyer)).toBe(1);
    expect(log.book.backlog(T0 + 5).depth).toBe(1);
    log.book.forget('a');
    expect(log.book.unpaid.countOf('BUYER', buyer)).toBe(0);
    expect(log.book.backlog(T0 + 5).depth).toBe(0);
  });
});

describe('a book that is opened again', () => {
  it('from rows and the log behind them stands as the one that saw everything, also where rows are newer than the log is read from', () => {
    const all = new Log();
    const seen: { readonly orderId: string; readonly afterMs: number; readonly event: OrderEvent }[] = [];
    const happened = (orderId: string, afterMs: number, ...events: readonly OrderEvent[]): void => {
      all.happened(orderId, afterMs, ...events);
      for (const event of events) seen.push({ orderId, afterMs, event });
    };
    for (let n = 0; n < 5; n++) happened(`w${n}`, n, later(60_000 + n));
    happened('paid', 10, submitted(), routed('vip'), paymentRequested(), paymentOpened());
    happened('paid', 20, paymentConfirmed());
    happened('done', 30, submitted(), routed(), paymentRequested(), paymentOpened(), paymentConfirmed(), orderDelivered());
    for (let from = 0; from <= seen.length; from++) {
      const book = new LineBook();
      for (const state of all.states.values()) book.restore(state);
      for (const { orderId, afterMs, event } of seen.slice(from))
        book.apply({ ...event, stream: `order-${orderId}`, occurredAt: toIso(T0 + afterMs) } as unknown as StoredEvent);
      const now = T0 + 1_000;
      const positions = (one: LineBook) => ['w0', 'w4', 'paid', 'done'].map((id) => one.placeOf(id, now)?.position ?? null);
      expect({ from, positions: positions(book), depth: book.backlog(now).depth, lane: book.lane('vip', now).depth }).toEqual({
        from,
        positions: positions(all.book),
        depth: 5,
        lane: 1,
      });
      expect(book.lastEntersAt).toBe(T0 + 60_004);
    }
  });
});
