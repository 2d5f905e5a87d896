import type { Share, SlotsMoved } from '../../src/application/work-share';
import { openEngineShop, type EngineShop } from './engine-shop';

const OVERDUE_MS = 400;

/** Ranks as a test wants them. */
class DealtShare implements Share {
  private listener: (moved: SlotsMoved) => void = () => undefined;
  constructor(private rank: number) {}
  rankOf = (): number => this.rank;
  onDealt(listener: (moved: SlotsMoved) => void): void {
    this.listener = listener;
  }
  deal(rank: number): void {
    this.rank = rank;
    this.listener({ gained: 0, lost: 0 });
  }
}

let shop: EngineShop;
beforeEach(async () => {
  shop = await openEngineShop();
  await shop.sandbox.faults([{ fault: 'no-notice' }]);
  await shop.stock('sku', 50);
});
afterEach(() => shop.close());

const engine = (rank: number, overdueMs = OVERDUE_MS) => {
  const share = new DealtShare(rank);
  return { share, engine: shop.startEngine({ share, limits: { overdueMs } }) };
};

const deliveredOnce = async (orderId: string): Promise<void> => {
  await shop.until(orderId, 'DELIVERED');
  expect({ orderId, captured: await shop.captured(orderId) }).toEqual({ orderId, captured: [4_800] });
};

describe('engines that share their work', () => {
  it('leave to each other what is in time: whoever comes second has done nothing when all is delivered', async () => {
    engine(0);
    const second = engine(1, 60_000);
    const orderIds = await Promise.all(Array.from({ length: 12 }, () => shop.submit('sku')));
    for (const orderId of orderIds) await deliveredOnce(orderId);
    expect(second.engine.helped).toEqual([]);
    expect((await shop.verify()).violations).toEqual([]);
  });

  it('take the work of one that is not there when it is overdue, however far behind they come', async () => {
    const { engine: only } = engine(2);
    const orderId = await shop.submit('sku');
    await deliveredOnce(orderId);
    expect(only.helped).toContain(orderId);
    const stored = await shop.store.read(`order-${orderId}`);
    const [submitted, next] = stored.map(({ recordedAt }) => Date.parse(recordedAt));
    expect((next ?? 0) - (submitted ?? 0)).toBeGreaterThanOrEqual(2 * OVERDUE_MS);
  });

  it('take at once what has become theirs', async () => {
    const { engine: only, share } = engine(3, 3_600_000);
    const orderId = await shop.submit('sku');
    await shop.runtime.sleep(200);
    expect(await shop.types(orderId)).toEqual(['OrderSubmitted']);
    share.deal(0);
    await deliveredOnce(orderId);
    expect(only.helped).toEqual([]);
  });

  it('that both take everything for theirs deliver every order once', async () => {
    engine(0);
    engine(0);
    const orderIds = await Promise.all(Array.from({ length: 20 }, () => shop.submit('sku')));
    for (const orderId of orderIds) await deliveredOnce(orderId);
    expect((await shop.verify()).violations).toEqual([]);
  });

  it('keep timers of each other: an unpaid order of a dead engine expires, later than its time and never before', async () => {
    engine(1);
    const orderId = await shop.submit('sku', 'REDIRECT', { payWithinSeconds: 1 });
    await shop.until(orderId, 'EXPIRED');
    const stored = await shop.store.read(`order-${orderId}`);
    const atOf = (type: string): number => Date.parse(stored.find((event) => event.type === type)?.occurredAt ?? '');
    expect(atOf('OrderExpired') - atOf('OrderSubmitted')).toBeGreaterThanOrEqual(1_000);
  });

  it('have others wait for stock with them: cards that come are sold to whom the engine that lives finds', async () => {
    engine(1, 150);
    const waiting = await shop.submit('scarce', 'CHARGE', { oversell: true });
    await shop.until(waiting, 'PAID_WAITING_CARD');
    await shop.stock('scarce', 1);
    await deliveredOnce(waiting);
  });
});
