import { order } from '../../../src/domain/order/decide';
import type { OrderEvent } from '../../../src/domain/order/events';
import { planOrder, type RetryRoom } from '../../../src/domain/order/plan';
import { RETRY_BUDGET } from '../../../src/domain/order/retries';
import { money } from '../../../src/domain/kernel/money';
import { toIso } from '../../../src/domain/kernel/time';
import {
  charged,
  gatewayView,
  given,
  givenOrder,
  intent,
  minutes,
  ORDER_ID,
  paidOrder,
  paymentClosed,
  paymentRequested,
  REF,
  REFUND,
  refundOrdered,
  refundRequested,
  retryScheduled,
  routed,
  seconds,
  submitted,
  T0,
  world,
  type WorldChanges,
} from '../../support/given';

const decides = (type: string, more: object = {}): object => ({ kind: 'decide', command: expect.objectContaining({ type, ...more }) });
const room = (waitMs: number, early = false): RetryRoom => ({ waitMs: () => waitMs, hasRoomEarly: () => early });
const used: WorldChanges = { retries: room(seconds(40)) };

const notDone = [submitted(), routed(), paymentRequested(), paymentClosed({ proof: 'NOT_DONE' }), retryScheduled()] as const;
const movedTo = (afterMs: number, step: 'payment' | 'refund' | 'purchase' = 'payment', reference = REF): OrderEvent =>
  retryScheduled({ step, reference, dueAt: toIso(T0 + afterMs), cause: RETRY_BUDGET });

describe('a retry for which the budget of its gateway has no room', () => {
  it('is moved to the time that is kept for it, and not dropped', () => {
    givenOrder(...notDone)
      .at(seconds(2), used)
      .planIs('14 pay', decides('MoveRetry', { step: 'payment', reference: REF, to: T0 + seconds(42) }));
    given(order)(...notDone)
      .when({ type: 'MoveRetry', step: 'payment', reference: REF, to: T0 + seconds(42) })
      .then(movedTo(seconds(42)));
  });

  it('waits for its time and for room, whichever is first', () => {
    const moved = givenOrder(...notDone, movedTo(seconds(42)));
    moved.at(seconds(3), used).planIs('15 wait', { waitUntil: T0 + seconds(42), waitsFor: ['retry:gateway:main'] });
    moved.at(seconds(3), { retries: room(seconds(40), true) }).planIs('14 pay', decides('RequestPayment'));
    moved.at(seconds(42), used).planIs('14 pay', decides('RequestPayment'));
  });

  it('is moved once only: the time that it has was kept for it', () =>
    given(order)(...notDone, movedTo(seconds(42)))
      .when({ type: 'MoveRetry', step: 'payment', reference: REF, to: T0 + seconds(99) })
      .isAlreadySo());

  it('is asked about again when the moved one came to nothing too', () =>
    givenOrder(
      ...notDone,
      movedTo(seconds(42)),
      paymentRequested({ attempt: 2, reference: 'r2' }),
      paymentClosed({ reference: 'r2', proof: 'NOT_DONE' }),
      retryScheduled({ reference: 'r2', attempt: 2, dueAt: toIso(T0 + seconds(50)) }),
    )
      .at(seconds(50), used)
      .planIs('14 pay', decides('MoveRetry', { reference: 'r2' })));

  it('is told apart from a first attempt, from one at another gateway, and from one that never left this shop', () => {
    givenOrder(submitted(), routed()).at(1, used).planIs('14 pay', decides('RequestPayment'));
    const elsewhere = [...notDone.slice(0, 2), paymentRequested({ gatewayId: 'gone' }), ...notDone.slice(3)];
    givenOrder(...elsewhere)
      .at(seconds(2), used)
      .planIs('14 pay', decides('RequestPayment'));
    givenOrder(...notDone.slice(0, 4), retryScheduled({ cause: 'TOO_LATE' }))
      .at(seconds(2), used)
      .planIs('14 pay', decides('RequestPayment'));
  });

  it('does not outlive the time to pay', () =>
    givenOrder(...notDone, movedTo(seconds(10_000)))
      .at(seconds(900), used)
      .planIs('13 expire', decides('ExpireOrder')));

  it('is moved for a refund too, which goes as soon as there is room', () => {
    const events = [...paidOrder(), refundOrdered(), refundRequested()];
    const again = retryScheduled({ step: 'refund', reference: REFUND, dueAt: toIso(T0 + seconds(5)) });
    givenOrder(...events, again)
      .at(seconds(5), used)
      .planIs('6 refund', decides('MoveRetry', { step: 'refund', reference: REFUND, to: T0 + seconds(45) }));
    const moved = givenOrder(...events, again, movedTo(seconds(45), 'refund', REFUND));
    moved.at(seconds(6), { retries: room(1, true) }).planIs('6 refund', decides('RequestRefund'));
    moved.at(seconds(45), used).planIs('6 refund', decides('RequestRefund'));
  });
});

