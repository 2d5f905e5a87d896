import { startFront, type Front } from './support/front';
import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { verify } from './support/busy-shop';

const IN_FLIGHT_MAX = 4;
const BURST = 6;
const PER_MINUTE = 60;
const SICK_ORDERS = 40;
const WELL_ORDERS = 40;

interface Waiting {
  readonly order: {
    readonly nextAttemptAt: string | null;
    readonly nextStepText: string;
    readonly history: { readonly nodes: readonly { readonly type: string; readonly data: { readonly cause?: string; readonly dueAt?: string } }[] };
  };
}

/** Over real HTTP: one gateway is sick, a healthy one stands beside it, and they share an engine with few slots. */
describe('a sick gateway beside a healthy one', () => {
  let front: Front;
  let shop: LiveShop;
  let shopper: Shopper;

  beforeAll(async () => {
    front = await startFront();
    shop = await LiveShop.start({
      gatewaysElsewhere: { sick: front.url },
      skus: { card: {}, other: {} },
      environment: {
        CARDRAIL_ENGINE_CALLS_MAX: '12',
        CARDRAIL_GATEWAY_CALLS_MAX: String(IN_FLIGHT_MAX),
        CARDRAIL_RETRY_BUDGET_BURST: String(BURST),
        CARDRAIL_RETRY_BUDGET_PER_MINUTE: String(PER_MINUTE),
        CARDRAIL_PAYMENT_TIMEOUT_MS: '1500',
        CARDRAIL_PAYMENT_TIMEOUT_MAX_MS: '1500',
        CARDRAIL_ATTEMPTS_MAX: '20',
        // What a budget and a bulkhead do is the matter here: nobody is isolated.
        CARDRAIL_HEALTH_ATTEMPTS_MIN: '10000',
      },
    });
    front.leadTo(shop.sandbox.url);
    shopper = new Shopper(shop);
    await shop.stock('card', SICK_ORDERS + WELL_ORDERS);
    await shop.stock('other', SICK_ORDERS);
  }, 300_000);
  afterAll(async () => {
    await shop.close();
    await front.close();
  });

  const order = async (gatewayId: string, skuId = 'card'): Promise<string> => (await shopper.order({ skuId, gatewayId })).id;
  const orders = (count: number, gatewayId: string, skuId?: string): Promise<readonly string[]> =>
    Promise.all(Array.from({ length: count }, () => order(gatewayId, skuId)));
  const allCompleted = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) await shopper.untilStatus(id, 'COMPLETED');
  };

  test('that hangs holds no more than its own slots, and the orders of the healthy one go on', async () => {
    front.behave('hang');
    const stuck = await orders(SICK_ORDERS, 'sick');
    await front.untilInFlight(IN_FLIGHT_MAX);
    await allCompleted(await orders(WELL_ORDERS, 'main'));
    expect(front.inFlightMost).toBe(IN_FLIGHT_MAX);
    const sickStill = await Promise.all(stuck.map((id) => shopper.see(id)));
    expect(sickStill.filter(({ status }) => status === 'COMPLETED')).toEqual([]);
    front.behave('pass');
    await allCompleted(stuck);
    expect(front.inFlightMost).toBe(IN_FLIGHT_MAX);
  });

  test('that refuses to work gets no more retries than its budget, says when the next one is, and is caught up with when it works', async () => {
    front.behave('turn-away');
    const began = performance.now();
    const refused = await orders(SICK_ORDERS, 'sick', 'other');
    const lastOf = async (id: string): Promise<Waiting['order']> => {
      const { data } = await shop.support<Waiting>(
        'query ($id: ID!) { order(id: $id) { nextAttemptAt nextStepText history(first: 100) { nodes { type data } } } }',
        { id },
      );
      return data.order;
    };
    await shopper.until(refused.at(-1) ?? '', ({ payments }) => payments.length > 0, 'tried');
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const seen = await Promise.all(refused.map(lastOf));
    const moved = seen.filter(({ history }) => history.nodes.some(({ data }) => data.cause === 'RETRY_BUDGET'));
    expect(moved.length).toBeGreaterThan(SICK_ORDERS / 2);
    for (const { nextAttemptAt } of moved) expect(nextAttemptAt).not.toBeNull();
    expect(new Set(moved.map(({ nextAttemptAt }) => nextAttemptAt)).size).toBeGreaterThan(moved.length / 2);

    const requests = front.requests('POST', '/payments');
    const allowed = BURST + 1 + ((performance.now() - began) * PER_MINUTE) / 60_000;
    expect(requests - SICK_ORDERS).toBeLessThanOrEqual(allowed);
    const metrics = await (await fetch(`${shop.url}/metrics`)).text();
    expect(metrics).toMatch(/^cardrail_gateway_retry_budget\{[^}]*gateway="sick"[^}]*of="retries"[^}]*\} -\d/m);
    expect(metrics).toMatch(/^cardrail_gateway_calls_in_flight\{[^}]*gateway="sick"[^}]*\} \d/m);

    front.behave('pass');
    await allCompleted(refused);
  });

  test('leaves a sound store behind', async () => expect(await verify(shop)).toMatchObject({ code: 0, violations: [] }));
});
