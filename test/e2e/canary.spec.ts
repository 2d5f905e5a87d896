import { randomUUID } from 'node:crypto';
import { fromChannel, LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { verify } from './support/busy-shop';

const ORDERS_MIN = 15;

interface Arm {
  readonly orders: number;
  readonly success: number | null;
}
interface Report {
  readonly version: string;
  readonly percent: number | null;
  readonly enough: boolean;
  readonly worseBy: readonly string[];
  readonly mayBePromoted: boolean;
  readonly words: string;
  readonly canary: Arm;
  readonly control: Arm;
}
interface Policy {
  readonly version: string;
  readonly canary: { readonly percent: number } | null;
  readonly history: readonly {
    readonly type: string;
    readonly actor: string;
    readonly reason: string | null;
    readonly version: string;
    readonly worseBy: readonly string[];
    readonly changes: readonly { readonly path: string; readonly before: string | null; readonly after: string | null }[];
  }[];
}
interface Payload {
  readonly id: string | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

/** Over real HTTP: a policy is tried on some orders, and what they show decides. */
describe('a routing policy that is tried', () => {
  let shop: LiveShop;
  let shopper: Shopper;

  beforeAll(async () => {
    shop = await LiveShop.start({
      channels: { good: ['replay', 'lookup', 'cancel'], refusing: ['replay', 'lookup', 'cancel'] },
      skus: { card: { sources: [fromChannel('good'), fromChannel('refusing')] } },
      environment: {
        CARDRAIL_CANARY_ORDERS_MIN: String(ORDERS_MIN),
        CARDRAIL_CANARY_LOOK_EVERY_MS: '200',
        // On a busy machine neither side is slower than the other by its own doing.
        CARDRAIL_CANARY_TIME_RATIO: '50',
        CARDRAIL_ISSUE_TIMEOUT_MS: '10000',
        CARDRAIL_PAYMENT_TIMEOUT_MS: '10000',
      },
    });
    shopper = new Shopper(shop);
    await shop.channel('refusing').faults([{ method: 'POST', path: '/purchases', fault: 'refuse' }]);
  }, 300_000);
  afterAll(() => shop.close());

  async function change(mutation: string, input: object): Promise<Payload> {
    const name = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
    const { data, errors } = await shop.graphql<Record<string, Payload>>(
      `mutation ($input: ${name}!) { ${mutation}(input: $input) { id userErrors { code message } } }`,
      { input: { idempotencyKey: randomUUID(), reason: 'a story', ...input } },
      { authorization: `Bearer ${shop.adminKey}` },
    );
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data[mutation] ?? { id: null, userErrors: [] };
  }
  const policy = async (): Promise<Policy> =>
    (
      await shop.support<{ routingPolicy: Policy }>(
        '{ routingPolicy { version canary { percent } history { type actor reason version worseBy changes { path before after } } } }',
      )
    ).data.routingPolicy;
  const report = async (version: string): Promise<Report> =>
    (
      await shop.support<{ canaryReport: Report }>(
        `query ($version: ID) { canaryReport(version: $version) { version percent enough worseBy mayBePromoted words
          canary { orders success } control { orders success } } }`,
        { version },
      )
    ).data.canaryReport;
  async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
    for (let tries = 0; ; tries++) {
      const seen = await look();
      if (isSo(seen)) return seen;
      if (tries > 300) throw new Error(`never so: ${JSON.stringify(seen)}\n${shop.log}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  async function buy(orders: number): Promise<void> {
    const ids = await Promise.all(Array.from({ length: orders }, async () => (await shopper.order({ skuId: 'card' })).id));
    for (const id of ids) await shopper.untilStatus(id, 'COMPLETED');
  }

  test('stands beside the one in use, and is not promoted before enough orders have tried it', async () => {
    expect(await change('publishRoutingPolicy', { policy: { version: 'v1', weights: { cost: 0.5 } } })).toMatchObject({ id: 'v1', userErrors: [] });
    const worse = {
      version: 'worse',
      channels: [
        { channelId: 'good', priority: 9 },
        { channelId: 'refusing', priority: 1 },
      ],
    };
    expect(await change('startCanary', { policy: worse, percent: 50 })).toMatchObject({ id: 'worse', userErrors: [] });
    expect((await policy()).canary).toEqual({ percent: 50 });
    const early = await change('promoteCanary', { version: 'worse' });
    expect(early.userErrors).toMatchObject([{ code: 'CANARY_NOT_ENOUGH_DATA' }]);
    expect((await report('worse')).words).toContain('n=0');
    expect((await change('publishRoutingPolicy', { policy: { version: 'v2' } })).userErrors).toMatchObject([{ code: 'CANARY_RUNNING' }]);
  });

  test('is rolled back by itself when it does clearly worse, and every order is delivered all the same', async () => {
    await buy(60);
    const after = await until(policy, ({ canary }) => canary === null);
    expect(after.version).toBe('v1');
    expect(after.history[0]).toMatchObject({ type: 'CanaryRolledBack', version: 'worse', actor: 'ENGINE canary-watch', worseBy: ['SUCCESS'] });
    expect(after.history.at(-1)).toMatchObject({ type: 'RoutingPolicyPublished', reason: 'a story' });
    expect(after.history.at(-1)?.changes).toEqual([{ path: 'weights.cost', before: '1', after: '0.5' }]);
    const seen = await report('worse');
    expect(seen).toMatchObject({ percent: null, enough: true, mayBePromoted: false });
    expect(seen.canary.success).toBeLessThan(seen.control.success ?? 0);
  });

  test('that does no worse may be promoted, and counts for every order from then on', async () => {
    await change('startCanary', { policy: { version: 'better', weights: { success: 2 } }, percent: 50 });
    await buy(60);
    await until(
      () => report('better'),
      ({ enough }) => enough,
    );
    expect(await report('better')).toMatchObject({ mayBePromoted: true, worseBy: [] });
    expect(await change('promoteCanary', { version: 'better' })).toMatchObject({ id: 'better', userErrors: [] });
    expect(await policy()).toMatchObject({ version: 'better', canary: null });
  });

  test('can be asked where an order will buy, before it does, and for one that nobody has placed', async () => {
    const explain = async (input: object) =>
      (
        await shop.support<{
          explainRoute: { policyVersion: string; wanted: number; chosen: { channelId: string } | null; sources: readonly object[] };
        }>(
          'query ($input: ExplainRouteInput!) { explainRoute(input: $input) { policyVersion wanted chosen { channelId } sources { channelId eligible why score { share } } } }',
          { input },
        )
      ).data.explainRoute;
    await change('publishRoutingPolicy', {
      policy: {
        version: 'even',
        channels: [
          { channelId: 'good', priority: 1 },
          { channelId: 'refusing', priority: 1 },
        ],
      },
    });
    await shop.channel('refusing').faults([]);
    expect(await explain({ skuId: 'card', quantity: 2 })).toMatchObject({
      policyVersion: 'even',
      wanted: 2,
      sources: [{ eligible: true }, { eligible: true }],
    });
    const bought = new Set<string>();
    for (let n = 0; n < 6; n++) {
      const { id } = await shopper.order({ skuId: 'card', kind: 'REDIRECT' });
      const reference = await shopper.untilPayable(id);
      const { chosen } = await explain({ orderId: id });
      await shop.sandbox.pay(reference);
      await shopper.untilStatus(id, 'COMPLETED');
      const purchases = (await shop.channel(chosen?.channelId ?? 'good').purchases()).map(({ requestId }) => requestId.split('.')[0]);
      expect(purchases).toContain(id);
      bought.add(chosen?.channelId ?? '');
    }
    expect(bought.size).toBeGreaterThan(0);
  });

  test('leaves a sound store behind', async () => expect(await verify(shop)).toMatchObject({ code: 0, violations: [] }));
});