describe('a purchase that would be a retry', () => {
  const cap = money(920, 'CNY');
  const buys = (channelId: string) => ({ kind: 'CHANNEL', channelId, product: 'p', maxUnitCost: cap }) as const;
  const P1 = `${ORDER_ID}.p1`;
  const refused = (...channels: readonly string[]): readonly OrderEvent[] => [
    ...paidOrder({ terms: { sources: channels.map(buys) } }),
    {
      type: 'PurchaseRequested',
      data: { attempt: 1, requestId: P1, channelId: 'up', skuId: 'sku-1', product: 'p', quantity: 1, maxUnitCost: cap, ...intent() },
    },
    { type: 'PurchaseRefused', data: { requestId: P1, channelId: 'up', skuId: 'sku-1', reason: 'BUSY', proof: 'STATUS' } },
    retryScheduled({ step: 'purchase', reference: P1, dueAt: toIso(T0 + seconds(2)) }),
  ];
  const noPool: WorldChanges = { ...used, cards: [] };

  it('goes to a channel that is no retry, where the terms name one', () =>
    givenOrder(...refused('up', 'other'))
      .at(seconds(3), noPool)
      .planIs('10 source', decides('RequestPurchase', { channelId: 'other' })));

  it('is moved where there is no other, and goes when its time or room has come', () => {
    givenOrder(...refused('up'))
      .at(seconds(3), noPool)
      .planIs('10 source', decides('MoveRetry', { step: 'purchase', reference: P1, to: T0 + seconds(43) }));
    const moved = givenOrder(...refused('up'), movedTo(seconds(43), 'purchase', P1));
    moved.at(seconds(4), noPool).planIs('15 wait', { waitUntil: T0 + seconds(43) });
    moved.at(seconds(4), { ...noPool, retries: room(1, true) }).planIs('10 source', decides('RequestPurchase', { channelId: 'up' }));
    moved.at(seconds(43), noPool).planIs('10 source', decides('RequestPurchase', { channelId: 'up' }));
  });
});

describe('a gateway with as much under way as it may have', () => {
  const busy: WorldChanges = { gateway: { busy: true } };

  it('is sent nothing more: a request waits for its turn, and what settles something looks again by itself in case nobody rings', () => {
    givenOrder(submitted(), routed())
      .at(1, busy)
      .planIs('15 wait', { waitUntil: T0 + minutes(15), waitsFor: ['turn:gateway:main'] });
    givenOrder(...paidOrder(), refundOrdered())
      .at(seconds(1), busy)
      .planIs('15 wait', { waitUntil: T0 + seconds(31), waitsFor: ['room:gateway:main'] });
  });

  it('is sent nothing by whoever has waited less than others there', () => {
    const behind: WorldChanges = { isBehind: () => true };
    givenOrder(submitted(), routed())
      .at(1, behind)
      .planIs('15 wait', { waitsFor: ['turn:gateway:main'] });
    givenOrder(...paidOrder(), refundOrdered())
      .at(seconds(1), behind)
      .planIs('15 wait', { waitsFor: ['room:gateway:main'] });
  });

  it('is asked about no doubt, and closes nothing, until there is room', () => {
    const doubt = [
      charged(),
      routed(),
      paymentRequested({ kind: 'CHARGE' }),
      { type: 'PaymentTimedOut', data: { reference: REF, gatewayId: 'main', call: 'request', cause: 'TIMEOUT' } },
    ] as const;
    givenOrder(...doubt)
      .at(seconds(9), busy)
      .planIs('15 wait', { waitUntil: T0 + seconds(39), waitsFor: ['room:gateway:main'] });
    givenOrder(...doubt)
      .at(seconds(9))
      .planIs('3 payment in doubt', { kind: 'ask' });
  });

  it('keeps no order of another gateway waiting', () => {
    const { state } = givenOrder(submitted(), routed());
    expect(planOrder(state, T0, { ...world(), gateway: (id) => gatewayView({ busy: id === 'sick' }) }).row).toBe('14 pay');
  });
});
