import { ApiShop, key } from './support/api-shop';

interface Shown {
  readonly revealFields: {
    readonly fields: readonly { readonly name: string; readonly value: string }[];
    readonly order: { readonly nextStepText: string } | null;
    readonly userErrors: readonly { readonly code: string; readonly message: string }[];
  };
}
const REVEAL = `mutation ($input: RevealFieldsInput!) {
  revealFields(input: $input) { fields { name value } order { nextStepText(locale: "en") } userErrors { code message } }
}`;
const FIELDS = [
  { name: 'account', value: 'player-7' },
  { name: 'server', value: '北区 3' },
];

describe('an order that a person delivers', () => {
  let shop: ApiShop;
  beforeAll(async () => {
    shop = await ApiShop.start();
    await shop.sku('boost', { delivery: 'manual', fields: ['account', 'server'] });
    await shop.until(() => shop.parts.settings.sku('boost') !== undefined, 'the settings are read');
  });
  afterAll(() => shop.close());

  const reveal = (orderId: string, headers: Record<string, string>) =>
    shop.ask<Shown>(REVEAL, { input: { idempotencyKey: key(), orderId, reason: 'night shift' } }, headers);

  it('shows that person what the buyer filled in, and keeps who looked and why', async () => {
    const { id, token } = await shop.order({ skuId: 'boost', fields: FIELDS });
    const queue = 'query { reviews(first: 50) { nodes { order { id } review { kind } } } }';
    const waits = async () => JSON.stringify((await shop.ask(queue, {}, shop.as('SUPPORT'))).data).includes(id);
    await shop.until(waits, 'it is on the desk');
    const { data } = await reveal(id, shop.as('SUPPORT'));
    expect(data.revealFields).toMatchObject({ fields: FIELDS, userErrors: [] });
    expect(data.revealFields.order?.nextStepText).toContain('A person of the shop delivers this order.');

    const history = 'query ($id: ID!) { order(id: $id) { history(first: 50, locale: "zh-CN") { nodes { type summary reason data } } } }';
    const told = JSON.stringify((await shop.ask(history, { id }, shop.as('SUPPORT'))).data);
    expect(told).toContain('查看了买家填写的信息');
    expect(told).toContain('night shift');
    expect(told).not.toContain('player-7');
    const outside = JSON.stringify((await shop.ask(history, { id }, { 'x-order-token': token })).data);
    expect(outside).not.toMatch(/night shift|查看了买家填写的信息/);

    const input = { idempotencyKey: key(), orderId: id, receipt: 'Done on server 3', reason: 'served' };
    await shop.ask(
      'mutation ($input: DeliverManuallyInput!) { deliverManually(input: $input) { userErrors { code } } }',
      { input },
      shop.as('SUPPORT'),
    );
    await shop.untilStatus(id, 'COMPLETED');
    expect((await reveal(id, shop.as('OPS'))).data.revealFields.fields).toEqual(FIELDS);
  });

  it('shows it to nobody else', async () => {
    const { id, token } = await shop.order({ skuId: 'boost', fields: FIELDS });
    for (const headers of [shop.as('FINANCE'), shop.as('STOREFRONT'), { 'x-order-token': token }]) {
      const { errors } = await reveal(id, headers);
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
    }
  });

  it('says so where there was nothing to fill in', async () => {
    const { id } = await shop.order();
    const { data } = await reveal(id, { ...shop.as('SUPPORT'), 'accept-language': 'zh-CN' });
    expect(data.revealFields).toMatchObject({
      fields: [],
      userErrors: [{ code: 'NO_FIELDS', message: expect.stringContaining('没有需要买家填写的信息') as string }],
    });
  });
});
