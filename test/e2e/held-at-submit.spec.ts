import { LiveShop } from '../support/live-shop';
import { type SeenOrder, Shopper, type Submitted } from '../support/shopper';
import { verify } from './support/busy-shop';

const UNPAID_MAX = 3;
const HOARD_CARDS = 6;

interface Stock {
  readonly available: number;
  readonly reserved: number;
  readonly sold: number;
}

/** Over real HTTP: cards that an order holds from the moment it is placed, before anybody has paid. */
describe('a card that is held at submit', () => {
  let shop: LiveShop;
  let shopper: Shopper;

  beforeAll(async () => {
    const held = { reserve: 'AT_SUBMIT' };
    shop = await LiveShop.start({
      skus: { last: held, hasty: { ...held, payWithinSeconds: 8 }, hoarded: held },
      environment: {
        CARDRAIL_UNPAID_PER_BUYER_MAX: `${UNPAID_MAX}`,
        CARDRAIL_PAYMENT_TIMEOUT_MS: '10000',
        CARDRAIL_PAYMENT_TIMEOUT_MAX_MS: '10000',
        // Histories are read however busy it is.
        CARDRAIL_SHED_LATE_MS: '600000',
      },
    });
    shopper = new Shopper(shop);
    await shop.stock('last', 1);
    await shop.stock('hasty', 1);
    await shop.stock('hoarded', HOARD_CARDS);
  }, 300_000);
  afterAll(() => shop.close());

  const stockOf = async (skuId: string): Promise<Stock> => {
    const { data } = await shop.support<{ sku: Stock }>('query ($id: ID!) { sku(id: $id) { available reserved sold } }', { id: skuId });
    return data.sku;
  };
  /** Looks again and again: stock is told by a read model. */
  async function untilStock(skuId: string, wanted: Stock): Promise<void> {
    let seen: Stock | undefined;
    for (let looks = 0; looks < 1_200; looks++) {
      seen = await stockOf(skuId);
      if (JSON.stringify(seen) === JSON.stringify(wanted)) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`the stock of ${skuId} is never ${JSON.stringify(wanted)} but ${JSON.stringify(seen)}\n${shop.log}`);
  }
  const place = (skuId: string, more: object = {}): Promise<Submitted> => shopper.submit({ skuId, kind: 'REDIRECT', ...more });
  const pay = async (id: string): Promise<void> => {
    await shop.sandbox.pay(await shopper.untilPayable(id));
    await shopper.untilStatus(id, 'COMPLETED');
  };
  /** Until it holds its card, or has ended without. */
  const settled = (id: string): Promise<SeenOrder> =>
    shopper.until(id, ({ status, payment }) => status === 'FAILED' || payment?.payUrl != null, 'settled');

  test('is shown as reserved, and the last one goes to one of two buyers: the other is told before any money is asked for', async () => {
    const answers = await Promise.all([place('last'), place('last')]);
    const ends = await Promise.all(answers.flatMap(({ order }) => (order === null ? [] : [settled(order.id)])));
    const winners = ends.filter(({ status }) => status !== 'FAILED');
    expect(winners).toHaveLength(1);
    for (const { userErrors, order } of answers) if (order === null) expect(userErrors).toMatchObject([{ code: 'OUT_OF_STOCK' }]);
    for (const { status, refusal, payments } of ends) if (status === 'FAILED') expect([refusal?.code, payments.length]).toEqual(['OUT_OF_STOCK', 0]);
    await untilStock('last', { available: 0, reserved: 1, sold: 0 });
    const [winner] = winners;
    await pay(winner?.id ?? '');
    await untilStock('last', { available: 0, reserved: 0, sold: 1 });
    expect(await shopper.history(winner?.id ?? '')).toEqual(expect.arrayContaining(['CardReserved', 'CardsSecured', 'OrderDelivered']));
  });

  test('is free again when nobody pays in time, and when its buyer cancels; then somebody else has it', async () => {
    const late = await shopper.order({ skuId: 'hasty', kind: 'REDIRECT' });
    await shopper.untilIn(late.id, 'CardReserved');
    await shopper.untilStatus(late.id, 'EXPIRED');
    await untilStock('hasty', { available: 1, reserved: 0, sold: 0 });

    const regretted = await shopper.order({ skuId: 'hasty', kind: 'REDIRECT' });
    await shopper.untilIn(regretted.id, 'CardReserved');
    await shopper.mutate('cancelOrder', { orderId: regretted.id });
    await shopper.until(regretted.id, ({ phase }) => phase === 'CANCELLED', 'cancelled');
    await untilStock('hasty', { available: 1, reserved: 0, sold: 0 });
    for (const { id } of [late, regretted]) expect(await shopper.history(id)).toEqual(expect.arrayContaining(['CardReserved', 'CardsReleased']));

    const { id } = await shopper.order({ skuId: 'hasty' });
    await shopper.untilStatus(id, 'COMPLETED');
    await untilStock('hasty', { available: 0, reserved: 0, sold: 1 });
  });

  test('is one of few: whoever hoards is stopped at the limit of unpaid orders, and others still buy', async () => {
    const greedy = { buyer: 'greedy', allowAnother: true };
    const mine: string[] = [];
    for (let tries = 0; tries < UNPAID_MAX; tries++) {
      const { order, userErrors } = await place('hoarded', greedy);
      if (order === null) throw new Error(`not taken: ${JSON.stringify(userErrors)}`);
      await shopper.untilIn(order.id, 'CardReserved');
      mine.push(order.id);
    }
    const turnedAway = await place('hoarded', greedy);
    expect([turnedAway.order, turnedAway.userErrors.map(({ code }) => code)]).toEqual([null, ['TOO_MANY_UNPAID_ORDERS']]);
    await untilStock('hoarded', { available: HOARD_CARDS - UNPAID_MAX, reserved: UNPAID_MAX, sold: 0 });

    const { id } = await shopper.order({ skuId: 'hoarded', buyer: 'honest' });
    await shopper.untilStatus(id, 'COMPLETED');
    await pay(mine[0] ?? '');
    const again = await place('hoarded', greedy);
    expect(again.userErrors).toEqual([]);
  });

  test('leaves a sound store behind', async () => expect(await verify(shop)).toMatchObject({ code: 0, violations: [] }));
});
