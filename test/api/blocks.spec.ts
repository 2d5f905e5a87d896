import { ApiShop, key, SUBMIT } from './support/api-shop';

type UserErrors = readonly { readonly code: string; readonly message: string; readonly retryable: boolean }[];
interface Submitted {
  readonly submitOrder: { readonly order: { readonly id: string } | null; readonly replayed: boolean; readonly userErrors: UserErrors };
}
interface Blocked {
  readonly blockBuyer: { readonly blockIds: readonly string[]; readonly replayed: boolean; readonly userErrors: UserErrors };
}
interface Listed {
  readonly blocks: {
    readonly nodes: readonly { id: string; kind: string; range: string | null; active: boolean; reason: string; placedBy: string }[];
  };
}

const BLOCK = 'mutation($input: BlockBuyerInput!) { blockBuyer(input: $input) { blockIds replayed userErrors { code message retryable } } }';
const UNBLOCK = 'mutation($input: UnblockBuyerInput!) { unblockBuyer(input: $input) { changed userErrors { code } } }';
const inDays = (days: number): string => new Date(new Date().getTime() + days * 86_400_000).toISOString();

describe('what is blocked', () => {
  let shop: ApiShop;
  beforeAll(async () => {
    shop = await ApiShop.start();
    await shop.stock('game', 20);
  });
  afterAll(() => shop.close());

  const contact = () => ({ email: `${key().slice(0, 12)}@example.com` });
  const wish = (over: object = {}) => ({
    idempotencyKey: key(),
    skuId: 'game',
    quantity: 1,
    buyer: { ref: key() },
    payment: { gatewayId: 'main', kind: 'CHARGE' },
    ...over,
  });
  const submit = async (input: object) => (await shop.ask<Submitted>(SUBMIT, { input })).data.submitOrder;
  const block = async (input: object, headers = shop.as('SUPPORT')) => {
    const { data, errors } = await shop.ask<Blocked>(
      BLOCK,
      { input: { idempotencyKey: key(), reason: 'test', expiresAt: inDays(1), ...input } },
      headers,
    );
    return errors === undefined
      ? data.blockBuyer
      : { blockIds: [], replayed: false, userErrors: errors.map(({ extensions, message }) => ({ code: extensions['code'], message })) };
  };
  const unblock = async (blockId: string) =>
    (
      await shop.ask<{ unblockBuyer: { changed: boolean; userErrors: UserErrors } }>(
        UNBLOCK,
        { input: { idempotencyKey: key(), reason: 'test', blockId } },
        shop.as('SUPPORT'),
      )
    ).data.unblockBuyer;
  const isRefused = async (over: object): Promise<boolean> => (await submit(wish(over))).userErrors[0]?.code === 'BUYER_BLOCKED';
  const list = async (filter: object): Promise<Listed['blocks']['nodes']> => {
    const query = 'query($filter: BlockFilter) { blocks(filter: $filter, first: 50) { nodes { id kind range active reason placedBy } } }';
    return (await shop.ask<Listed>(query, { filter }, shop.as('FINANCE'))).data.blocks.nodes;
  };

  it('is what an order came with, and nobody has to see it; orders that are there go on', async () => {
    const buyer = { ref: key(), contact: { ...contact(), phone: '+86 138 0000 1111' } };
    const first = wish({ buyer });
    const taken = await submit(first);
    expect(taken.order).not.toBeNull();
    const { blockIds, userErrors } = await block({ order: { orderId: taken.order?.id, by: 'CONTACT' } });
    expect([blockIds.length, userErrors]).toEqual([2, []]);
    await shop.until(() => isRefused({ buyer: { ref: key(), contact: { phone: '13800001111' } } }), 'the telephone number is blocked');
    const second = wish({ buyer: { ref: key(), contact: buyer.contact } });
    const refused = await submit(second);
    expect(refused.userErrors).toMatchObject([{ code: 'BUYER_BLOCKED', retryable: false, message: expect.stringContaining('联系客服') as string }]);
    expect(await submit(first)).toMatchObject({ order: { id: taken.order?.id }, replayed: true, userErrors: [] });
    await shop.untilStatus(taken.order?.id ?? '', 'COMPLETED');

    for (const blockId of blockIds) expect(await unblock(blockId)).toEqual({ changed: true, userErrors: [] });
    await shop.until(async () => !(await isRefused({ buyer: { ref: key(), contact: contact() } })), 'others may order');
    // The refused key was not used up.
    await shop.until(async () => (await submit(second)).order !== null, 'the buyer may order again, under the same key');
  });

  it('is a client address, a device or a network, however it is written', async () => {
    const { blockIds } = await block({ range: '198.51.100.77/24' });
    await shop.until(() => isRefused({ client: { address: '198.51.100.3' } }), 'the network is blocked');
    expect(await isRefused({ client: { address: '::ffff:198.51.100.3' } })).toBe(true);
    expect(await isRefused({ client: { address: '198.51.101.3' } })).toBe(false);
    await block({ address: '2001:DB8::7' });
    await block({ device: 'device-7' });
    await shop.until(() => isRefused({ client: { address: '2001:db8:0::7' } }), 'the address is blocked');
    await shop.until(() => isRefused({ client: { device: 'device-7' } }), 'the device is blocked');

    await shop.until(async () => (await list({ address: '198.51.100.9', active: true })).length === 1, 'the network is listed');
    expect(await list({ address: '198.51.100.9' })).toEqual([
      { id: blockIds[0], kind: 'RANGE', range: '198.51.100.0/24', active: true, reason: 'test', placedBy: 'support' },
    ]);
    await shop.until(async () => (await list({ device: 'device-7' })).length === 1, 'the device is listed');
    expect(await list({ device: 'device-7' })).toMatchObject([{ kind: 'DEVICE', range: null }]);
    await unblock(blockIds[0] ?? '');
    await shop.until(async () => (await list({ kind: 'RANGE', active: true })).length === 0, 'it is listed as lifted');
    expect(await list({ kind: 'RANGE' })).toMatchObject([{ active: false }]);
  });

  it('is done once under one key, and refused with words when it makes no sense', async () => {
    const input = { idempotencyKey: key(), device: key(), expiresAt: inDays(2) };
    expect(await block(input)).toMatchObject({ replayed: false });
    expect(await block(input)).toMatchObject({ replayed: true, userErrors: [] });
    const { id } = await shop.order();
    const codes = await Promise.all(
      [
        { range: '11.0.0.0/7' },
        { device: 'x', expiresAt: inDays(-1) },
        { device: 'x', expiresAt: inDays(400) },
        { order: { orderId: id, by: 'DEVICE' } },
        { order: { orderId: 'no-such', by: 'DEVICE' } },
        { device: 'x', contact: 'a@b.example' },
        { address: 'not-an-address' },
      ].map(async (wrong) => (await block(wrong)).userErrors[0]?.code),
    );
    expect(codes).toEqual([
      'RANGE_TOO_WIDE',
      'BLOCK_EXPIRY_OUT_OF_RANGE',
      'BLOCK_EXPIRY_OUT_OF_RANGE',
      'NOTHING_TO_BLOCK_BY',
      'NOT_FOUND',
      'BAD_USER_INPUT',
      'BAD_USER_INPUT',
    ]);
    expect((await unblock('no-such')).userErrors).toMatchObject([{ code: 'BLOCK_NOT_FOUND' }]);
  });

  it('is in the audit trail, each refusal too, and no contact, address or device stands in the log', async () => {
    const secret = { email: `canary-${key().slice(0, 8)}@example.com` };
    await block({ contact: secret.email });
    await shop.until(() => isRefused({ buyer: { ref: key(), contact: secret } }), 'the contact is blocked');
    const trail = 'query($filter: AuditFilter!) { auditTrail(filter: $filter, first: 5) { nodes { action outcome code } } }';
    const seen = async (filter: object) =>
      (await shop.ask<{ auditTrail: { nodes: readonly object[] } }>(trail, { filter }, shop.as('ADMIN'))).data.auditTrail.nodes;
    await shop.until(async () => (await seen({ action: 'BlockPlaced' })).length > 0, 'who blocked is in the trail');
    await shop.until(
      async () => JSON.stringify(await seen({ action: 'submitOrder', outcome: 'REFUSED' })).includes('BUYER_BLOCKED'),
      'who was refused is in the trail',
    );
    for await (const { events } of shop.parts.store.subscribe({ after: null, streamPrefixes: [], signal: AbortSignal.timeout(500) })) {
      const text = JSON.stringify(events);
      expect(text).not.toContain(secret.email);
      expect(text).not.toContain('device-7');
      expect(text).not.toContain('2001:DB8::7');
    }
  });
});
