import { createHmac, randomUUID } from 'node:crypto';
import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { listenAt, STRIPE_WEBHOOK_SECRET } from '../support/stripe';

/** Over real HTTP: a shop that is paid through the official SDK, and a server that answers as Stripe does on a bad day. */
describe('stories of money by Stripe', () => {
  let shop: LiveShop;
  let shopper: Shopper;

  beforeAll(async () => {
    shop = await LiveShop.start({ skus: { plenty: {}, hurried: { payWithinSeconds: 1 } } });
    await listenAt(shop.sandbox.url, `${shop.url}/callbacks/gateways/stripe`);
    shopper = new Shopper(shop);
    await shop.stock('plenty', 20);
    await shop.stock('hurried', 5);
  }, 300_000);
  afterAll(() => shop.close());
  beforeEach(() => shop.sandbox.faults([]));

  const opened = async (skuId = 'plenty'): Promise<{ readonly id: string; readonly reference: string }> => {
    const { id } = await shopper.order({ skuId, kind: 'REDIRECT', gatewayId: 'stripe' });
    return { id, reference: await shopper.untilPayable(id) };
  };
  const pays = async ({ reference }: { readonly reference: string }): Promise<void> => void (await shop.sandbox.pay(reference));
  const kept = async (reference: string): Promise<number> =>
    (await shop.sandbox.ledger()).payments
      .filter((row) => row.reference === reference)
      .reduce((sum, { capturedMinor, refundedMinor }) => sum + capturedMinor - refundedMinor, 0);

  test('the buyer pays on the page, Stripe rings, is asked back, and the code is handed over', async () => {
    const order = await opened();
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
    const history = await shopper.history(order.id);
    expect(history.indexOf('PaymentNoticeReceived')).toBeLessThan(history.indexOf('PaymentConfirmed'));
    expect(await kept(order.reference)).toBe(4_800);
  });

  test('the session hangs after it was made: it is asked about, its page is found again, and the buyer pays once', async () => {
    await shop.sandbox.faults([{ method: 'POST', path: '/v1/checkout/sessions', fault: 'commit-then-hang', percent: 100 }]);
    const { id } = await shopper.order({ skuId: 'plenty', kind: 'REDIRECT', gatewayId: 'stripe' });
    await shopper.untilIn(id, 'PaymentTimedOut');
    await shop.sandbox.faults([]);
    const reference = await shopper.untilPayable(id);
    await pays({ reference });
    await shopper.untilStatus(id, 'COMPLETED');
    expect((await shop.sandbox.ledger()).payments.filter((row) => row.reference.startsWith(id))).toHaveLength(1);
    expect(await kept(reference)).toBe(4_800);
  });

  test('a lost notice: nobody rings, and Stripe is asked all the same; the same notice twice delivers once', async () => {
    await shop.sandbox.faults([{ fault: 'no-notice' }]);
    const quiet = await opened();
    await pays(quiet);
    await shopper.untilStatus(quiet.id, 'COMPLETED');
    await shop.sandbox.faults([{ fault: 'duplicate-notice' }]);
    const loud = await opened();
    await pays(loud);
    expect((await shopper.untilStatus(loud.id, 'COMPLETED')).cards).toHaveLength(1);
    expect((await shopper.history(loud.id)).filter((type) => type === 'PaymentConfirmed')).toHaveLength(1);
  });

  test('a wrong amount freezes the order and hands nothing over', async () => {
    await shop.sandbox.faults([{ fault: 'wrong-amount' }]);
    const order = await opened();
    await pays(order);
    const history = await shopper.untilIn(order.id, 'PaymentMismatched');
    expect(history).not.toContain('OrderDelivered');
    expect((await shopper.see(order.id)).inReview).toBe(true);
  });

  test('a stale answer after the notice: nothing is handed over before Stripe says so, and then it is', async () => {
    await shop.sandbox.faults([{ fault: 'stale-status' }]);
    const order = await opened();
    await pays(order);
    await shopper.untilIn(order.id, 'PaymentNoticeReceived');
    expect((await shopper.see(order.id)).status).toBe('AWAITING_PAYMENT');
    await shop.sandbox.faults([]);
    await shopper.untilStatus(order.id, 'COMPLETED');
  });

  test('an order that nobody pays expires and its page is closed', async () => {
    const order = await opened('hurried');
    await shopper.untilStatus(order.id, 'EXPIRED');
    const [row] = (await shop.sandbox.ledger()).payments.filter(({ reference }) => reference === order.reference);
    expect(row).toMatchObject({ status: 'CLOSED', capturedMinor: 0 });
  });

  test('a refund that hangs after the money went goes back once', async () => {
    const order = await opened();
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
    await shop.sandbox.faults([{ method: 'POST', path: '/v1/refunds', fault: 'commit-then-hang', percent: 100 }]);
    await shopper.mutate('refundOrder', { orderId: order.id, reason: 'the code does not work' }, 'support');
    await shopper.untilIn(order.id, 'RefundTimedOut');
    await shop.sandbox.faults([]);
    await shopper.untilIn(order.id, 'Compensated');
    expect(await kept(order.reference)).toBe(0);
    expect((await shop.sandbox.ledger()).refunds.filter(({ reference }) => reference === order.reference)).toHaveLength(1);
  });

  test('a notice of another shop on the same account is kept aside, a forged one turned away', async () => {
    const ring = async (secret: string, metadata: object): Promise<number> => {
      const object = { object: 'checkout.session', status: 'complete', payment_status: 'paid', amount_total: 4_800, currency: 'cny', metadata };
      const body = JSON.stringify({ id: `evt_${randomUUID()}`, object: 'event', type: 'checkout.session.completed', data: { object } });
      const at = Math.floor(Date.now() / 1_000);
      const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
      const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${signature}` };
      return (await fetch(`${shop.url}/callbacks/gateways/stripe`, { method: 'POST', headers, body })).status;
    };
    const order = await opened();
    expect(await ring(STRIPE_WEBHOOK_SECRET, { reference: order.reference, merchantId: 'somebody-else' })).toBe(200);
    expect(await ring(`${STRIPE_WEBHOOK_SECRET}x`, { reference: order.reference, merchantId: 'm1' })).toBe(401);
    expect(await shopper.history(order.id)).not.toContain('PaymentNoticeReceived');
    const aside = async (): Promise<readonly (string | null)[]> => {
      const { data } = await shop.support<{ notices: { nodes: readonly { reference: string | null }[] } }>(
        '{ notices(first: 10, gatewayId: "stripe") { nodes { reference } } }',
      );
      return data.notices.nodes.map(({ reference }) => reference);
    };
    while (!(await aside()).includes(order.reference));
  });
});
