import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { startFront, type Front } from './support/front';

/** Enough that it is known how long a payment usually takes. */
const TO_LEARN_FROM = 240;
/** So few that this machine's own haste is not taken for the gateway's pace. */
const AT_ONCE = 8;
const ROUNDS_MAX = 60;

interface Lanes {
  readonly lanes: readonly { readonly name: string; readonly concurrency: number; readonly concurrencyNow: number }[];
}

/** Over real HTTP: the one gateway becomes slow, and then well again. */
describe('the slots of a lane', () => {
  let front: Front;
  let shop: LiveShop;
  let shopper: Shopper;

  beforeAll(async () => {
    front = await startFront();
    shop = await LiveShop.start({
      gatewaysElsewhere: { front: front.url },
      skus: { card: {} },
      environment: {
        CARDRAIL_LANE_SLOW_FACTOR: '3',
        CARDRAIL_PAYMENT_TIMEOUT_MS: '10000',
        CARDRAIL_PAYMENT_TIMEOUT_MAX_MS: '10000',
        // How long it takes is the matter here, not whether it is healthy.
        CARDRAIL_HEALTH_ATTEMPTS_MIN: '100000',
      },
    });
    front.leadTo(shop.sandbox.url);
    shopper = new Shopper(shop);
    await shop.stock('card', TO_LEARN_FROM + 2 * ROUNDS_MAX * AT_ONCE);
  }, 300_000);
  afterAll(async () => {
    await shop.close();
    await front.close();
  });

  const usual = async (): Promise<Lanes['lanes'][number]> => {
    const { data } = await shop.support<Lanes>('{ lanes { name concurrency concurrencyNow } }');
    const lane = data.lanes.find(({ name }) => name === 'default');
    if (lane === undefined) throw new Error('there is no usual lane');
    return lane;
  };
  async function sell(count: number): Promise<void> {
    const ids = await Promise.all(Array.from({ length: count }, async () => (await shopper.order({ skuId: 'card', gatewayId: 'front' })).id));
    for (const id of ids) await shopper.untilStatus(id, 'COMPLETED');
  }
  async function sellUntil(isSo: (lane: Lanes['lanes'][number]) => boolean): Promise<void> {
    for (let rounds = 0; rounds < ROUNDS_MAX; rounds++) {
      await sell(AT_ONCE);
      if (isSo(await usual())) return;
    }
    throw new Error(`never so: ${JSON.stringify(await usual())}\n${shop.log}`);
  }

  test('are given up when everything takes far longer than usual, taken back when it does not, and nobody loses a card', async () => {
    for (let sold = 0; sold < TO_LEARN_FROM; sold += AT_ONCE) await sell(AT_ONCE);
    const { concurrency, concurrencyNow } = await usual();
    expect(concurrencyNow).toBeLessThanOrEqual(concurrency);
    front.behave('slow');
    await sellUntil((lane) => lane.concurrencyNow < concurrencyNow);
    const slow = await usual();
    const metrics = await (await fetch(`${shop.url}/metrics`)).text();
    expect(metrics).toMatch(/^cardrail_lane_concurrency\{[^}]*lane="default"[^}]*\} \d/m);
    front.behave('pass');
    await sellUntil((lane) => lane.concurrencyNow > slow.concurrencyNow);
  });
});
