import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';

/** Over real HTTP: a shop that describes a payment service by its settings, and that service on good and bad days. */
describe('stories of money by a page that rings', () => {
  let shop: LiveShop;
  let shopper: Shopper;

  beforeAll(async () => {
    shop = await LiveShop.start({
      skus: { plenty: {}, hurried: { payWithinSeconds: 1 }, dear: { price: { amountMinor: 10_001, currency: 'CNY' } } },
    });
    shopper = new Shopper(shop);
    await shop.stock('plenty', 20);
    await shop.stock('hurried', 5);
    await shop.stock('dear', 1);
  }, 300_000);
  afterAll(() => shop.close());
  beforeEach(() => shop.sandbox.faults([]));

  interface Open {
    readonly id: string;
    readonly reference: string;
  }

  /** The buyer opens the link, which makes the payment there. */
  async function opened(gatewayId = 'hosted', skuId = 'plenty'): Promise<Open> {
    const { id } = await shopper.order({ skuId, kind: 'REDIRECT', gatewayId });
    const reference = await shopper.untilPayable(id);
    const page = await fetch((await shopper.see(id)).payment?.payUrl ?? '');
    expect(page.status).toBe(200);
    return { id, reference };
  }
  const pays = async ({ reference }: Open): Promise<void> => expect(await shop.sandbox.pay(reference)).toBe(200);
  const kept = async ({ reference }: Open): Promise<number> =>
    (await shop.sandbox.ledger()).payments
      .filter((row) => row.reference === reference)
      .reduce((sum, { capturedMinor, refundedMinor }) => sum + capturedMinor - refundedMinor, 0);

  test('the buyer pays, the service rings, is asked back, and the code is handed over', async () => {
    const order = await opened();
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
    const history = await shopper.history(order.id);
    expect(history.indexOf('PaymentNoticeReceived')).toBeLessThan(history.indexOf('PaymentConfirmed'));
    expect(await kept(order)).toBe(4_800);
  });

  test('nobody rings: it is asked all the same', async () => {
    await shop.sandbox.faults([{ fault: 'no-notice' }]);
    const order = await opened();
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
  });

  test('a signed lie hands nothing over: the service, asked, knows of no money', async () => {
    await shop.sandbox.faults([{ fault: 'lying-notice' }]);
    const order = await opened();
    await shopper.untilIn(order.id, 'PaymentChecked');
    expect((await shopper.see(order.id)).status).toBe('AWAITING_PAYMENT');
    expect(await shopper.history(order.id)).not.toContain('PaymentConfirmed');
  });

  test('a wrong amount freezes the order and hands nothing over', async () => {
    await shop.sandbox.faults([{ fault: 'wrong-amount' }]);
    const order = await opened();
    await pays(order);
    expect(await shopper.untilIn(order.id, 'PaymentMismatched')).not.toContain('OrderDelivered');
  });

  test('unpaid at its time the order expires without a close; late money still buys the code', async () => {
    const order = await opened('hosted', 'hurried');
    await shopper.untilStatus(order.id, 'EXPIRED');
    expect(await shopper.history(order.id)).not.toContain('PaymentCloseRequested');
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
    expect(await shopper.history(order.id)).toContain('LatePaymentReceived');
  });

  test('a refund whose answer was lost is asked about, and paid back once', async () => {
    const order = await opened();
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
    await shop.sandbox.faults([{ method: 'POST', path: '/hosted/payments/*/refunds', fault: 'commit-then-hang' }]);
    await shopper.mutate('refundOrder', { orderId: order.id, reason: 'the buyer asked' }, 'support');
    await shopper.untilIn(order.id, 'RefundTimedOut');
    await shop.sandbox.faults([]);
    await shopper.untilIn(order.id, 'Compensated');
    expect(await kept(order)).toBe(0);
    expect((await shop.sandbox.ledger()).refunds.filter(({ reference }) => reference === order.reference)).toHaveLength(1);
  });

  test('where it cannot be asked, its word brings the order to a person, and the person hands the code over', async () => {
    const order = await opened('hosted-blind');
    await pays(order);
    await shopper.until(order.id, ({ inReview }) => inReview, 'in review');
    expect(await shopper.history(order.id)).not.toContain('PaymentConfirmed');
    const input = {
      orderId: order.id,
      reference: order.reference,
      evidence: 'seen in the account',
      reason: 'it rang',
      transactionId: `tx_${order.reference}`,
    };
    const { userErrors } = await shopper.mutate('confirmPayment', input, 'support');
    expect(userErrors).toEqual([]);
    await shopper.untilStatus(order.id, 'COMPLETED');
  });

  test('where it cannot be asked, more than the limit is not taken', async () => {
    const { id } = await shopper.order({ skuId: 'dear', kind: 'REDIRECT', gatewayId: 'hosted-blind' });
    const { refusal } = await shopper.untilStatus(id, 'FAILED');
    expect(refusal?.code).toBe('AMOUNT_ABOVE_LIMIT');
    expect((await shop.sandbox.ledger()).payments.filter(({ reference }) => reference.startsWith(id))).toEqual([]);
  });
});
