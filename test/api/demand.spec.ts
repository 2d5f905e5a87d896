import { ApiShop } from './support/api-shop';

interface Forecast {
  readonly expected: readonly { readonly hour: string; readonly units: number }[];
  readonly peak: { readonly units: number };
  readonly pastError: number | null;
  readonly soldThisHour: number;
  readonly hot: boolean;
  readonly available: number;
  readonly runwayDays: number | null;
}

const FORECAST = `query($skuId: ID!, $hours: Int) { demandForecast(skuId: $skuId, hours: $hours) {
  expected { hour units } peak { units } pastError soldThisHour hot available runwayDays } }`;

describe('what a product is expected to sell', () => {
  let shop: ApiShop;
  beforeAll(async () => {
    shop = await ApiShop.start();
    await shop.stock('game', 25);
  });
  afterEach(() => expect(shop.defects.splice(0)).toEqual([]));
  afterAll(() => shop.close());

  const forecast = async (variables: object, role: 'OPS' | 'STOREFRONT' = 'OPS') =>
    shop.ask<{ demandForecast: Forecast | null } | null>(FORECAST, variables, shop.as(role));

  it('counts what was paid for, once for each order, and warns of what sells like never before', async () => {
    const orders = await Promise.all(Array.from({ length: 20 }, () => shop.order({ allowAnother: true })));
    for (const { id } of orders) await shop.untilStatus(id, 'COMPLETED');
    const told = async (): Promise<Forecast | null> => (await forecast({ skuId: 'game', hours: 3 })).data?.demandForecast ?? null;
    // At the turn of an hour the orders are those of two.
    await shop.until(async () => ((await told())?.soldThisHour ?? 0) > 0 && (await told())?.available === 5, 'the read models have them');
    const now = await told();
    expect(now?.expected.map(({ hour }) => Date.parse(hour) % 3_600_000)).toEqual([0, 0, 0]);
    expect(now).toMatchObject({ pastError: null, available: 5 });
    if (now?.soldThisHour === 20) expect(now).toMatchObject({ hot: true, peak: { units: 0 }, runwayDays: null });
  });

  it('is not there for a product that is not there, nor for a storefront, nor for a year', async () => {
    expect((await forecast({ skuId: 'unknown' })).data?.demandForecast).toBeNull();
    expect((await forecast({ skuId: 'game' }, 'STOREFRONT')).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    expect((await forecast({ skuId: 'game', hours: 169 })).errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });
});
