import { randomUUID } from 'node:crypto';
import { tradeNumberOf } from '../../src/infrastructure/gateways/trade-number';
import { signedHeaders, webhookKey } from '../../src/protocols/webhook-signing';
import { EPAY_PID, md5Query, newKeyPair, rsaQuery } from '../support/epay';
import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';

type Params = Readonly<Record<string, string>>;

const numberOf = (reference: string): string => tradeNumberOf(reference) ?? 'none';
const now = (): string => String(Math.floor(Date.now() / 1_000));

/** The two variants: how a notice is signed by the platform, and by somebody who is not. */
const VARIANTS = [
  {
    gatewayId: 'epay-md5',
    calls: { create: '/mapi.php' },
    dated: (): Params => ({}),
    signed: (params: Params) => md5Query(params),
    forged: (params: Params) => md5Query(params, 'a-key-that-somebody-else-made-up'),
  },
  {
    gatewayId: 'epay-rsa',
    calls: { create: '/api/pay/create' },
    dated: (): Params => ({ timestamp: now() }),
    signed: (params: Params) => rsaQuery(params),
    forged: (params: Params) => rsaQuery(params, newKeyPair().privateKey),
  },
] as const;

describe.each(VARIANTS)('stories of money by $gatewayId', ({ gatewayId, calls, dated, signed, forged }) => {
  let shop: LiveShop;
  let shopper: Shopper;

  beforeAll(async () => {
    shop = await LiveShop.start({ skus: { plenty: {}, hurried: { payWithinSeconds: 1 } } });
    shopper = new Shopper(shop);
    await shop.stock('plenty', 40);
    await shop.stock('hurried', 10);
  }, 300_000);

  afterAll(() => shop.close());
  beforeEach(() => shop.sandbox.faults([]));

  interface Open {
    readonly id: string;
    readonly reference: string;
    readonly payUrl: string;
  }

  async function opened(skuId = 'plenty'): Promise<Open> {
    const { id } = await shopper.order({ skuId, kind: 'REDIRECT', gatewayId });
    const reference = await shopper.untilPayable(id);
    return { id, reference, payUrl: (await shopper.see(id)).payment?.payUrl ?? '' };
  }

  /** What a buyer does with the platform's page. */
  async function pays({ payUrl }: Pick<Open, 'payUrl'>): Promise<void> {
    const page = await fetch(payUrl);
    expect(await page.text()).toContain('<button name="action" value="pay">');
    const answer = await fetch(page.url, { method: 'POST', body: new URLSearchParams({ action: 'pay' }), redirect: 'manual' });
    expect(answer.status).toBe(303);
  }

  const notice = (reference: string, changes: Params = {}): Params => ({
    pid: EPAY_PID,
    trade_no: `tx_${numberOf(reference)}`,
    out_trade_no: numberOf(reference),
    type: 'alipay',
    name: '数字商品',
    money: '48.00',
    trade_status: 'TRADE_SUCCESS',
    param: '',
    ...dated(),
    ...changes,
  });

  async function rings(query: string, at = gatewayId as string): Promise<{ readonly status: number; readonly text: string }> {
    const answer = await fetch(`${shop.url}/callbacks/gateways/${at}?${query}`);
    return { status: answer.status, text: await answer.text() };
  }
  const TAKEN = { status: 200, text: 'success' };

  const quarantined = async (): Promise<readonly string[]> => {
    const { data } = await shop.support<{ notices: { nodes: { cause: string; reference: string | null }[] } }>(
      'query ($gatewayId: ID) { notices(first: 100, gatewayId: $gatewayId) { nodes { cause reference } } }',
      { gatewayId },
    );
    return data.notices.nodes.map(({ cause, reference }) => `${cause} ${reference}`);
  };
  const untilQuarantined = async (wanted: string): Promise<void> => {
    while (!(await quarantined()).includes(wanted));
  };
  const countOf = (history: readonly string[], type: string): number => history.filter((one) => one === type).length;
  const keptOf = async ({ reference }: Pick<Open, 'reference'>): Promise<number> => {
    const row = (await shop.sandbox.ledger()).payments.find((payment) => payment.reference === numberOf(reference));
    return row === undefined ? 0 : row.capturedMinor - row.refundedMinor;
  };

  test('the buyer pays on the page, the platform rings, is asked back, and the codes are handed over', async () => {
    const order = await opened();
    await pays(order);
    const done = await shopper.untilStatus(order.id, 'COMPLETED');
    expect(done.cards).toHaveLength(1);
    const history = await shopper.history(order.id);
    expect(history.indexOf('PaymentNoticeReceived')).toBeLessThan(history.indexOf('PaymentConfirmed'));
    expect(await keptOf(order)).toBe(4_800);
  });

  test('a lost notice: nobody rings, and the platform is asked all the same', async () => {
    await shop.sandbox.faults([{ fault: 'no-notice' }]);
    const order = await opened();
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
    expect(await shopper.history(order.id)).not.toContain('PaymentNoticeReceived');
  });

  test('a notice that is sent ten times has one effect, and every copy hears success', async () => {
    await shop.sandbox.faults([{ fault: 'duplicate-notice' }]);
    const order = await opened();
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
    const again = signed(notice(order.reference));
    for (let copy = 0; copy < 3; copy++) expect(await rings(again)).toEqual(TAKEN);
    const history = await shopper.history(order.id);
    expect([countOf(history, 'PaymentConfirmed'), countOf(history, 'OrderDelivered')]).toEqual([1, 1]);
    expect(await keptOf(order)).toBe(4_800);
  });

  test('a replayed notice of a delivered order changes nothing', async () => {
    const order = await opened();
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
    const before = await shopper.see(order.id);
    expect(await rings(signed(notice(order.reference)))).toEqual(TAKEN);
    expect((await shopper.see(order.id)).revision).toBe(before.revision);
  });

  test('re-ordered: a notice that comes before the money credits nothing; the money that comes later does', async () => {
    const order = await opened();
    expect(await rings(signed(notice(order.reference)))).toEqual(TAKEN);
    expect(await shopper.untilIn(order.id, 'PaymentChecked')).not.toContain('PaymentConfirmed');
    expect((await shopper.see(order.id)).status).toBe('AWAITING_PAYMENT');
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
  });

  test('the same parameters in another order are the same notice', async () => {
    const order = await opened();
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
    const { revision } = await shopper.see(order.id);
    expect(await rings(signed(notice(order.reference)).split('&').reverse().join('&'))).toEqual(TAKEN);
    expect((await shopper.see(order.id)).revision).toBe(revision);
  });

  test('a false notice with a valid signature delivers nothing: the platform is asked and says no', async () => {
    await shop.sandbox.faults([{ fault: 'lying-notice' }]);
    const order = await opened();
    await shopper.untilIn(order.id, 'PaymentNoticeReceived');
    expect(await shopper.untilIn(order.id, 'PaymentChecked')).not.toContain('PaymentConfirmed');
    expect((await shopper.see(order.id)).status).toBe('AWAITING_PAYMENT');
  });

  test('a forged notice is 401, never stored, and never asked about', async () => {
    const order = await opened();
    expect((await rings(forged(notice(order.reference)))).status).toBe(401);
    expect((await rings(new URLSearchParams(notice(order.reference)).toString())).status).toBe(401);
    expect((await rings(`${signed(notice(order.reference))}&money=4800.00`)).status).toBe(401);
    expect((await rings(signed(notice(order.reference)).replace('48.00', '48.01'))).status).toBe(401);
    expect((await rings('')).status).toBe(401);
    expect(await shopper.history(order.id)).not.toContain('PaymentNoticeReceived');
  });

  test('a wrong amount in a notice is only a hint: what the platform says counts', async () => {
    const order = await opened();
    expect(await rings(signed(notice(order.reference, { money: '0.01' })))).toEqual(TAKEN);
    expect(await shopper.untilIn(order.id, 'PaymentChecked')).not.toContain('PaymentMismatched');
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
    expect((await shopper.see(order.id)).paid.amountMinor).toBe('4800');
  });

  test('a wrong amount at the platform freezes the order and calls a person; nothing is delivered', async () => {
    await shop.sandbox.faults([{ fault: 'wrong-amount' }]);
    const order = await opened();
    await pays(order);
    const frozen = await shopper.until(order.id, ({ frozen: is }) => is, 'frozen');
    expect([frozen.inReview, frozen.cards]).toEqual([true, []]);
    expect(await shopper.history(order.id)).toContain('PaymentMismatched');
  });

  test.each(['1e1', '010', '４８.00', '48.001', '-48.00', ' 48.00', '48,00', ''])(
    'an amount of %j is no amount: 400 and kept aside',
    async (money) => {
      const order = await opened();
      expect((await rings(signed(notice(order.reference, { money })))).status).toBe(400);
      expect(await shopper.history(order.id)).not.toContain('PaymentNoticeReceived');
    },
  );

  test.each(['TRADE_CLOSED', 'WAIT_BUYER_PAY', 'trade_success', ''])('the status word %j is no success: 400 and kept aside', async (word) => {
    const order = await opened();
    expect((await rings(signed(notice(order.reference, { trade_status: word })))).status).toBe(400);
    expect(await shopper.history(order.id)).not.toContain('PaymentNoticeReceived');
    await untilQuarantined('UNREADABLE null');
  });

  test("another merchant's genuine notice is taken and kept aside, and touches no order", async () => {
    const order = await opened();
    expect(await rings(signed(notice(order.reference, { pid: '2002' })))).toEqual(TAKEN);
    await untilQuarantined(`FOREIGN_MERCHANT ${order.reference}`);
    expect(await shopper.history(order.id)).not.toContain('PaymentNoticeReceived');
  });

  test('a notice about an order that nobody made here is taken and kept aside', async () => {
    const foreign = `${randomUUID()}.1`;
    expect(await rings(signed(notice(foreign)))).toEqual(TAKEN);
    expect(await rings(signed(notice(foreign, { out_trade_no: '20160806151343349' })))).toEqual(TAKEN);
    await untilQuarantined('UNKNOWN_ORDER 20160806151343349');
  });

  test('a notice that rings at the door of another gateway is not about its payments', async () => {
    const order = await opened();
    expect((await rings(signed(notice(order.reference)), 'main')).status).toBe(401);
    const elsewhere = gatewayId === 'epay-md5' ? 'epay-rsa' : 'epay-md5';
    expect((await rings(signed(notice(order.reference)), elsewhere)).status).toBe(401);
    expect(await shopper.history(order.id)).not.toContain('PaymentNoticeReceived');
  });

  test('a notice sent as a form is taken like one in the query string', async () => {
    const order = await opened();
    await shop.sandbox.faults([{ fault: 'no-notice' }]);
    await pays(order);
    const answer = await fetch(`${shop.url}/callbacks/gateways/${gatewayId}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: signed(notice(order.reference)),
    });
    expect([answer.status, await answer.text()]).toEqual([200, 'success']);
    await shopper.untilStatus(order.id, 'COMPLETED');
  });

  test('a gateway that rings with bodies takes no query string, however it is signed', async () => {
    const query = JSON.stringify({ reference: 'x' });
    const key = webhookKey(shop.webhookSecret);
    const answer = await fetch(`${shop.url}/callbacks/gateways/main?${query}`, { headers: signedHeaders([key], 'evt-1', Date.now(), query) });
    expect(answer.status).toBe(401);
  });

  test('unpaid at its time: the order expires without a close, and money that comes all the same still buys the codes', async () => {
    const order = await opened('hurried');
    await shopper.untilStatus(order.id, 'EXPIRED');
    expect(await shopper.history(order.id)).not.toContain('PaymentCloseRequested');
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
    expect(await shopper.history(order.id)).toContain('LatePaymentReceived');
  });

  test('after-care finds late money of which nobody told', async () => {
    await shop.sandbox.faults([{ fault: 'no-notice' }]);
    const order = await opened('hurried');
    await shopper.untilStatus(order.id, 'EXPIRED');
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
  });

  test('cancelled without a close: money that comes all the same goes back', async () => {
    const order = await opened();
    await shopper.mutate('cancelOrder', { orderId: order.id });
    await shopper.until(order.id, ({ phase }) => phase === 'CANCELLED', 'cancelled');
    await pays(order);
    await shopper.until(order.id, ({ phase }) => phase === 'REFUNDED', 'refunded');
    expect(await keptOf(order)).toBe(0);
  });

  test('a refund that a person orders goes back through the platform', async () => {
    const order = await opened();
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
    await shopper.mutate('refundOrder', { orderId: order.id, reason: 'the buyer asked' }, 'support');
    await shopper.until(order.id, ({ phase }) => phase === 'REFUNDED', 'refunded');
    const { refunds } = await shop.sandbox.ledger();
    expect(refunds.filter(({ reference }) => reference === numberOf(order.reference)).map(({ status }) => status)).toEqual(['REFUNDED']);
    expect(await keptOf(order)).toBe(0);
  });

  test('a refund whose answer was lost is asked about, and paid back once', async () => {
    const order = await opened();
    await pays(order);
    await shopper.untilStatus(order.id, 'COMPLETED');
    await shop.sandbox.faults([
      { path: '/api/pay/refund', fault: 'commit-then-hang' },
      { method: 'POST', path: '/api.php', fault: 'commit-then-hang' },
    ]);
    await shopper.mutate('refundOrder', { orderId: order.id, reason: 'the buyer asked' }, 'support');
    await shopper.until(order.id, ({ phase }) => phase === 'REFUNDED', 'refunded');
    expect(await shopper.history(order.id)).toContain('RefundTimedOut');
    expect((await shop.sandbox.ledger()).refunds.filter(({ reference }) => reference === numberOf(order.reference))).toHaveLength(1);
  });

  test('"never heard of it" counts only after a while: an order whose creation was lost gets a new number, and one payment', async () => {
    await shop.sandbox.faults([{ path: calls.create, fault: 'hang' }]);
    const { id } = await shopper.order({ skuId: 'plenty', kind: 'REDIRECT', gatewayId });
    await shopper.untilIn(id, 'PaymentTimedOut');
    await shop.sandbox.faults([]);
    const reference = await shopper.untilPayable(id);
    expect(reference.endsWith('.2')).toBe(true);
    const history = await shopper.history(id);
    expect(history.indexOf('PaymentChecked')).toBeLessThan(history.indexOf('PaymentClosed'));
    await pays({ payUrl: (await shopper.see(id)).payment?.payUrl ?? '' });
    await shopper.untilStatus(id, 'COMPLETED');
  });

  test('a page that was lost with its answer: the buyer gets another by itself, pays once, and what is paid on the lost one goes back', async () => {
    await shop.sandbox.faults([{ path: calls.create, fault: 'commit-then-hang' }]);
    const { id } = await shopper.order({ skuId: 'plenty', kind: 'REDIRECT', gatewayId });
    await shopper.untilIn(id, 'PaymentTimedOut');
    await shop.sandbox.faults([]);
    const reference = await shopper.untilPayable(id);
    const history = await shopper.history(id);
    expect(history.indexOf('PaymentTimedOut')).toBeLessThan(history.indexOf('PaymentOpened'));
    expect(countOf(history, 'PaymentRequested')).toBeGreaterThan(1);
    const lost = { id, reference: `${id}.1` };
    expect((await shop.sandbox.ledger()).payments.map((payment) => payment.reference)).toContain(numberOf(lost.reference));
    await pays({ payUrl: (await shopper.see(id)).payment?.payUrl ?? '' });
    await shopper.untilStatus(id, 'COMPLETED');
    expect(await shop.sandbox.pay(numberOf(lost.reference))).toBe(200);
    await shopper.untilIn(id, 'SurplusPaymentConfirmed');
    await shopper.until(id, ({ refunded }) => refunded.amountMinor === '4800', 'the surplus back');
    expect([await keptOf(lost), await keptOf({ reference })]).toEqual([0, 4_800]);
  });

  test('a refused creation is told to the buyer, with nothing charged', async () => {
    await shop.sandbox.faults([{ path: calls.create, fault: 'refuse' }]);
    const { id } = await shopper.order({ skuId: 'plenty', kind: 'REDIRECT', gatewayId });
    const failed = await shopper.untilStatus(id, 'FAILED');
    expect(failed.refusal?.code).toBe('EPAY_-1');
    expect((await shopper.see(id)).paid.amountMinor).toBe('0');
  });
});

describe('stories of money by links that the buyer opens', () => {
  let shop: LiveShop;
  let shopper: Shopper;
  beforeAll(async () => {
    shop = await LiveShop.start({ skus: { plenty: {}, hurried: { payWithinSeconds: 1 } } });
    shopper = new Shopper(shop);
    await shop.stock('plenty', 5);
    await shop.stock('hurried', 1);
  }, 300_000);
  afterAll(() => shop.close());

  test('the link opens the page, the money buys the codes, and no link holds the key', async () => {
    const { id } = await shopper.order({ skuId: 'plenty', kind: 'REDIRECT', gatewayId: 'epay-page' });
    await shopper.untilPayable(id);
    const payUrl = (await shopper.see(id)).payment?.payUrl ?? '';
    expect(payUrl).toContain('/submit.php?');
    expect(payUrl).not.toContain('k3yThat');
    const page = await fetch(payUrl);
    await fetch(page.url, { method: 'POST', body: new URLSearchParams({ action: 'pay' }), redirect: 'manual' });
    await shopper.untilStatus(id, 'COMPLETED');
  });

  test('a link that nobody opens is an order the platform never heard of, and expires', async () => {
    const { id } = await shopper.order({ skuId: 'hurried', kind: 'REDIRECT', gatewayId: 'epay-page' });
    await shopper.untilStatus(id, 'EXPIRED');
  });
});
