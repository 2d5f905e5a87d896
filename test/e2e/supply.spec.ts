import { randomBytes } from 'node:crypto';
import { fromChannel, LiveShop } from '../support/live-shop';
import { CARD_PRODUCT } from '../support/sandbox-channel';
import { Shopper } from '../support/shopper';
import { WebhookSink } from '../support/webhook-sink';
import { verify } from './support/busy-shop';

const { product } = CARD_PRODUCT;

interface Seen {
  readonly balance: { readonly amount: { readonly amountMinor: string }; readonly low: boolean } | null;
  readonly stock: readonly { readonly product: string; readonly available: number; readonly unitCost: { readonly amountMinor: string } | null }[];
  readonly staleSince: string | null;
}

/** Over real HTTP: what a channel has, what is left of the deposit there, and what is left in the pool. */
describe('what runs low', () => {
  let shop: LiveShop;
  let shopper: Shopper;
  let webhook: WebhookSink;

  beforeAll(async () => {
    webhook = await WebhookSink.start();
    shop = await LiveShop.start({
      channels: { up: ['replay', 'lookup', 'cancel'] },
      channelSettings: { up: { balanceMin: { amountMinor: 50_000, currency: 'CNY' } } },
      skus: { bought: { sources: [fromChannel('up')] }, pooled: { lowStock: { units: 5 } } },
      environment: {
        CARDRAIL_SUPPLY_LOOK_MS: '200',
        CARDRAIL_SUPPLY_STALE_MS: '3000',
        CARDRAIL_INCIDENT_LOOK_MS: '100',
        CARDRAIL_INCIDENT_OPEN_AFTER_MS: '200',
        CARDRAIL_INCIDENT_CLOSE_AFTER_MS: '200',
        CARDRAIL_INCIDENT_LOCALE: 'en',
        CARDRAIL_INCIDENT_WEBHOOK_URL: webhook.url,
        CARDRAIL_INCIDENT_WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
      },
    });
    shopper = new Shopper(shop);
  }, 300_000);
  afterAll(async () => {
    await shop.close();
    await webhook.close();
  });

  async function until(isSo: () => Promise<boolean> | boolean, what: string): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (await isSo()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${what}: never; told ${JSON.stringify(webhook.titles())}\n${shop.log}`);
  }
  const seen = async (as = shop.adminKey): Promise<Seen> => {
    const { data } = await shop.graphql<{ channels: readonly Seen[] }>(
      '{ channels { balance { amount { amountMinor } low } stock { product available unitCost { amountMinor } } staleSince } }',
      {},
      { authorization: `Bearer ${as}` },
    );
    const [up] = data.channels;
    if (up === undefined) throw new Error('there is no channel');
    return up;
  };
  const told = (title: string): number => webhook.titles().filter((one) => one === title).length;
  const untilTold = (title: string, times = 1): Promise<void> => until(() => told(title) >= times, title);
  const metric = async (name: string): Promise<string | undefined> =>
    new RegExp(`^cardrail_${name}\\{.*channel="up".*\\} (\\S+)$`, 'm').exec(await (await fetch(`${shop.url}/metrics`)).text())?.[1];
  const supplyEvents = async (): Promise<number> =>
    (await shop.must(['events', 'tail', '--stream', 'supply-', '--limit', '1000'])).stdout.trim().split('\n').length;

  test('balance, stock and prices of a channel are known without asking it, and costs only to those who may see them', async () => {
    await until(async () => (await seen()).balance !== null, 'a balance');
    expect(await seen()).toEqual({
      balance: { amount: { amountMinor: '100000000' }, low: false },
      stock: [{ product, available: 1_000, unitCost: { amountMinor: '4500' } }],
      staleSince: null,
    });
    const { balance, stock } = await seen(shop.supportKey);
    expect([balance, stock[0]?.unitCost]).toEqual([null, null]);
  });

  test('only changes are stored: many looks later the log is as long as before', async () => {
    const before = await supplyEvents();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await supplyEvents()).toBe(before);
    await shop.channel('up').setStock(product, { available: 990 });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await supplyEvents()).toBe(before);
    await shop.channel('up').setStock(product, { unitCostMinor: 4_400 });
    await until(async () => (await seen()).stock[0]?.unitCost?.amountMinor === '4400', 'the new price');
    expect(await supplyEvents()).toBe(before + 1);
  });

  test('a low balance is an incident and a metric, is told once, and is over only when clearly enough is there', async () => {
    await shop.channel('up').setBalance(49_999);
    await untilTold('[Incident] Channel balance is low: up');
    expect((await seen()).balance).toEqual({ amount: { amountMinor: '49999' }, low: true });
    await until(async () => (await metric('channel_balance_low')) === '1', 'the metric');
    expect(await metric('channel_balance_minor')).toBe('49999');
    // Above the minimum, but not by a fifth: nothing is over, and nothing is told.
    await shop.channel('up').setBalance(55_000);
    await until(async () => (await seen()).balance?.amount.amountMinor === '55000', '55,000');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(told('[Over] Channel balance is low: up')).toBe(0);
    await shop.channel('up').setBalance(60_000);
    await untilTold('[Over] Channel balance is low: up');
    expect(told('[Incident] Channel balance is low: up')).toBe(1);
    await until(async () => (await metric('channel_balance_low')) === '0', 'the metric is back');
  });

  test('nobody is asked to pay for what no channel has: nothing is stored, until the channel itself says otherwise', async () => {
    await shop.channel('up').setStock(product, { available: 0 });
    await until(async () => (await seen()).stock[0]?.available === 0, 'none left');
    const { order, userErrors } = await shopper.submit({ skuId: 'bought' });
    expect([order, userErrors.map(({ code }) => code)]).toEqual([null, ['OUT_OF_STOCK']]);
    // What was told is older than what is asked now.
    await shop.channel('up').setStock(product, { available: 5 });
    await until(async () => (await shopper.submit({ skuId: 'bought' })).order !== null, 'taken again');
  });

  test('a channel that does not answer is explained by its last word, and by nothing once that is old', async () => {
    const why = async (): Promise<string | null | undefined> => {
      const { data } = await shop.support<{ explainRoute: { sources: readonly { readonly why: string | null }[] } }>(
        '{ explainRoute(input: { skuId: "bought" }) { sources { why } } }',
      );
      return data.explainRoute.sources[0]?.why;
    };
    await shop.channel('up').setStock(product, { available: 0 });
    await until(async () => (await seen()).stock[0]?.available === 0, 'none left');
    await shop.channel('up').faults([{ method: 'GET', fault: 'error' }]);
    expect(await why()).toBe('SOLD_OUT');
    // Nor is anybody refused because of it: it may be back.
    expect((await shopper.submit({ skuId: 'bought' })).order).not.toBeNull();
    await until(async () => (await seen()).staleSince !== null, 'stale');
    expect(await why()).toBeNull();
    await shop.channel('up').faults([]);
    await shop.channel('up').setStock(product, { available: 1_000 });
    await until(async () => (await seen()).stock[0]?.available !== 0, 'some again');
  });

  test('a channel that falls silent is marked as old, and is not when it speaks again', async () => {
    await shop.channel('up').faults([{ method: 'GET', fault: 'error' }]);
    await until(async () => (await seen()).staleSince !== null, 'stale');
    // What it said last is still shown, whatever was bought meanwhile.
    expect((await seen()).balance).toMatchObject({ amount: { amountMinor: expect.stringMatching(/^[1-9][0-9]*$/) as string }, low: false });
    await shop.channel('up').faults([]);
    await until(async () => (await seen()).staleSince === null, 'fresh');
  });

  test('a low stock is told once for each fall, and so is the restock', async () => {
    await shop.stock('pooled', 6);
    for (let orders = 0; orders < 2; orders++) await shopper.untilStatus((await shopper.order({ skuId: 'pooled' })).id, 'COMPLETED');
    await untilTold('[Incident] Stock is low: pooled');
    await shopper.untilStatus((await shopper.order({ skuId: 'pooled' })).id, 'COMPLETED');
    await shop.stock('pooled', 10);
    await untilTold('[Restocked] Stock is low: pooled');
    expect(webhook.titles().filter((title) => title.endsWith('Stock is low: pooled'))).toHaveLength(2);
  });

  test('leaves a sound store behind', async () => expect(await verify(shop)).toMatchObject({ code: 0, violations: [] }));
});
