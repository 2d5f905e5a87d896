import { createHash, createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import type { PurchaseRequest } from '../../../src/application/ports/channel';
import type { CallOptions } from '../../../src/application/ports/outside-call';
import { buildChannel, type OpenChannel } from '../../../src/infrastructure/channels/registry';
import { signedHeaders } from '../../../src/protocols/dujiao-next/signing';
import { describeChannelContract } from '../../contracts/channel.contract';
import { factsOf } from '../../contracts/gateway.contract';
import { DUJIAO_CARD, DUJIAO_TOP_UP, dujiaoNextAccount, dujiaoNextSettings, startDujiaoNextShop } from '../../support/dujiao-next';
import { listenForNotices, type NoticeListener } from '../../support/sandbox';
import { purchaseRequest, type TestChannel } from '../../support/sandbox-channel';

const surroundings = { wallMs: Date.now, dropRoot: undefined };

async function noticeOf(listener: NoticeListener, requestId: string) {
  for (let wanted = 1; ; wanted++) {
    const notice = (await listener.count(wanted)).find(({ body }) => body.includes(`"${requestId}"`));
    if (notice) return notice;
  }
}

describeChannelContract('the sandbox over dujiao-next', async () => {
  const shop = await startDujiaoNextShop();
  const channel = buildChannel(dujiaoNextSettings(shop.url), surroundings);
  const listener = await listenForNotices();
  return {
    channel,
    newPurchase: (changes = {}) => purchaseRequest({ product: DUJIAO_CARD, callbackUrl: listener.url, ...changes }),
    newTopUp: () =>
      purchaseRequest({ product: DUJIAO_TOP_UP, maxUnitCostMinor: 10_000, fields: { phone: '13800000000' }, callbackUrl: listener.url }),
    setStock: (to) => shop.setStock(DUJIAO_CARD, to),
    sold: async (requestId) => (await shop.purchases()).filter((row) => row.requestId === requestId && row.status === 'COMPLETED').length,
    noticeAbout: (requestId) => noticeOf(listener, requestId),
    async close() {
      await channel.release();
      await shop.close();
      await listener.close();
    },
  };
});

describe('when a Dujiao-Next shop misbehaves', () => {
  let shop: TestChannel;
  let channel: OpenChannel;
  let listener: NoticeListener;
  beforeEach(async () => {
    shop = await startDujiaoNextShop();
    channel = buildChannel(dujiaoNextSettings(shop.url), surroundings);
    listener = await listenForNotices();
  });
  afterEach(async () => {
    await channel.release();
    await shop.close();
    await listener.close();
  });

  const calling: CallOptions = { timeoutMs: 5_000 };
  const impatient: CallOptions = { timeoutMs: 400 };
  const orders = '/api/v1/upstream/orders';
  const wanted = (changes: Partial<PurchaseRequest> = {}): PurchaseRequest =>
    purchaseRequest({ product: DUJIAO_CARD, callbackUrl: listener.url, ...changes });
  const truth = async ({ requestId }: PurchaseRequest) => (await shop.purchases()).filter((row) => row.requestId === requestId);

  it.each(['commit-then-hang', 'reset-after-commit', 'error-after-commit', 'bad-json-after-commit', 'oversized'])(
    '%s of the order: sent again it is found, with its cards, sold once, whatever the price has become',
    async (fault) => {
      await shop.faults([{ method: 'POST', path: orders, fault }]);
      const asked = wanted({ quantity: 2 });
      expect((await channel.purchase(asked, impatient)).outcome).toBe('unknown');
      await shop.faults([]);
      await shop.setStock(DUJIAO_CARD, { available: 0, unitCostMinor: 9_999 });
      const found = factsOf(await channel.purchase(asked, { ...calling, again: true }));
      expect(found).toMatchObject({ status: 'COMPLETED', unitCostMinor: 4_500 });
      expect(found.cards).toHaveLength(2);
      expect(await truth(asked)).toHaveLength(1);
    },
  );

  it('what is refused when it is sent again decides nothing about what was sent before', async () => {
    await shop.setStock(DUJIAO_CARD, { available: 0 });
    expect(await channel.purchase(wanted(), { ...calling, again: true })).toEqual({ outcome: 'refused', code: 'INSUFFICIENT_STOCK' });
  });

  it('a product that cannot be looked at is not bought', async () => {
    await shop.faults([{ method: 'GET', path: '/api/v1/upstream/products/*', fault: 'hang' }]);
    const asked = wanted();
    expect(await channel.purchase(asked, impatient)).toEqual({ outcome: 'notDone', code: 'TIMEOUT' });
    expect(await truth(asked)).toEqual([]);
  });

  it('an order that is there and cannot be seen is pending, and not in doubt', async () => {
    await shop.faults([{ method: 'GET', path: `${orders}/*`, fault: 'error' }]);
    const asked = wanted();
    expect(factsOf(await channel.purchase(asked, calling))).toMatchObject({ status: 'PENDING', cards: [] });
    await shop.faults([]);
    expect(factsOf(await channel.purchase(asked, { ...calling, again: true })).status).toBe('COMPLETED');
    expect(await truth(asked)).toHaveLength(1);
  });

  it('a delivery by hand is pending until it is made', async () => {
    await shop.faults([{ fault: 'pending' }]);
    const asked = wanted();
    expect(factsOf(await channel.purchase(asked, calling)).status).toBe('PENDING');
    const notice = await noticeOf(listener, asked.requestId);
    expect(channel.verifyNotice(notice)).toMatchObject({
      outcome: 'genuine',
      notice: { facts: { requestId: asked.requestId, status: 'COMPLETED' } },
    });
    expect(factsOf(await channel.purchase(asked, { ...calling, again: true })).status).toBe('COMPLETED');
  });

  it('a deposit that is empty: the order is cancelled at once, and stays so', async () => {
    await shop.setBalance(100);
    const asked = wanted();
    expect(factsOf(await channel.purchase(asked, calling))).toMatchObject({ status: 'REFUSED', reason: 'BALANCE_LOW' });
    await shop.setBalance(1_000_000);
    expect(factsOf(await channel.purchase(asked, { ...calling, again: true }))).toMatchObject({ status: 'REFUSED', cards: [] });
  });

  it('a card that is missing in a delivery is counted, not invented', async () => {
    await shop.faults([{ method: 'POST', path: orders, fault: 'malformed' }]);
    const facts = factsOf(await channel.purchase(wanted({ quantity: 3 }), calling));
    expect([facts.status, facts.cards.length, facts.malformedCards]).toEqual(['COMPLETED', 2, 1]);
  });

  it('what another process bought is told without a price, as a reason to ask', async () => {
    const asked = wanted();
    await channel.purchase(asked, calling);
    const other = buildChannel(dujiaoNextSettings(shop.url), surroundings);
    const verdict = other.verifyNotice(await noticeOf(listener, asked.requestId));
    expect(verdict).toMatchObject({ outcome: 'genuine', notice: { facts: { requestId: asked.requestId, status: 'PENDING', cards: [] } } });
    await other.release();
  });

  it('old, future, foreign and re-signed callbacks are refused; one of two secrets is enough', async () => {
    const asked = wanted();
    await channel.purchase(asked, calling);
    const notice = await noticeOf(listener, asked.requestId);
    const at = (shiftMs: number) => channel.verifyNotice({ ...notice, receivedAtMs: notice.receivedAtMs + shiftMs }).outcome;
    expect([at(0), at(50_000), at(70_000), at(-70_000)]).toEqual(['genuine', 'genuine', 'forged', 'forged']);
    expect(channel.verifyNotice({ ...notice, inQuery: true }).outcome).toBe('forged');
    const foreign = { ...notice, headers: { ...notice.headers, 'dujiao-next-api-key': 'somebody-else' } };
    expect(channel.verifyNotice(foreign)).toEqual({ outcome: 'forged', why: 'UNKNOWN_KEY' });
    const changing = buildChannel(
      dujiaoNextSettings(shop.url, { apiSecrets: ['the-new-one-of-two-secrets', dujiaoNextAccount.apiSecret] }),
      surroundings,
    );
    expect(changing.verifyNotice(notice).outcome).toBe('genuine');
    await changing.release();
  });

  it('its secret is out of reach of whoever prints it, and an unfit one is refused without being quoted', () => {
    expect(inspect(channel, { depth: 4 })).not.toContain(dujiaoNextAccount.apiSecret);
    const build = () => buildChannel(dujiaoNextSettings(shop.url, { apiSecrets: ['hunter2'] }), surroundings);
    expect(build).toThrow(/16 to 256/);
    expect(build).not.toThrow(/hunter2/);
  });
});

it('a request is signed as the protocol says: method, path without query, seconds and the MD5 of the body', () => {
  const body = '{"sku_id":1,"quantity":1}';
  const bodyHash = createHash('md5').update(body).digest('hex');
  const text = `POST\n/api/v1/upstream/orders\n1800000000\n${bodyHash}`;
  const expected = createHmac('sha256', 'a-secret-of-some-length').update(text).digest('hex');
  const message = { method: 'POST', path: '/api/v1/upstream/orders', body };
  expect(signedHeaders('key', 'a-secret-of-some-length', message, 1_800_000_000_999)).toEqual({
    'dujiao-next-api-key': 'key',
    'dujiao-next-timestamp': '1800000000',
    'dujiao-next-signature': expected,
  });
});
