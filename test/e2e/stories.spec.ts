import { randomUUID } from 'node:crypto';
import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';

/** Each story over real HTTP: a server process, a gateway that misbehaves on request, and a buyer. */
describe('stories of money', () => {
  let shop: LiveShop;
  let shopper: Shopper;

  beforeAll(async () => {
    shop = await LiveShop.start({
      skus: {
        plenty: {},
        hurried: { payWithinSeconds: 1 },
        last: {},
        three: { deliverWithinSeconds: 1, maxPerOrder: 10, oversell: true },
        empty: { deliverWithinSeconds: 1, oversell: true },
        held: { reserve: 'AT_SUBMIT' },
      },
    });
    shopper = new Shopper(shop);
    await shop.stock('plenty', 60);
    await shop.stock('hurried', 20);
    await shop.stock('last', 1);
    await shop.stock('three', 3);
    await shop.stock('held', 1);
  }, 300_000);

  afterAll(() => shop.close());
  beforeEach(() => shop.sandbox.faults([]));

  const capturedOf = async (orderId: string): Promise<number> => {
    const { payments } = await shop.sandbox.ledger();
    return payments
      .filter(({ reference }) => reference.startsWith(orderId))
      .reduce((sum, { capturedMinor, refundedMinor }) => sum + capturedMinor - refundedMinor, 0);
  };
  const chargesOf = async (orderId: string): Promise<number> =>
    (await shop.sandbox.ledger()).payments.filter(({ reference, capturedMinor }) => reference.startsWith(orderId) && capturedMinor > 0).length;

  test('three clicks with one key are one order, one charge and one answer', async () => {
    const [key, buyer] = [randomUUID(), randomUUID()];
    const clicks = await Promise.all([1, 2, 3].map(() => shopper.submit({ skuId: 'plenty', key, buyer })));
    const ids = new Set(clicks.map(({ order }) => order?.id));
    expect(ids.size).toBe(1);
    expect(new Set(clicks.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect(clicks.filter(({ replayed }) => replayed)).toHaveLength(2);
    const [id = ''] = ids;
    await shopper.untilStatus(id, 'COMPLETED');
    expect(await chargesOf(id)).toBe(1);
  });

  test('the same key with another body is refused and changes nothing', async () => {
    const [key, buyer] = [randomUUID(), randomUUID()];
    const first = await shopper.order({ skuId: 'plenty', key, buyer });
    const second = await shopper.submit({ skuId: 'plenty', key, buyer, quantity: 2 });
    expect(second.order).toBeNull();
    expect(second.userErrors.map(({ code }) => code)).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect((await shopper.untilStatus(first.id, 'COMPLETED')).cards).toHaveLength(1);
  });

  test('a refreshed page with a fresh key meets the open order instead of making another', async () => {
    const buyer = randomUUID();
    const first = await shopper.order({ skuId: 'plenty', kind: 'REDIRECT', buyer });
    await shopper.untilPayable(first.id);
    const second = await shopper.submit({ skuId: 'plenty', kind: 'REDIRECT', buyer });
    expect(second.userErrors.map(({ code }) => code)).toEqual(['OPEN_ORDER_EXISTS']);
    const third = await shopper.submit({ skuId: 'plenty', kind: 'REDIRECT', buyer, allowAnother: true });
    expect(third.order?.id).not.toBe(first.id);
  });

  test('paid but the notice never came: a scheduled question finds the money and the card is delivered', async () => {
    await shop.sandbox.faults([{ fault: 'no-notice' }]);
    const { id, token } = await shopper.order({ skuId: 'plenty', kind: 'REDIRECT' });
    await shop.sandbox.pay(await shopper.untilPayable(id));
    await shopper.untilStatus(id, 'COMPLETED');
    expect((await shopper.reveal(id, token)).codes).toHaveLength(1);
    expect(await shopper.history(id)).not.toContain('PaymentNoticeReceived');
  });

  test('a notice that comes ten times has one effect', async () => {
    await shop.sandbox.faults([{ fault: 'duplicate-notice' }]);
    const { id } = await shopper.order({ skuId: 'plenty', kind: 'REDIRECT' });
    await shop.sandbox.pay(await shopper.untilPayable(id));
    await shopper.untilStatus(id, 'COMPLETED');
    const history = await shopper.history(id);
    expect(history.filter((type) => type === 'PaymentConfirmed')).toHaveLength(1);
    expect(history.filter((type) => type === 'OrderDelivered')).toHaveLength(1);
    expect(history.filter((type) => type === 'PaymentNoticeReceived').length).toBeLessThanOrEqual(1);
  });

  test('a notice that is late while the buyer refreshes never shows a failure', async () => {
    await shop.sandbox.faults([{ fault: 'late-notice' }]);
    const { id } = await shopper.order({ skuId: 'plenty', kind: 'REDIRECT' });
    await shop.sandbox.pay(await shopper.untilPayable(id));
    const seen = new Set<string>();
    await shopper.until(id, (order) => (seen.add(order.status), order.status === 'COMPLETED'), 'COMPLETED');
    expect([...seen].filter((status) => status === 'FAILED' || status === 'EXPIRED')).toEqual([]);
  });

  test('an unpaid order expires only after the gateway has closed its page', async () => {
    const { id } = await shopper.order({ skuId: 'hurried', kind: 'REDIRECT' });
    await shopper.untilStatus(id, 'EXPIRED');
    const history = await shopper.history(id);
    expect(history.indexOf('PaymentClosed')).toBeGreaterThan(-1);
    expect(history.indexOf('PaymentClosed')).toBeLessThan(history.indexOf('OrderExpired'));
  });

  test('paid after expiry: late money delivers the card or goes back, and is never kept for nothing', async () => {
    const { id } = await shopper.order({ skuId: 'hurried', kind: 'REDIRECT' });
    const reference = await shopper.untilPayable(id);
    await shopper.untilStatus(id, 'EXPIRED');
    await shop.sandbox.faults([{ fault: 'capture-after-end' }]);
    await shop.sandbox.pay(reference);
    await shopper.untilStatus(id, 'COMPLETED');
    expect(await shopper.history(id)).toEqual(expect.arrayContaining(['OrderExpired', 'LatePaymentReceived', 'OrderReopened', 'OrderDelivered']));
    expect(await capturedOf(id)).toBe(4800);
  });

  test('paid on both pay pages: one payment is kept, the other goes back without being asked', async () => {
    const { id } = await shopper.order({ skuId: 'plenty', kind: 'REDIRECT' });
    const first = await shopper.untilPayable(id);
    await shopper.mutate('changePaymentMethod', { orderId: id, payment: { gatewayId: 'second', kind: 'REDIRECT' } });
    const { payment } = await shopper.until(id, (order) => order.payment?.payUrl != null && order.payment.reference !== first, 'payable elsewhere');
    await shop.sandbox.faults([{ fault: 'capture-after-end' }]);
    await shop.sandbox.pay(payment?.reference ?? '');
    await shopper.untilStatus(id, 'COMPLETED');
    await shop.sandbox.pay(first);
    await shopper.until(id, (order) => order.refunded.amountMinor === '4800', 'refunded its surplus');
    expect(await capturedOf(id)).toBe(4800);
    expect((await shopper.see(id)).status).toBe('COMPLETED');
  });

  test('cancelled while paying: the money wins the race or the cancel does, never both', async () => {
    const { id } = await shopper.order({ skuId: 'plenty', kind: 'REDIRECT' });
    const reference = await shopper.untilPayable(id);
    await Promise.all([shop.sandbox.pay(reference), shopper.mutate('cancelOrder', { orderId: id })]);
    const end = await shopper.until(id, (order) => ['COMPLETED', 'FAILED'].includes(order.status), 'at an end');
    await shopper.until(id, ({ paid, refunded, status }) => status === 'COMPLETED' || paid.amountMinor === refunded.amountMinor, 'settled');
    expect(await capturedOf(id)).toBe(end.status === 'COMPLETED' ? 4800 : 0);
  });

  test('a cancelled order that nobody paid closes its page and says so', async () => {
    const { id } = await shopper.order({ skuId: 'plenty', kind: 'REDIRECT' });
    const reference = await shopper.untilPayable(id);
    await shopper.mutate('cancelOrder', { orderId: id });
    expect((await shopper.until(id, (order) => order.phase === 'CANCELLED', 'cancelled')).status).toBe('FAILED');
    await shop.sandbox.pay(reference);
    expect(await capturedOf(id)).toBe(0);
  });

  test('"failed" is never shown for a paid order: a charge whose answer hangs after the money was taken is found', async () => {
    await shop.sandbox.faults([{ method: 'POST', path: '/payments', fault: 'commit-then-hang' }, { fault: 'no-notice' }]);
    const { id } = await shopper.order({ skuId: 'plenty' });
    const seen = new Set<string>();
    await shopper.until(id, (order) => (seen.add(order.status), order.status === 'COMPLETED'), 'COMPLETED');
    expect([...seen].filter((status) => status === 'FAILED' || status === 'EXPIRED')).toEqual([]);
    expect(await shopper.history(id)).toContain('PaymentTimedOut');
    expect(await chargesOf(id)).toBe(1);
  });

  test('a charge that hangs before anything was taken is charged once all the same', async () => {
    await shop.sandbox.faults([{ method: 'POST', path: '/payments', percent: 50, fault: 'hang' }]);
    const orders = await Promise.all(Array.from({ length: 4 }, () => shopper.order({ skuId: 'plenty' })));
    for (const { id } of orders) {
      await shopper.untilStatus(id, 'COMPLETED');
      expect(await capturedOf(id)).toBe(4800);
    }
  });

  test('the gateway declined, then was paid: the order that failed is delivered after all', async () => {
    await shop.sandbox.faults([{ method: 'POST', path: '/payments', fault: 'decline' }]);
    const { id } = await shopper.order({ skuId: 'plenty' });
    const declined = await shopper.until(id, (order) => order.phase === 'DECLINED', 'declined');
    expect(declined.refusal?.code).toBeDefined();
    await shop.sandbox.faults([{ fault: 'capture-after-end' }]);
    await shop.sandbox.pay(declined.payments[0]?.reference ?? '');
    await shopper.untilStatus(id, 'COMPLETED');
    expect(await shopper.history(id)).toContain('LatePaymentReceived');
    expect(await capturedOf(id)).toBe(4800);
  });

  test('the last card and fifty buyers: exactly one gets it, nobody else pays for nothing', async () => {
    const orders = (await Promise.all(Array.from({ length: 50 }, () => shopper.submit({ skuId: 'last' })))).filter(({ order }) => order !== null);
    const ends = await Promise.all(
      orders.map(({ order }) => shopper.until(order?.id ?? '', ({ status }) => ['COMPLETED', 'FAILED'].includes(status), 'at an end')),
    );
    expect(ends.filter(({ status }) => status === 'COMPLETED')).toHaveLength(1);
    const kept = await Promise.all(ends.map(async ({ id }) => capturedOf(id)));
    expect(kept.reduce((sum, minor) => sum + minor, 0)).toBe(4800);
  });

  test('sold out is said before any money moves', async () => {
    const { order, userErrors } = await shopper.submit({ skuId: 'last' });
    expect(order).toBeNull();
    expect(userErrors.map(({ code }) => code)).toEqual(['OUT_OF_STOCK']);
  });

  test("a card that is held at submit is nobody else's, and free again after a cancel", async () => {
    const first = await shopper.order({ skuId: 'held', kind: 'REDIRECT' });
    await shopper.untilPayable(first.id);
    const second = await shopper.submit({ skuId: 'held', kind: 'REDIRECT' });
    if (second.order !== null) expect((await shopper.untilStatus(second.order.id, 'FAILED')).refusal?.code).toBe('OUT_OF_STOCK');
    await shopper.mutate('cancelOrder', { orderId: first.id });
    await shopper.untilStatus(first.id, 'FAILED');
    await shopper.until(first.id, (order) => order.phase === 'CANCELLED', 'cancelled');
    for (;;) {
      const third = await shopper.submit({ skuId: 'held', kind: 'CHARGE' });
      if (third.order === null) continue;
      const end = await shopper.until(third.order.id, ({ status }) => ['COMPLETED', 'FAILED'].includes(status), 'at an end');
      if (end.status === 'COMPLETED') break;
    }
  });

  test('quantity five, stock three: all or nothing by the deadline, then the money goes back', async () => {
    const { id } = await shopper.order({ skuId: 'three', quantity: 5 });
    const end = await shopper.until(id, (order) => order.phase === 'REFUNDED', 'refunded');
    expect(end.refunded.amountMinor).toBe('24000');
    expect(await capturedOf(id)).toBe(0);
    const next = await shopper.order({ skuId: 'three', quantity: 3 });
    expect((await shopper.untilStatus(next.id, 'COMPLETED')).cards).toHaveLength(3);
  });

  test('stock that arrives in time delivers the oldest waiting order', async () => {
    const { id } = await shopper.order({ skuId: 'empty' });
    await shopper.until(id, (order) => order.phase === 'PAID_WAITING_CARD', 'waiting for a card');
    await shop.stock('empty', 1);
    await shopper.until(id, ({ status }) => status === 'COMPLETED' || status === 'FAILED', 'at an end');
    expect(await capturedOf(id)).toBe((await shopper.see(id)).status === 'COMPLETED' ? 4800 : 0);
  });

  test('the method is changed half-way: the old page is closed before the new one opens', async () => {
    const { id } = await shopper.order({ skuId: 'plenty', kind: 'REDIRECT' });
    const first = await shopper.untilPayable(id);
    await shopper.mutate('changePaymentMethod', { orderId: id, payment: { gatewayId: 'second', kind: 'CHARGE' } });
    await shopper.untilStatus(id, 'COMPLETED');
    const history = await shopper.history(id);
    expect(history.indexOf('PaymentClosed')).toBeLessThan(history.lastIndexOf('PaymentRequested'));
    expect(await shop.sandbox.pay(first)).not.toBe(200);
    expect(await capturedOf(id)).toBe(4800);
  });

  test('a refund in doubt is asked for by its one reference and is paid back once', async () => {
    const { id } = await shopper.order({ skuId: 'plenty' });
    await shopper.untilStatus(id, 'COMPLETED');
    await shop.sandbox.faults([{ method: 'POST', path: '/payments/:reference/refunds', fault: 'commit-then-hang' }]);
    await shopper.mutate('refundOrder', { orderId: id, reason: 'the buyer asked' }, 'support');
    await shopper.until(id, (order) => order.phase === 'REFUNDED', 'refunded');
    expect(await shopper.history(id)).toContain('RefundTimedOut');
    const { refunds } = await shop.sandbox.ledger();
    expect(refunds.filter(({ reference, status }) => reference.startsWith(id) && status === 'REFUNDED')).toHaveLength(1);
    expect(await capturedOf(id)).toBe(0);
  });

  test('codes are shown after delivery, again and the same, and not from the moment a refund is ordered', async () => {
    const { id, token } = await shopper.order({ skuId: 'plenty' });
    await shopper.untilStatus(id, 'COMPLETED');
    const { codes } = await shopper.reveal(id, token);
    expect((await shopper.reveal(id, token)).codes).toEqual(codes);
    await shopper.mutate('refundOrder', { orderId: id, reason: 'the buyer asked' }, 'support');
    const after = await shopper.reveal(id, token);
    expect(after.codes).toEqual([]);
    expect(after.userErrors).toHaveLength(1);
  });

  test('a wrong amount freezes the order and calls a person; nothing is delivered', async () => {
    await shop.sandbox.faults([{ fault: 'wrong-amount' }]);
    const { id } = await shopper.order({ skuId: 'plenty' });
    const frozen = await shopper.until(id, (order) => order.frozen, 'frozen');
    expect(frozen.inReview).toBe(true);
    expect(frozen.cards).toEqual([]);
    expect(await shopper.history(id)).toContain('PaymentMismatched');
  });

  test('a false notice with a valid signature delivers nothing: the gateway is asked and says no', async () => {
    await shop.sandbox.faults([{ fault: 'lying-notice' }]);
    const { id } = await shopper.order({ skuId: 'plenty', kind: 'REDIRECT' });
    await shopper.untilPayable(id);
    await expect(
      (async () => {
        for (;;) {
          const history = await shopper.history(id);
          if (history.includes('PaymentNoticeReceived') && history.includes('PaymentChecked')) return history;
        }
      })(),
    ).resolves.not.toContain('PaymentConfirmed');
    expect((await shopper.see(id)).status).toBe('AWAITING_PAYMENT');
  });
});
