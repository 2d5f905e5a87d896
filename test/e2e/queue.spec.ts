import { randomUUID } from 'node:crypto';
import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { pause, verify } from './support/busy-shop';

interface Queue {
  readonly position: number;
  readonly etaSeconds: number | null;
  readonly etaErrorSeconds: number | null;
}
interface Answer {
  readonly order: {
    readonly id: string;
    readonly queue: Queue | null;
    readonly risk: readonly { readonly signal: string; readonly message: string }[];
  } | null;
  readonly userErrors: readonly {
    readonly code: string;
    readonly message: string;
    readonly retryable: boolean;
    readonly retryAfterMs: number | null;
  }[];
}

const SUBMIT = `mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) {
  order { id queue { position etaSeconds etaErrorSeconds } risk { signal message } } userErrors { code message retryable retryAfterMs } } }`;

const inputOf = (skuId: string, changes: object = {}) => ({
  idempotencyKey: randomUUID(),
  skuId,
  quantity: 1,
  buyer: { ref: randomUUID() },
  payment: { gatewayId: 'main', kind: 'REDIRECT' },
  ...changes,
});

async function submitTo(shop: LiveShop, input: object): Promise<Answer> {
  const { data, errors } = await shop.graphql<{ submitOrder: Answer }>(SUBMIT, { input }, { 'accept-language': 'en' });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data.submitOrder;
}

async function queueOf(shop: LiveShop, id: string): Promise<Queue | null> {
  const { data } = await shop.support<{ order: { queue: Queue | null } }>(
    'query ($id: ID!) { order(id: $id) { queue { position etaSeconds etaErrorSeconds } } }',
    { id },
  );
  return data.order.queue;
}

/** Over real HTTP: 30 orders come at one moment, one may enter per second, and sixteen may wait. */
describe('more orders than may enter', () => {
  let shop: LiveShop;
  let shopper: Shopper;
  beforeAll(async () => {
    shop = await LiveShop.start({
      skus: { code: { oversell: true } },
      environment: {
        CARDRAIL_ADMISSION_PER_SECOND: '1',
        CARDRAIL_ADMISSION_BURST_MS: '1000',
        CARDRAIL_ADMISSION_BACKLOG_MAX: '16',
      },
    });
    shopper = new Shopper(shop);
  }, 300_000);
  afterAll(() => shop.close());

  test('each is answered: with a place in line, or with SYSTEM_BUSY and when to come back; those with a place enter in order, also over a kill', async () => {
    const inputs = Array.from({ length: 30 }, () => inputOf('code'));
    const answers = await Promise.all(inputs.map((input) => submitTo(shop, input)));
    const accepted = answers.filter(({ order }) => order !== null);
    const refused = answers.filter(({ order }) => order === null);
    expect(accepted.length).toBeGreaterThanOrEqual(16);
    expect(refused.length).toBeGreaterThanOrEqual(5);
    for (const { userErrors } of refused) expect(userErrors).toMatchObject([{ code: 'SYSTEM_BUSY', retryable: true }]);
    expect(Math.min(...refused.map(({ userErrors }) => userErrors[0]?.retryAfterMs ?? 0))).toBeGreaterThanOrEqual(500);

    const waiting = accepted.flatMap(({ order }) => (order?.queue == null ? [] : [{ id: order.id, ...order.queue }]));
    const last = waiting.reduce((a, b) => (a.position >= b.position ? a : b));
    expect(last.position).toBeGreaterThanOrEqual(12);
    expect(last.etaSeconds).toBeGreaterThanOrEqual(5);

    await shop.kill();
    await shop.serve();
    const before = await queueOf(shop, last.id);
    if (before === null) throw new Error('the last in line has entered already');
    expect(before.position).toBeLessThanOrEqual(last.position);
    // Who comes now stands behind everybody who came before the kill.
    const newcomer = (await submitTo(shop, inputOf('code'))).order;
    const after = await queueOf(shop, last.id);
    expect(newcomer?.queue?.position).toBeGreaterThan(after?.position ?? -1);
    expect(newcomer?.queue?.etaSeconds).toBeGreaterThanOrEqual(after?.etaSeconds ?? 0);

    const positions: number[] = [before.position];
    for (let queue: Queue | null = before; queue !== null; queue = await queueOf(shop, last.id)) {
      positions.push(queue.position);
      await pause(100);
    }
    expect(positions).toEqual([...positions].sort((a, b) => b - a));
    expect(new Set(positions).size).toBeGreaterThanOrEqual(4);

    const entered: { readonly id: string; readonly at: string; readonly enterAt: string }[] = [];
    for (const { order } of accepted) {
      if (order === null) continue;
      await shopper.untilPayable(order.id);
      const { data } = await shop.support<{
        order: { history: { nodes: readonly { type: string; occurredAt: string; data: { enterAt?: string } }[] } };
      }>('query ($id: ID!) { order(id: $id) { history(first: 20) { nodes { type occurredAt data } } } }', { id: order.id });
      const [submitted, routed] = ['OrderSubmitted', 'OrderRouted'].map((type) => data.order.history.nodes.find((node) => node.type === type));
      if (submitted?.data.enterAt !== undefined && routed !== undefined) {
        entered.push({ id: order.id, at: routed.occurredAt, enterAt: submitted.data.enterAt });
        expect(routed.occurredAt >= submitted.data.enterAt).toBe(true);
      }
    }
    const byPlace = [...entered].sort((a, b) => (a.enterAt < b.enterAt ? -1 : 1));
    expect(byPlace.length).toBeGreaterThanOrEqual(12);
    expect(byPlace.map(({ at }) => at)).toEqual([...byPlace.map(({ at }) => at)].sort());

    // What was told to wait gets in with the same key, once.
    const late = inputs[answers.findIndex(({ order }) => order === null)];
    const [once, again] = [await submitTo(shop, late ?? {}), await submitTo(shop, late ?? {})];
    expect(once.order?.id).toBe(again.order?.id);
    expect((await verify(shop)).violations).toEqual([]);
  });

  test('the page of metrics and the lanes tell of it', async () => {
    const page = await (await fetch(`${shop.url}/metrics`)).text();
    for (const name of [
      'admission_backlog',
      'admission_eta_error_seconds',
      'lane_queue_depth',
      'lane_oldest_age_seconds',
      'lane_predicted_wait_seconds',
      'lane_drained_per_second',
    ])
      expect(page).toContain(`cardrail_${name}`);
    const { data } = await shop.support<{ lanes: readonly { name: string; weight: number; concurrency: number; depth: number }[] }>(
      '{ lanes { name weight concurrency depth oldestAgeSeconds drainedPerSecond etaErrorSeconds } }',
    );
    expect(data.lanes).toMatchObject([
      { name: 'vip', weight: 3, concurrency: 64 },
      { name: 'default', weight: 2, concurrency: 256 },
      { name: 'overflow', weight: 1, concurrency: 128 },
    ]);
  });
});

