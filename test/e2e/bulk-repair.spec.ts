import { randomUUID } from 'node:crypto';
import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { verify } from './support/busy-shop';

const ORDERS = 50;
const JOB = 'job { id state bulk { orders settled changed unchanged refused { code count } } }';
const PREVIEW = 'preview { orders more wouldChange wouldRefuse { code count } amounts { amountMinor currency } sample { id } }';

interface Job {
  readonly id: string;
  readonly state: string;
  readonly bulk: { readonly orders: number; readonly settled: number; readonly changed: number; readonly unchanged: number };
}

interface Bulk {
  readonly preview: {
    readonly orders: number;
    readonly wouldChange: number;
    readonly amounts: readonly { readonly amountMinor: string; readonly currency: string }[];
    readonly sample: readonly { readonly id: string }[];
  } | null;
  readonly confirmationToken: string | null;
  readonly job: Job | null;
  readonly replayed: boolean;
  readonly userErrors: readonly { readonly code: string }[];
}

/** Over real HTTP: paid orders that wait for cards are repaired many at a time, by jobs that outlive their process. */
describe('repairs of many orders', () => {
  let shop: LiveShop;
  let shopper: Shopper;

  beforeAll(async () => {
    shop = await LiveShop.start({
      skus: { sold: { oversell: true, deliverWithinSeconds: 3_600 }, other: { oversell: true, deliverWithinSeconds: 3_600 } },
      // The gateway is not what this is about, however busy the machine.
      environment: {
        CARDRAIL_BULK_ORDERS_PER_SECOND: '25',
        CARDRAIL_PAYMENT_TIMEOUT_MS: '10000',
        CARDRAIL_APPROVAL_BULK_REFUND_ABOVE_MINOR: '500000',
      },
    });
    shopper = new Shopper(shop);
  }, 300_000);
  afterAll(() => shop.close());

  const admin = async <T>(query: string, variables: object = {}) => {
    const { data, errors } = await shop.graphql<T>(query, variables, { authorization: `Bearer ${shop.adminKey}` });
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  const bulk = async (name: string, input: object): Promise<Bulk> => {
    const document = `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { result: ${name}(input: $input) { ${PREVIEW} confirmationToken ${JOB} replayed userErrors { code } } }`;
    const { result } = await admin<{ result: Bulk }>(document, { input: { idempotencyKey: randomUUID(), reason: 'the supplier is gone', ...input } });
    return result;
  };
  const jobOf = async (id: string): Promise<Job> =>
    (await admin<{ job: Job }>(`query ($id: ID!) { ${JOB.replace('job', 'job(id: $id)')} }`, { id })).job;
  const refunds = async () => (await shop.sandbox.ledger()).refunds;

  async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean, what: string): Promise<T> {
    for (let tries = 0; tries < 1_200; tries++) {
      const seen = await look().catch(() => undefined);
      if (seen !== undefined && isSo(seen)) return seen;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`never ${what}\n${shop.log}`);
  }
  async function paid(skuId: string, count: number): Promise<readonly string[]> {
    const ids = await Promise.all(Array.from({ length: count }, async () => (await shopper.order({ skuId })).id));
    for (const id of ids) await shopper.until(id, ({ phase }) => phase === 'PAID_WAITING_CARD', 'waiting for its card');
    return ids;
  }
  const waiting = (skuId: string) => ({ skuIds: [skuId], phase: ['PAID_WAITING_CARD'] });
  const shown = (skuId: string, count: number) =>
    until(
      () => bulk('bulkRefund', { filter: waiting(skuId) }),
      ({ preview }) => preview?.orders === count,
      `${count} orders in the list`,
    );

  test('refund each order exactly once, though the process is killed half-way', async () => {
    const ids = await paid('sold', ORDERS);
    const dryRun = await shown('sold', ORDERS);
    expect(dryRun.preview).toMatchObject({
      orders: ORDERS,
      more: false,
      wouldChange: ORDERS,
      wouldRefuse: [],
      amounts: [{ amountMinor: `${ORDERS * 4_800}`, currency: 'CNY' }],
    });
    expect(dryRun.preview?.sample).toHaveLength(5);
    expect(await refunds()).toEqual([]);

    const input = { idempotencyKey: 'refund-all', filter: waiting('sold'), confirmationToken: dryRun.confirmationToken };
    const { job } = await bulk('bulkRefund', input);
    await until(refunds, (all) => all.length >= 15, 'half-way');
    await shop.kill();
    const atTheKill = (await refunds()).length;
    expect(atTheKill).toBeLessThan(ORDERS);
    await shop.serve();

    // The same request again, as of a client that never heard the answer.
    expect(await bulk('bulkRefund', input)).toMatchObject({ job: { id: job?.id }, replayed: true, userErrors: [] });
    const done = await until(
      () => jobOf(job?.id ?? ''),
      ({ state }) => state === 'DONE',
      'done',
    );
    expect(done.bulk).toMatchObject({ orders: ORDERS, settled: ORDERS, changed: ORDERS, unchanged: 0, refused: [] });
    for (const id of ids) await shopper.until(id, ({ phase }) => phase === 'REFUNDED', 'refunded');
    const references = (await refunds()).map(({ reference }) => reference.split('.')[0]);
    expect([...references].sort()).toEqual([...ids].sort());
    expect((await refunds()).every(({ status, amountMinor }) => status === 'REFUNDED' && amountMinor === 4_800)).toBe(true);
  });

  test('stand on each order with the person, the reason and the job', async () => {
    const { jobs } = await admin<{ jobs: { nodes: readonly Job[] } }>('{ jobs(first: 1) { nodes { id } } }');
    const { orders } = await admin<{ orders: { nodes: readonly { history: { nodes: readonly object[] } }[] } }>(
      '{ orders(first: 50, filter: { skuIds: ["sold"] }) { nodes { history(first: 30) { nodes { type reason actor { kind id } } } } } }',
    );
    expect(orders.nodes).toHaveLength(ORDERS);
    for (const { history } of orders.nodes)
      expect(history.nodes.filter((event) => (event as { type: string }).type === 'RefundOrdered')).toEqual([
        { type: 'RefundOrdered', reason: `the supplier is gone (job ${jobs.nodes[0]?.id})`, actor: { kind: 'ADMIN', id: 'admin' } },
      ]);
  });

  test('are confirmed only as they were shown, by whoever saw it', async () => {
    await paid('other', 2);
    const { confirmationToken } = await shown('other', 2);
    const codes = async (name: string, input: object) => (await bulk(name, { confirmationToken, ...input })).userErrors.map(({ code }) => code);
    expect(await codes('bulkRefund', { filter: { skuIds: ['other'] } })).toEqual(['CONFIRMATION_INVALID']);
    expect(await codes('bulkRefund', { filter: waiting('other'), limit: 1 })).toEqual(['CONFIRMATION_INVALID']);
    expect(await codes('bulkRetry', { filter: waiting('other') })).toEqual(['CONFIRMATION_INVALID']);
    expect(await codes('bulkRefund', { filter: waiting('other'), confirmationToken: `${confirmationToken}x` })).toEqual(['CONFIRMATION_INVALID']);
    await paid('other', 1);
    await shown('other', 3);
    expect(await codes('bulkRefund', { filter: waiting('other') })).toEqual(['CONFIRMATION_OUTDATED']);
    expect(await codes('bulkRefund', { filter: { skuIds: ['nothing-like-it'] }, confirmationToken: undefined })).toEqual(['NOTHING_SELECTED']);
  });

  test('force nothing: what an order refuses is counted by its code', async () => {
    const { preview, confirmationToken } = await bulk('bulkRetry', { filter: { skuIds: ['sold', 'other'] } });
    expect(preview).toMatchObject({ orders: ORDERS + 3, wouldChange: 3, wouldRefuse: [{ code: 'NOTHING_TO_RETRY', count: ORDERS }] });
    const { job } = await bulk('bulkRetry', { filter: { skuIds: ['sold', 'other'] }, confirmationToken });
    const done = await until(
      () => jobOf(job?.id ?? ''),
      ({ state }) => state === 'DONE',
      'done',
    );
    expect(done.bulk).toMatchObject({ settled: ORDERS + 3, changed: 3, refused: [{ code: 'NOTHING_TO_RETRY', count: ORDERS }] });
  });

  test('ask for something, and not of everybody', async () => {
    const empty = await shop.graphql(
      'mutation ($input: BulkRetryInput!) { bulkRetry(input: $input) { replayed } }',
      {
        input: { idempotencyKey: 'x', reason: 'x', filter: {} },
      },
      { authorization: `Bearer ${shop.adminKey}` },
    );
    expect(empty.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    const support = await shop.support('mutation ($input: BulkRefundInput!) { bulkRefund(input: $input) { replayed } }', {
      input: { idempotencyKey: 'x', reason: 'x', filter: waiting('other') },
    });
    expect(support.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('are ordered, followed and stopped from the command line', async () => {
    const environment = { CARDRAIL_URL: shop.url, CARDRAIL_API_KEY: shop.adminKey };
    const cli = async (...args: readonly string[]) => shop.cli([...args, '--json'], environment);
    await paid('other', 60);
    await shown('other', 63);
    const filter = ['--sku', 'other', '--phase', 'PAID_WAITING_CARD'];
    expect((await cli('orders', 'bulk-retry')).code).toBe(2);
    const dry = JSON.parse((await cli('orders', 'bulk-retry', ...filter)).stdout) as Bulk;
    expect(dry.preview).toMatchObject({ orders: 63, wouldChange: 63 });
    const confirm = ['--confirm', dry.confirmationToken ?? ''];
    expect((await cli('orders', 'bulk-retry', ...filter, ...confirm)).code).toBe(2);
    const { stdout, stderr } = await cli('orders', 'bulk-retry', ...filter, ...confirm, '--yes', '--reason', 'new cards are here');
    expect(stderr).toBe('');
    const { job } = JSON.parse(stdout) as Bulk;
    const stop = await cli('jobs', 'stop', job?.id ?? '', '--yes', '--reason', 'they are not');
    expect(stop).toMatchObject({ code: 0, stderr: '' });
    const stopped = await until(
      () => jobOf(job?.id ?? ''),
      ({ state }) => state === 'STOPPED',
      'stopped',
    );
    expect(stopped.bulk.settled).toBeLessThan(63);
    expect(JSON.parse((await cli('jobs', 'show', job?.id ?? '')).stdout)).toMatchObject({ state: 'STOPPED', action: 'BULK_RETRY' });
    expect((await shop.cli(['jobs', 'list'], environment)).stdout).toContain(job?.id ?? '?');
  });

  test('are counted in the metrics', async () => {
    const text = await (await fetch(`${shop.url}/metrics`)).text();
    expect(text).toMatch(/cardrail_bulk_repair_orders_total\{action="retry",outcome="changed",process="main"\} [1-9]/);
  });

  test('leave a sound store behind', async () => expect(await verify(shop)).toMatchObject({ code: 0, violations: [] }));
});
