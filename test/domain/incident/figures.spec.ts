import { concerns, figuresOf, wasConcerned, type OrderHistory } from '../../../src/domain/incident/figures';
import type { StoredEvent } from '../../../src/domain/kernel/event';
import { toIso } from '../../../src/domain/kernel/time';
import type { OrderEvent } from '../../../src/domain/order/events';
import {
  paymentConfirmed,
  minutes,
  paymentRequested,
  paymentTimedOut,
  routed,
  seconds,
  submitted,
  submittedState,
  T0,
  at,
} from '../../support/given';

const payments = { kind: 'CALLS_IN_DOUBT', subject: 'payment' } as const;

/** An order of which these things happened, each so long after the start. */
function historyOf(...happened: readonly (readonly [number, OrderEvent])[]): OrderHistory {
  const events = happened.map(([afterMs, event]) => ({
    ...event,
    occurredAt: toIso(T0 + afterMs),
    metadata: { actor: { kind: 'ENGINE', id: 'e' } },
  }));
  return {
    state: submittedState(...happened.map(([afterMs, event]) => at<OrderEvent>(afterMs, event))),
    events: events as unknown as readonly StoredEvent[],
  };
}

const begun = [
  [0, submitted()],
  [0, routed()],
  [0, paymentRequested()],
] as const;
const settled = (doubtMs: number, knownMs: number): OrderHistory => historyOf(...begun, [doubtMs, paymentTimedOut()], [knownMs, paymentConfirmed()]);

describe('which orders an incident of calls without an outcome is about', () => {
  it('is told by their history, also when everything is settled: the report comes when it is over', () => {
    const order = settled(seconds(5), minutes(20));
    expect(concerns(payments, order.state, T0)).toBe(true);
    expect(wasConcerned(payments, order, T0)).toBe(true);
    const told = figuresOf(payments, [order], T0, { orders: 1, truncated: false });
    expect(told).toMatchObject({ orders: 1, causes: [{ what: 'PaymentTimedOut', count: 1 }], leftInDoubt: 0 });
    expect(told.amounts).toEqual([order.state.submitted?.amount]);
  });

  it('one that fell into doubt before it and was still in doubt when it began', () => {
    expect(wasConcerned(payments, settled(seconds(5), minutes(20)), T0 + minutes(10))).toBe(true);
  });

  it('not one whose doubt was over before it began, and not one that was never in doubt', () => {
    expect(wasConcerned(payments, settled(seconds(5), minutes(2)), T0 + minutes(10))).toBe(false);
    expect(wasConcerned(payments, historyOf(...begun, [seconds(1), paymentConfirmed()]), T0)).toBe(false);
  });

  it('not one in doubt about another kind of call', () => {
    expect(wasConcerned({ ...payments, subject: 'close' }, settled(seconds(5), minutes(20)), T0)).toBe(false);
    expect(concerns({ ...payments, subject: 'purchase' }, settled(seconds(5), minutes(20)).state, T0)).toBe(false);
  });
});
