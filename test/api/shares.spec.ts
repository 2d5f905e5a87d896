import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, ApiShop, key } from './support/api-shop';

interface Shared {
  readonly number: string;
  readonly status: string;
  readonly skuName: string;
  readonly paid: { readonly amountMinor: string };
  readonly payments: readonly { readonly reference: string; readonly status: string }[];
  readonly steps: readonly { readonly words: string }[];
}
interface Opened {
  readonly openSharedOrder: { readonly shared: Shared | null; readonly userErrors: readonly { readonly code: string; readonly message: string }[] };
}
interface Made {
  readonly shareOrder: {
    readonly share: { readonly id: string; readonly expiresAt: string; readonly sharedAt: string } | null;
    readonly link: string | null;
    readonly replayed: boolean;
    readonly userErrors: readonly { readonly code: string }[];
  };
}
const OPEN = `mutation ($input: OpenSharedOrderInput!) {
  openSharedOrder(input: $input) {
    shared {
      number status skuName quantity amount { amountMinor currency } paid { amountMinor } refunded { amountMinor }
      submittedAt paidAt deliveredAt firstViewedAt expiresAt
      payments { reference status amount { amountMinor } } refunds { refundReference status amount { amountMinor } orderedAt }
      steps { occurredAt words }
    }
    userErrors { code message }
  }
}`;
const SHARE = `mutation ($input: ShareOrderInput!) {
  shareOrder(input: $input) { share { id sharedAt expiresAt openings } link replayed userErrors { code message } }
}`;
const SECRETS = {
  contact: 'guest-canary@buyers.example',
  account: 'canary-account-of-a-shared-order',
  note: 'canary-note-of-a-shared-order',
  ref: 'canary-buyer-of-a-shared-order',
};

