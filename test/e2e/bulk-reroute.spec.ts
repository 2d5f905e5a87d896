import { randomUUID } from 'node:crypto';
import { fromChannel, LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { verify } from './support/busy-shop';

const ORDERS = 16;
const BEFORE_THE_KILL = 4;
const DAY_MS = 86_400_000;
const JOB = 'id state bulk { orders settled changed unchanged refused { code count } }';
const PREVIEW = 'preview { orders more wouldChange wouldRefuse { code count } amounts { amountMinor currency } }';

interface Job {
  readonly id: string;
  readonly state: string;
  readonly bulk: { readonly orders: number; readonly settled: number; readonly changed: number };
}

interface Bulk {
  readonly preview: { readonly orders: number; readonly wouldChange: number } | null;
  readonly confirmationToken: string | null;
  readonly job: Job | null;
  readonly replayed: boolean;
  readonly userErrors: readonly { readonly code: string }[];
}

interface Step {
  readonly type: string;
  readonly reason: string | null;
  readonly actor: { readonly kind: string; readonly id: string | null };
}

/** Over real HTTP, with channels of the sandbox: one takes orders and sells nothing, and many are sent to the other one. */
describe('a channel that takes orders and never answers them', () => {
  let shop: LiveShop;
  let shopper: Shopper;
  let ids: readonly string[];

  beforeAll(async () => {
    shop = await LiveShop.start({
      channels: { stuck: ['replay', 'lookup', 'cancel'], healthy: ['replay', 'lookup', 'cancel'] },
      skus: { code: { sources: [fromChannel('stuck'), fromChannel('healthy')], deliverWithinSeconds: 3_600 } },
      environment: {
        CARDRAIL_BULK_ORDERS_PER_SECOND: '10',
        // Neither gateway nor health is what this is about, however busy the machine.
        CARDRAIL_PAYMENT_TIMEOUT_MS: '10000',
        CARDRAIL_PAYMENT_TIMEOUT_MAX_MS: '10000',
        // Nobody is late to ask the stuck one, and so sent elsewhere by the plan.
        CARDRAIL_PERFORM_WITHIN_MS: '20000',
        CARDRAIL_ISSUE_TIMEOUT_MS: '20000',
        CARDRAIL_ISSUE_TIMEOUT_MAX_MS: '20000',
        CARDRAIL_HEALTH_ATTEMPTS_MIN: '10000',
        // Histories are read however busy it is.
        CARDRAIL_SHED_LATE_MS: '600000',
      },
    });
    shopper = new Shopper(shop);
    await shop.channel('stuck').faults([{ method: 'POST', path: '/purchases', fault: 'pending', ms: DAY_MS }]);
    ids = await Promise.all(Array.from({ length: ORDERS }, async () => (await shopper.order({ skuId: 'code' })).id));
    for (const id of ids) await shopper.until(id, ({ phase }) => phase === 'PURCHASING', 'waiting at its channel');
  }, 300_000);
  afterAll(() => shop.close());

  const admin = async <T>(query: string, variables: object = {}): Promise<T> => {
    const { data, errors } = await shop.graphql<T>(query, variables, { authorization: `Bearer ${shop.adminKey}` });
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  const reroute = async (input: object): Promise<Bulk> => {
    const document = `mutation ($input: BulkRerouteInput!) { result: bulkReroute(input: $input) { ${PREVIEW} confirmationToken job { ${JOB} } replayed userErrors { code } } }`;
    return (await admin<{ result: Bulk }>(document, { input: { idempotencyKey: randomUUID(), reason: 'stuck sells nothing', filter, ...input } }))
      .result;
  };
  const filter = { channelIds: ['stuck'], status: ['PROCESSING'] };
  const jobOf = async (id: string): Promise<Job> => (await admin<{ job: Job }>(`query ($id: ID!) { job(id: $id) { ${JOB} } }`, { id })).job;
  const ledgerOf = (channel: string) => shop.channel(channel).purchases();
  async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean, what: string): Promise<T> {
    let last: T | undefined;
    for (let tries = 0; tries < 1_200; tries++) {
      last = await look();
      if (isSo(last)) return last;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`never ${what}: ${JSON.stringify(last)}\n${shop.log}`);
  }
  let jobId = '';

  test('many are sent elsewhere by one job: shown first, confirmed, and finished though the process is killed half-way', async () => {
    const dryRun = await until(
      () => reroute({}),
      ({ preview }) => preview?.wouldChange === ORDERS,
      'shown',
    );
    expect(dryRun.preview).toEqual({
      ...{ orders: ORDERS, more: false, wouldChange: ORDERS, wouldRefuse: [] },
      amounts: [{ amountMinor: `${ORDERS * 4_800}`, currency: 'CNY' }],
    });
    expect(await ledgerOf('healthy')).toEqual([]);
    expect((await reroute({ confirmationToken: 'made-up' })).userErrors).toHaveLength(1);

    const input = { idempotencyKey: 'reroute-all', confirmationToken: dryRun.confirmationToken };
    const { job } = await reroute(input);
    jobId = job?.id ?? '';
    const cancelled = async (): Promise<number> => (await ledgerOf('stuck')).filter(({ status }) => status === 'CANCELLED').length;
    await until(cancelled, (count) => count >= BEFORE_THE_KILL, 'half-way');
    await shop.kill();
    expect(await cancelled()).toBeLessThan(ORDERS);
    await shop.serve();

    // The same request again, as of a client that never heard the answer.
    expect(await reroute(input)).toMatchObject({ job: { id: jobId }, replayed: true, userErrors: [] });
    const { bulk } = await until(
      () => jobOf(jobId),
      ({ state }) => state === 'DONE',
      'done',
    );
    expect(bulk).toEqual({ orders: ORDERS, settled: ORDERS, changed: ORDERS, unchanged: 0, refused: [] });
    for (const id of ids) await shopper.untilStatus(id, 'COMPLETED');
  });

  test('each order is bought once, where it was sent, and paid once', async () => {
    const orderOf = ({ requestId }: { readonly requestId: string }): string => requestId.split('.')[0] ?? '';
    expect((await ledgerOf('stuck')).map(({ status, codeHashes }) => [status, codeHashes.length])).toEqual(Array(ORDERS).fill(['CANCELLED', 0]));
    const bought = (await ledgerOf('healthy')).filter(({ codeHashes }) => codeHashes.length > 0);
    expect(bought.map(orderOf).sort()).toEqual([...ids].sort());
    const { payments, refunds } = await shop.sandbox.ledger();
    expect(payments.filter(({ capturedMinor }) => capturedMinor > 0)).toHaveLength(ORDERS);
    expect(refunds).toEqual([]);
  });

  test('each order says once who sent it elsewhere, why, and by which job', async () => {
    for (const id of ids) {
      const { order } = await admin<{ order: { history: { nodes: readonly Step[] } } }>(
        'query ($id: ID!) { order(id: $id) { history(first: 100) { nodes { type reason actor { kind id } } } } }',
        { id },
      );
      expect(order.history.nodes.filter(({ type }) => type === 'PurchaseCancelRequested')).toEqual([
        { type: 'PurchaseCancelRequested', reason: `stuck sells nothing (job ${jobId})`, actor: { kind: 'ADMIN', id: 'admin' } },
      ]);
    }
  });

  test('leaves a sound store behind', async () => expect(await verify(shop)).toMatchObject({ code: 0, violations: [] }));
});