describe('one buyer', () => {
  let shop: LiveShop;
  beforeAll(async () => {
    shop = await LiveShop.start({
      skus: { code: { oversell: true } },
      environment: { CARDRAIL_BUYER_SUBMITS_PER_MINUTE: '4', CARDRAIL_BUYER_COOL_DOWN_MS: '1500', CARDRAIL_UNPAID_PER_ADDRESS_MAX: '3' },
    });
  }, 300_000);
  afterAll(() => shop.close());

  test('who submits again and again waits as long as it is told, in both languages, and then gets in', async () => {
    const buyer = { ref: 'stubborn' };
    const codes = [];
    for (let n = 0; n < 4; n++) codes.push((await submitTo(shop, inputOf('code', { buyer }))).userErrors[0]?.code ?? 'OK');
    expect(codes).toEqual(['OK', 'OPEN_ORDER_EXISTS', 'OPEN_ORDER_EXISTS', 'OPEN_ORDER_EXISTS']);
    const input = inputOf('code', { buyer, allowAnother: true });
    const { data: zh } = await shop.graphql<{ submitOrder: Answer }>(SUBMIT, { input }, { 'accept-language': 'zh-CN' });
    expect(zh.submitOrder.userErrors).toMatchObject([{ code: 'COOLING_DOWN', retryable: true, message: expect.stringContaining('2 秒') }]);
    const { userErrors } = await submitTo(shop, input);
    expect(userErrors[0]?.message).toContain('Try again in');
    await pause(userErrors[0]?.retryAfterMs ?? 0);
    expect((await submitTo(shop, input)).order).not.toBeNull();
  });

  test('whoever shares an address shares its limit of unpaid orders, and staff see why an order is unusual; nothing of it is in the store', async () => {
    const client = { address: '203.0.113.77', device: 'device-of-carol' };
    const answers: Answer[] = [];
    for (let n = 0; n < 4; n++) answers.push(await submitTo(shop, inputOf('code', { client })));
    expect(answers.map(({ userErrors }) => userErrors[0]?.code ?? 'OK')).toEqual(['OK', 'OK', 'OK', 'TOO_MANY_UNPAID_ORDERS']);
    const third = answers[2]?.order;
    expect(third?.risk).toEqual([]);
    const { data } = await shop.support<{ order: { risk: readonly object[] } }>(
      'query ($id: ID!) { order(id: $id) { risk { signal count limit message } } }',
      { id: third?.id },
    );
    expect(data.order.risk).toMatchObject([{ signal: 'UNPAID_BY_ADDRESS', count: 3, limit: 3, message: expect.stringContaining('同一客户端地址') }]);
    const exported = await shop.cli(['events', 'export']);
    expect(exported.stdout + exported.stderr).not.toMatch(/203\.0\.113\.77|device-of-carol/);
    // One is given back: there is room for another one.
    const cancelled = answers[0]?.order?.id ?? '';
    await new Shopper(shop).mutate('cancelOrder', { orderId: cancelled });
    for (let tries = 0; ; tries++) {
      const { order, userErrors } = await submitTo(shop, inputOf('code', { client }));
      if (order !== null) break;
      if (tries > 50) throw new Error(JSON.stringify(userErrors));
      await pause(100);
    }
  });
});