describe('an order that is shown to somebody outside', () => {
  let shop: ApiShop;
  let order: { readonly id: string; readonly number: string; readonly token: string };
  let codes: readonly string[];
  beforeAll(async () => {
    shop = await ApiShop.start({ CARDRAIL_LOOKUP_MISSES_PER_MINUTE: '40' });
    await shop.sku('named', { fields: ['account'] });
    await shop.until(() => shop.parts.settings.sku('named') !== undefined, 'the settings are read');
    codes = await shop.stock('named', 2);
    order = await shop.order({
      skuId: 'named',
      buyer: { ref: SECRETS.ref, contact: { email: SECRETS.contact } },
      fields: [{ name: 'account', value: SECRETS.account }],
    });
    await shop.untilStatus(order.id, 'COMPLETED');
    await shop.ask(
      'mutation ($input: AddNoteInput!) { addNote(input: $input) { userErrors { code } } }',
      { input: { idempotencyKey: key(), orderId: order.id, reason: SECRETS.note, text: SECRETS.note } },
      shop.as('SUPPORT'),
    );
    const revealed = 'mutation ($input: RevealCardsInput!) { revealCards(input: $input) { userErrors { code } } }';
    await shop.ask(revealed, { input: { idempotencyKey: key(), orderId: order.id } }, { 'x-order-token': order.token });
  });
  afterAll(() => shop.close());

  const share = async (more: object = {}, headers = shop.as('SUPPORT')): Promise<Answer<Made>> =>
    shop.ask<Made>(SHARE, { input: { idempotencyKey: key(), orderId: order.id, reason: 'asked for by the dispute desk', ...more } }, headers);
  const linkOf = async (more: object = {}) => {
    const { data } = await share(more);
    const { share: made, link } = data.shareOrder;
    if (made === null || link === null) throw new Error(JSON.stringify(data));
    return { ...made, token: link.slice(link.indexOf('#t=') + 3), link };
  };
  const open = (shareToken: string, number = order.number, headers: Record<string, string> = {}): Promise<Answer<Opened>> =>
    shop.ask<Opened>(OPEN, { input: { idempotencyKey: key(), number, shareToken } }, headers);
  const revoke = (shareId: string) =>
    shop.ask(
      'mutation ($input: RevokeOrderShareInput!) { revokeOrderShare(input: $input) { userErrors { code } } }',
      { input: { idempotencyKey: key(), orderId: order.id, shareId, reason: 'the dispute is closed' } },
      shop.as('SUPPORT'),
    );
  const events = async () => (await shop.parts.store.read(`order-${order.id}`)).filter(({ type }) => /Share/.test(type));

  it('shows state, steps and money to whoever has the link, and nothing of the buyer, the goods or the shop', async () => {
    const { token, link } = await linkOf();
    expect(link).toBe(`/shared/${encodeURIComponent(order.number)}#t=${token}`);
    const answer = await open(token, order.number, { 'accept-language': 'en' });
    const { shared, userErrors } = answer.data.openSharedOrder;
    expect(userErrors).toEqual([]);
    expect(shared).toMatchObject({
      number: order.number,
      status: 'COMPLETED',
      skuName: 'Game card',
      paid: { amountMinor: '4800' },
      payments: [{ status: 'PAID' }],
    });
    expect(shared?.steps.map(({ words }) => words)).toEqual([
      'Ordered, for 48.00 CNY',
      'Payment of 48.00 CNY asked for',
      'Payment of 48.00 CNY confirmed',
      'Delivered',
      'The buyer looked at the goods for the first time',
    ]);
    const text = JSON.stringify(answer);
    for (const secret of [...Object.values(SECRETS), ...codes, order.token, 'gateway', 'client-storefront', 'support'])
      expect([secret, text.includes(secret)]).toEqual([secret, false]);
    expect(text).not.toMatch(/"main"|m1\b/);
    expect((await open(token, order.number.toLowerCase(), { 'accept-language': 'zh-CN' })).data.openSharedOrder.shared?.steps[0]?.words).toBe(
      '已下单，金额 48.00 CNY',
    );
  });

  it('is kept in the history and in the audit trail: who made the link and why, when it was opened, and who took it back', async () => {
    const { id, token } = await linkOf({ reason: 'for a colleague' });
    for (let looks = 0; looks < 3; looks++) await open(token);
    await revoke(id);
    const kept = (await events()).filter(({ data }) => (data as { shareId: string }).shareId === id);
    expect(kept.map(({ type, metadata: { actor, reason } }) => ({ type, actor, reason }))).toEqual([
      { type: 'OrderShared', actor: { kind: 'SUPPORT', id: 'support' }, reason: 'for a colleague' },
      { type: 'SharedOrderOpened', actor: { kind: 'GUEST', id }, reason: undefined },
      { type: 'ShareRevoked', actor: { kind: 'SUPPORT', id: 'support' }, reason: 'the dispute is closed' },
    ]);
    const list = 'query ($id: ID!) { order(id: $id) { shares { id openings firstOpenedAt lastOpenedAt revokedAt } } }';
    const { data } = await shop.ask<{ order: { shares: readonly object[] } }>(list, { id: order.id }, shop.as('FINANCE'));
    expect(data.order.shares).toContainEqual(
      expect.objectContaining({ id, openings: 1, firstOpenedAt: expect.any(String) as string, revokedAt: expect.any(String) as string }),
    );
    expect(
      (await shop.ask<{ order: { shares: readonly object[] } }>(list, { id: order.id }, { 'x-order-token': order.token })).data.order.shares,
    ).toEqual([]);
    const trail = 'query ($filter: AuditFilter) { auditTrail(filter: $filter, first: 100) { nodes { action actorKind } } }';
    const told = async () => JSON.stringify((await shop.ask(trail, { filter: { subject: `order-${order.id}` } }, shop.as('ADMIN'))).data);
    await shop.until(
      async () => /OrderShared/.test(await told()) && /SharedOrderOpened/.test(await told()) && /GUEST/.test(await told()),
      'it is in the trail',
    );
  });

  it('opens nothing once the link was taken back, and says so to whoever still has it, in their language', async () => {
    const { id, token } = await linkOf();
    await revoke(id);
    const { shared, userErrors } = (await open(token, order.number, { 'accept-language': 'zh-CN' })).data.openSharedOrder;
    expect(shared).toBeNull();
    expect(userErrors).toEqual([{ code: 'SHARE_OVER', message: '该链接已过期或已被撤销。请向提供链接的人索取新链接。' }]);
  });

  it('is found by nobody who guesses: a wrong link, a foreign number and no order at all are one answer', async () => {
    const { token } = await linkOf();
    const other = await shop.order();
    const wrong = token.slice(0, -2) + (token.endsWith('AA') ? 'BB' : 'AA');
    const answers = [await open(wrong), await open(token, other.number), await open(token, 'no-such'), await open(order.token), await open('')];
    for (const { data, status } of answers) expect({ data, status }).toEqual({ data: answers[0]?.data, status: 200 });
    expect(answers[0]?.data.openSharedOrder).toMatchObject({ shared: null, userErrors: [{ code: 'NOT_FOUND' }] });
    // The link is no order token: it reveals, reads and changes nothing else.
    const { data } = await shop.ask('query ($id: ID!) { order(id: $id) { id } }', { id: order.id }, { 'x-order-token': token });
    expect(data).toEqual({ order: null });
  });

  it('is the same link when the answer was lost, for as long as it was made for', async () => {
    const input = { idempotencyKey: key(), validHours: 2 };
    const [first, again] = [(await share(input)).data.shareOrder, (await share(input)).data.shareOrder];
    expect(again).toEqual({ ...first, replayed: true });
    expect(Date.parse(first.share?.expiresAt ?? '') - Date.parse(first.share?.sharedAt ?? '')).toBe(2 * 3_600_000);
    for (const validHours of [0, 721, -1]) expect((await share({ validHours })).errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    const { data } = await share({}, { ...shop.as('SUPPORT') });
    expect(Date.parse(data.shareOrder.share?.expiresAt ?? '') - Date.parse(data.shareOrder.share?.sharedAt ?? '')).toBe(168 * 3_600_000);
  });

  it('is a page whose address tells the server the number alone; what opens it stands nowhere in the shop', async () => {
    const { token } = await linkOf();
    await open(token);
    const page = await fetch(`${shop.url}/shared/${order.number}`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(`data-order-number="${order.number}"`);
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    const proof = token.slice(token.indexOf('.') + 1);
    const files = readdirSync(shop.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { parentPath, name } of files) expect([name, readFileSync(join(parentPath, name)).includes(proof)]).toEqual([name, false]);
    expect(JSON.stringify(await events())).not.toContain(proof);
    expect(shop.defects).toEqual([]);
  });

  it('is asked for slowly by whoever asks for what is not there', async () => {
    let limited = false;
    for (let asked = 0; asked < 60 && !limited; asked++) limited = (await open('wrong')).errors?.[0]?.extensions['code'] === 'RATE_LIMITED';
    expect(limited).toBe(true);
  });
});
