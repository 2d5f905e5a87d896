import { tradeNumberOf } from '../../src/infrastructure/gateways/trade-number';
import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';

const numberOf = (reference: string): string => tradeNumberOf(reference) ?? 'none';

/** Over real HTTP: a shop that is paid through Alipay's open API, and a server that answers as Alipay does on a bad day. */
describe('stories of money by Alipay', () => {
  let shop: LiveShop;
  let shopper: Shopper;

  beforeAll(async () => {
    shop = await LiveShop.start({ skus: { plenty: {}, hurried: { payWithinSeconds: 1 } } });
    shopper = new Shopper(shop);
    await shop.stock('plenty', 20);
    await shop.stock('hurried', 5);
  }, 300_000);
  afterAll(() => shop.close());
  beforeEach(() => shop.sandbox.faults([]));

  interface Open {
    readonly id: string;
    readonly reference: string;
    readonly payUrl: string;
  }

  async function ordered(skuId = 'plenty'): Promise<Open> {
    const { id } = await shopper.order({ skuId, kind: 'REDIRECT', gatewayId: 'alipay' });
    const reference = await shopper.untilPayable(id);
    return { id, reference, payUrl: (await shopper.see(id)).payment?.payUrl ?? '' };
  }
  /** What a buyer does with the page: opens it, which makes the trade, and pays. */
  async function pays({ payUrl, reference }: Open): Promise<void> {
    expect((await fetch(payUrl)).status).toBe(200);
    expect(await shop.sandbox.pay(numberOf(reference))).toBe(200);
  }
  const kept = async ({ reference }: Open): Promise<number> =>
    (await shop.sandbox.ledger()).payments
      .filter((row) => row.reference === numberOf(reference))
      .reduce((sum, { capturedMinor, refundedMinor }) => sum + capturedMinor - refundedMinor, 0);

  test('the buyer pays on the page, Alipay rings, hears success, is asked back, and the code is handed over', async () => {
    const order = await ordered();
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
    const history = await shopper.history(order.id);
    expect(history.indexOf('PaymentNoticeReceived')).toBeLessThan(history.indexOf('PaymentConfirmed'));
    expect(await kept(order)).toBe(4_800);
  });

  test('nobody rings: Alipay is asked all the same; the same notice ten times delivers once', async () => {
    await shop.sandbox.faults([{ fault: 'no-notice' }]);
    const quiet = await ordered();
    await pays(quiet);
    await shopper.untilStatus(quiet.id, 'COMPLETED');
    await shop.sandbox.faults([{ fault: 'duplicate-notice' }]);
    const loud = await ordered();
    await pays(loud);
    expect((await shopper.untilStatus(loud.id, 'COMPLETED')).cards).toHaveLength(1);
    expect((await shopper.history(loud.id)).filter((type) => type === 'PaymentConfirmed')).toHaveLength(1);
  });

  test('a signed lie, and a notice about another application, hand nothing over', async () => {
    await shop.sandbox.faults([{ fault: 'lying-notice' }]);
    const lied = await ordered();
    await fetch(lied.payUrl);
    await shopper.untilIn(lied.id, 'PaymentChecked');
    expect(await shopper.history(lied.id)).not.toContain('PaymentConfirmed');
    await shop.sandbox.faults([{ fault: 'foreign-notice' }]);
    const foreign = await ordered();
    await fetch(foreign.payUrl);
    await shopper.untilIn(foreign.id, 'PaymentChecked');
    expect(await shopper.history(foreign.id)).not.toContain('PaymentNoticeReceived');
  });

  test('a wrong amount freezes the order and hands nothing over', async () => {
    await shop.sandbox.faults([{ fault: 'wrong-amount' }]);
    const order = await ordered();
    await pays(order);
    expect(await shopper.untilIn(order.id, 'PaymentMismatched')).not.toContain('OrderDelivered');
    expect((await shopper.see(order.id)).inReview).toBe(true);
  });

  test('a page that nobody opens: the order expires, and nothing stays in doubt', async () => {
    const order = await ordered('hurried');
    const { inReview } = await shopper.untilStatus(order.id, 'EXPIRED');
    expect(inReview).toBe(false);
    expect(await shopper.history(order.id)).not.toContain('PaymentCloseRequested');
  });

  test('late money on an expired order still buys the code', async () => {
    const order = await ordered('hurried');
    await shopper.untilStatus(order.id, 'EXPIRED');
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
    expect(await shopper.history(order.id)).toContain('LatePaymentReceived');
  });

  test('a refund whose answer was lost is asked about by its name, and goes back once', async () => {
    const order = await ordered();
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
    await shop.sandbox.faults([{ method: 'POST', path: '/gateway.do', fault: 'commit-then-hang' }]);
    await shopper.mutate('refundOrder', { orderId: order.id, reason: 'the code does not work' }, 'support');
    await shopper.untilIn(order.id, 'RefundTimedOut');
    await shop.sandbox.faults([]);
    await shopper.untilIn(order.id, 'Compensated');
    expect(await kept(order)).toBe(0);
    expect((await shop.sandbox.ledger()).refunds.filter(({ reference }) => reference === numberOf(order.reference))).toHaveLength(1);
  });
});
