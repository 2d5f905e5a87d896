import { signedHeaders, webhookKey } from '../../src/protocols/webhook-signing';
import { TEST_WEBHOOK_SECRET } from '../support/sandbox';
import { startTestChannel, type TestChannel } from '../support/sandbox-channel';
import { ApiShop, key } from './support/api-shop';

const FORGER_SECRET = `whsec_${Buffer.from('the webhook key of somebody else').toString('base64')}`;
const MAX_COST = { amountMinor: 9_900, currency: 'CNY' };
const CODE = 'A-CODE-IN-A-NOTICE';

interface Step {
  readonly type: string;
  readonly data: object | null;
  readonly summary: string;
}

describe('channels over HTTP', () => {
  let channel: TestChannel;
  let shop: ApiShop;

  beforeAll(async () => {
    channel = await startTestChannel();
    shop = await ApiShop.start({
      CHANNEL_KEY: channel.settings.apiKey,
      CHANNEL_WEBHOOK: TEST_WEBHOOK_SECRET,
      CARDRAIL_PURCHASE_ASK_MS: '100',
      CARDRAIL_CHANNEL_ASK_MS: '100',
    });
    for (const id of ['upstream-a', 'upstream-b'])
      await shop.set('channel', id, {
        adapter: 'http-v1',
        baseUrl: id === 'upstream-a' ? channel.url : 'http://127.0.0.1:9',
        apiKey: { env: 'CHANNEL_KEY' },
        webhookSecrets: [{ env: 'CHANNEL_WEBHOOK' }],
        flags: ['replay', 'lookup', 'cancel'],
        notFoundFinalAfterSeconds: 1,
        weight: 1,
        priority: 1,
        ratePerSecond: 100,
        maxInFlight: 50,
      });
    await shop.sku('bought', { sources: [{ kind: 'CHANNEL', channelId: 'upstream-a', product: 'STEAM50', maxUnitCost: MAX_COST }] });
    await shop.sku('top-up', {
      fields: ['phone'],
      maxPerOrder: 1,
      sources: [{ kind: 'CHANNEL', channelId: 'upstream-a', product: 'mobile-100', maxUnitCost: MAX_COST }],
    });
    await shop.until(() => shop.parts.settings.sku('top-up') !== undefined && shop.parts.channels.find('upstream-b') !== undefined, 'all is read');
  });
  afterEach(() => expect(shop.defects.splice(0)).toEqual([]));
  afterAll(async () => {
    await shop.close();
    await channel.close();
  });

  function ring(notice: object, { channelId = 'upstream-a', secret = TEST_WEBHOOK_SECRET } = {}): Promise<Response> {
    const body = JSON.stringify(notice);
    const headers = { 'content-type': 'application/json', ...signedHeaders([webhookKey(secret)], key(), Date.now(), body) };
    return fetch(`${shop.url}/callbacks/channels/${channelId}`, { method: 'POST', headers, body });
  }

  async function historyOf(id: string, as = shop.as('SUPPORT')): Promise<readonly Step[]> {
    const { data } = await shop.ask<{ order: { history: { nodes: Step[] } } }>(
      'query($id: ID!) { order(id: $id) { history(first: 100) { nodes { type data summary } } } }',
      { id },
      as,
    );
    return data.order.history.nodes;
  }

  const saleOf = async (id: string): Promise<string | undefined> =>
    (await channel.purchases()).find(({ requestId }) => requestId.startsWith(id))?.requestId;

  const claimOf = (requestId: string) => ({ requestId, status: 'COMPLETED', cards: [{ code: CODE }], unitCostMinor: 4_500, currency: 'CNY' });

  interface Notices {
    readonly channelNotices: { readonly nodes: readonly { readonly cause: string; readonly requestId: string; readonly claimedCards: number }[] };
  }
  const quarantined = (channelId: string) =>
    shop.ask<Notices>(
      'query($channelId: ID) { channelNotices(first: 10, channelId: $channelId) { nodes { cause requestId claimedCards } } }',
      { channelId },
      shop.as('SUPPORT'),
    );

  it('a genuine callback is taken down on its order without its codes, and decides nothing by itself', async () => {
    await channel.faults([{ fault: 'pending', ms: 6_000_000 }, { fault: 'no-notice' }]);
    const { id } = await shop.order({ skuId: 'bought' });
    await shop.until(async () => (await saleOf(id)) !== undefined, 'the purchase is there');
    const response = await ring(claimOf((await saleOf(id)) ?? ''));
    expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
    const history = await historyOf(id);
    expect(history.map(({ type }) => type)).toContain('PurchaseNoticeReceived');
    expect(history.map(({ type }) => type)).not.toContain('PurchaseCompleted');
    expect(JSON.stringify(history)).not.toContain(CODE);
    await channel.faults([]);
  });

  it('a forged callback is 401 and leaves nothing on the order', async () => {
    await channel.faults([{ fault: 'pending', ms: 6_000_000 }, { fault: 'no-notice' }]);
    const { id } = await shop.order({ skuId: 'bought', buyer: { ref: key() } });
    await shop.until(async () => (await saleOf(id)) !== undefined, 'the purchase is there');
    expect((await ring(claimOf((await saleOf(id)) ?? ''), { secret: FORGER_SECRET })).status).toBe(401);
    expect((await historyOf(id)).map(({ type }) => type)).not.toContain('PurchaseNoticeReceived');
    await channel.faults([]);
  });

  it('a foreign callback is 200, set aside, and shown to the shop alone', async () => {
    expect((await ring(claimOf('somebody-elses-purchase'), { channelId: 'upstream-b' })).status).toBe(200);
    await shop.until(async () => (await quarantined('upstream-b')).data.channelNotices.nodes.length === 1, 'it is in quarantine');
    const { data } = await quarantined('upstream-b');
    expect(data.channelNotices.nodes).toEqual([{ cause: 'UNKNOWN_ORDER', requestId: 'somebody-elses-purchase', claimedCards: 1 }]);
    expect((await quarantined('upstream-a')).data.channelNotices.nodes).toEqual([]);
    const { errors } = await shop.ask('{ channelNotices(first: 1) { nodes { id } } }');
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  it('a callback of a channel that does not exist is 404', async () => expect((await ring(claimOf('x'), { channelId: 'nobody' })).status).toBe(404));

  it('nobody reads a sealed card, a receipt or a field in a history, and a storefront no facts at all', async () => {
    const bought = await shop.order({ skuId: 'bought' });
    const toppedUp = await shop.order({ skuId: 'top-up', fields: [{ name: 'phone', value: '13800138000' }] });
    for (const { id } of [bought, toppedUp]) await shop.untilStatus(id, 'COMPLETED');
    const dataOf = async (id: string, type: string): Promise<object | null | undefined> =>
      (await historyOf(id)).find((step) => step.type === type)?.data;
    const sealed = { sealed: true, kid: expect.any(String) };
    expect(await dataOf(bought.id, 'PurchaseCompleted')).toMatchObject({ cards: [{ sealed }] });
    expect(await dataOf(toppedUp.id, 'PurchaseRequested')).toMatchObject({ fields: sealed });
    expect(await dataOf(toppedUp.id, 'PurchaseCompleted')).toMatchObject({ cards: [], receipt: { units: 1, sealed } });
    for (const role of ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] as const) {
      const history = JSON.stringify([...(await historyOf(bought.id, shop.as(role))), ...(await historyOf(toppedUp.id, shop.as(role)))]);
      expect(history).not.toMatch(/"(ct|iv|tag)":|13800138000|receipt-/);
    }
    const outside = await historyOf(toppedUp.id, shop.as('STOREFRONT'));
    expect(outside.every(({ data }) => data === null)).toBe(true);
    expect(outside.find(({ type }) => type === 'PurchaseCompleted')?.summary).toContain('有回执');
    expect(JSON.stringify(outside)).not.toMatch(/upstream-a|98\.50/);
  });

  it('staff see from whom the shop bought, a storefront does not', async () => {
    const { id } = await shop.order({ skuId: 'bought' });
    await shop.untilStatus(id, 'COMPLETED');
    const sellerAs = async (role: 'SUPPORT' | 'STOREFRONT') => {
      const query = 'query($id: ID!) { order(id: $id) { channelId cards { channelId batchId } } }';
      return (await shop.ask<{ order: object }>(query, { id }, shop.as(role))).data.order;
    };
    expect(await sellerAs('SUPPORT')).toEqual({ channelId: 'upstream-a', cards: [{ channelId: 'upstream-a', batchId: `${id}.p1` }] });
    expect(await sellerAs('STOREFRONT')).toEqual({ channelId: null, cards: [{ channelId: null, batchId: null }] });
  });

  interface SeenChannel {
    readonly id: string;
    readonly status: string;
    readonly skuIds: readonly string[];
    readonly supply: { readonly balance: object | null; readonly balanceProblem: string | null };
  }
  const look = async (id: string, as = shop.as('OPS')) =>
    shop.ask<{ channel: SeenChannel | null; channels: { id: string }[] }>(
      'query($id: ID!) { channels { id } channel(id: $id) { id status skuIds supply { balance { amountMinor } balanceProblem } } }',
      { id },
      as,
    );

  it('channels are read as they stand and as they answer now, also one that does not answer', async () => {
    const { data } = await look('upstream-a');
    expect(data.channels).toEqual([{ id: 'upstream-a' }, { id: 'upstream-b' }]);
    expect(data.channel).toMatchObject({ id: 'upstream-a', status: 'ACTIVE', skuIds: ['bought', 'top-up'] });
    expect(data.channel?.supply).toMatchObject({ balance: { amountMinor: expect.any(String) }, balanceProblem: null });
    expect((await look('upstream-b')).data.channel?.supply).toMatchObject({ balance: null, balanceProblem: expect.any(String) });
    expect((await look('nobody')).data.channel).toBeNull();
    expect((await look('upstream-a', shop.as('STOREFRONT'))).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  it.each([
    ['pauseChannel', 'PAUSED'],
    ['resumeChannel', 'ACTIVE'],
    ['drainChannel', 'DRAINING'],
    ['resumeChannel', 'ACTIVE'],
  ])('%s makes it %s, once for one key', async (mutation, status) => {
    const input = { idempotencyKey: key(), reason: 'test', channelId: 'upstream-b' };
    const document = `mutation($input: ${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { userErrors { code } } }`;
    for (const _twice of [1, 2]) {
      const { data, errors } = await shop.ask<Record<string, { userErrors: unknown[] }>>(document, { input }, shop.as('OPS'));
      expect([errors, data[mutation]?.userErrors]).toEqual([undefined, []]);
    }
    await shop.until(async () => (await look('upstream-b')).data.channel?.status === status, `it is ${status}`);
    const { errors } = await shop.ask(document, { input }, shop.as('SUPPORT'));
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });
});
