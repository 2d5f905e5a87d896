import { fromChannel, LiveShop } from '../support/live-shop';
import { CARD_PRODUCT } from '../support/sandbox-channel';
import { Shopper } from '../support/shopper';
import { verify } from './support/busy-shop';

const { product } = CARD_PRODUCT;
const PRICE_MINOR = 4_800;
/** 2 % of 48.00, so one card may cost 47.04. */
const LIMIT_MINOR = 4_704;

interface Routes {
  readonly explainRoute: { readonly sources: readonly { readonly channelId: string; readonly why: string | null }[] };
}
interface Held {
  readonly order: { readonly holdText: string | null };
}

/** Over real HTTP: what channels ask goes up and down, and the shop does not sell below its margin. */
describe('the margin of a shop', () => {
  let shop: LiveShop;
  let shopper: Shopper;

  beforeAll(async () => {
    const dear = (channel: string): object => fromChannel(channel, product, PRICE_MINOR);
    shop = await LiveShop.start({
      channels: { first: ['replay', 'lookup', 'cancel'], second: ['replay', 'lookup', 'cancel'] },
      skus: {
        either: { price: { amountMinor: PRICE_MINOR, currency: 'CNY' }, sources: [dear('first'), dear('second')] },
        own: { price: { amountMinor: PRICE_MINOR, currency: 'CNY' }, sources: [dear('first')], minMargin: { amountMinor: 0 } },
      },
      environment: { CARDRAIL_MIN_MARGIN_PERCENT: '2' },
    });
    shopper = new Shopper(shop);
  }, 300_000);
  afterAll(() => shop.close());

  const ask = (channel: string, unitCostMinor: number): Promise<void> => shop.channel(channel).setStock(product, { unitCostMinor });
  const why = async (skuId: string): Promise<Readonly<Record<string, string | null>>> => {
    const { data } = await shop.support<Routes>(`{ explainRoute(input: { skuId: "${skuId}" }) { sources { channelId why } } }`);
    return Object.fromEntries(data.explainRoute.sources.map((one) => [one.channelId, one.why]));
  };
  const holdText = async (id: string): Promise<string | null> => {
    const { data } = await shop.support<Held>(`{ order(id: "${id}") { holdText } }`);
    return data.order.holdText;
  };

  async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (await isSo()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${what}: never\n${shop.log}`);
  }

  test('passes over the channel that asks too much, and says so', async () => {
    await ask('first', LIMIT_MINOR + 1);
    await ask('second', LIMIT_MINOR);
    expect(await why('either')).toEqual({ first: 'MARGIN_TOO_LOW', second: null });
    const orders = await Promise.all(Array.from({ length: 6 }, () => shopper.order({ skuId: 'either' })));
    for (const { id } of orders) await shopper.untilStatus(id, 'COMPLETED');
    expect((await shop.channel('first').purchases()).filter(({ codeHashes }) => codeHashes.length > 0)).toEqual([]);
  });

  test('is what the SKU says where it says something', async () => {
    const { id } = await shopper.order({ skuId: 'own' });
    await shopper.untilStatus(id, 'COMPLETED');
  });

  test('holds a paid order back while every price leaves too little, in plain words, and buys once one does not', async () => {
    const { id } = await shopper.order({ skuId: 'either', kind: 'REDIRECT' });
    const reference = await shopper.untilPayable(id);
    await ask('first', LIMIT_MINOR + 50);
    await ask('second', LIMIT_MINOR + 50);
    await until(async () => Object.values(await why('either')).every((one) => one === 'MARGIN_TOO_LOW'), 'both are too dear');
    await shop.sandbox.pay(reference);
    await until(async () => (await holdText(id)) !== null, 'it is held');
    expect(await holdText(id)).toMatch(/利润低于下限|leaves too little/);
    expect(await shopper.history(id)).toContain('PurchaseHeld');
    await ask('second', LIMIT_MINOR - 4);
    await shopper.untilStatus(id, 'COMPLETED');
    expect(await holdText(id)).toBeNull();
  });

  test('leaves a sound store behind', async () => expect(await verify(shop)).toMatchObject({ code: 0, violations: [] }));
});
