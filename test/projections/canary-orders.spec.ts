import type { StoredEvent } from '../../src/domain/kernel/event';
import type { OrderEvent } from '../../src/domain/order/events';
import { canaryOrders, type CanaryOrderRow } from '../../src/projections/canary-orders';
import { minutes, seconds, T0 } from '../support/given';

const trial = { version: 'v1', trial: { version: 'v2', arm: 'CANARY' } };
const event = (type: OrderEvent['type'], atMs: number, data: object = {}): StoredEvent =>
  ({ stream: 'order-1', type, data, occurredAt: new Date(T0 + atMs).toISOString() }) as unknown as StoredEvent;
const requested = (atMs = 0, policy: object | undefined = trial): StoredEvent => event('PurchaseRequested', atMs, { quantity: 2, policy });
const completed = (atMs: number): StoredEvent => event('PurchaseCompleted', atMs, { unitCost: { amountMinor: 4_500, currency: 'CNY' } });
const row = (...events: readonly StoredEvent[]): CanaryOrderRow | null =>
  events.reduce<CanaryOrderRow | null>(
    (before, one) => (canaryOrders.keys(one).length === 0 ? before : canaryOrders.project(one, before, '1')),
    null,
  );

describe('orders of a trial', () => {
  it('are those that buy while one runs', () => {
    expect(row(requested())).toMatchObject({ trial: 'v2 CANARY', startedAt: T0, good: null, msPerCard: null });
    expect(row(requested(0, { version: 'v1' }), completed(5))).toBeNull();
    expect(row(event('PurchaseRequested', 0, { quantity: 1 }))).toBeNull();
  });
  it('are good when the first purchase gave what was asked for; their time is per card', () =>
    expect(row(requested(), completed(900), event('OrderDelivered', seconds(3)))).toMatchObject({
      good: true,
      msPerCard: 1_500,
      unitCostMinor: 4_500,
    }));
  it.each(['PurchaseTimedOut', 'PurchaseRefused', 'PurchaseCancelled', 'PurchaseWrittenOff', 'PurchasePartlyCompleted'] as const)(
    'are not after %s, whatever comes later',
    (type) => {
      const failed = event(type, 5, { unitCost: { amountMinor: 1, currency: 'CNY' } });
      expect(row(requested(), failed, requested(10), completed(20))).toMatchObject({ good: false, unitCostMinor: 4_500 });
    },
  );
  it('stay on the side where they began, and a replacement much later is not their time', () => {
    const again = requested(minutes(5), { version: 'v3', trial: { version: 'v4', arm: 'CONTROL' } });
    expect(row(requested(), completed(5), event('OrderDelivered', 100), again, event('OrderDelivered', minutes(9)))).toMatchObject({
      trial: 'v2 CANARY',
      msPerCard: 50,
    });
  });
});
