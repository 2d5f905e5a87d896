import { build } from 'hdr-histogram-js';
import { BenchShop } from './bench-shop';
import { cpuMsOf, rssMbOf } from './processes';
import { load } from './raw-load';
import { measureReference } from './reference';
import { hardware, median, round, type BenchResult } from './result';
import { SubmitLoad } from './submit-load';

const CONNECTIONS = 64;
/** What is offered unless told: a little above the share of the reference that has to be delivered. */
const OFFERED_SHARE = { one: 0.0135, apart: 0.02 };
const REFERENCE_SECONDS = 5;
const WARM_UP_SHARE = 1 / 3;
const DRAIN_TIMEOUT_MS = 120_000;

interface SeenOrder {
  readonly id: string;
  readonly status: string;
  readonly submittedAt: string;
  readonly deliveredAt: string | null;
  readonly cards: readonly { readonly id: string }[];
}

/** Every order the shop knows, through its own API. */
async function allOrders(shop: BenchShop): Promise<readonly SeenOrder[]> {
  const orders: SeenOrder[] = [];
  let after: string | null = null;
  do {
    const query =
      'query ($after: String) { orders(first: 100, after: $after, orderBy: { field: SUBMITTED_AT, direction: ASC }) { nodes { id status submittedAt deliveredAt cards { id } } pageInfo { endCursor hasNextPage } } }';
    const response = await fetch(`${shop.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${shop.adminKey}` },
      body: JSON.stringify({ query, variables: { after } }),
    });
    const answer = (await response.json()) as {
      data: { orders: { nodes: SeenOrder[]; pageInfo: { endCursor: string; hasNextPage: boolean } } } | null;
      errors?: unknown;
    };
    if (answer.data === null || answer.errors !== undefined) throw new Error(`orders cannot be listed: ${JSON.stringify(answer.errors)}`);
    orders.push(...answer.data.orders.nodes);
    after = answer.data.orders.pageInfo.hasNextPage ? answer.data.orders.pageInfo.endCursor : null;
  } while (after !== null);
  return orders;
}

async function drained(shop: BenchShop, acknowledged: number): Promise<readonly SeenOrder[]> {
  const until = performance.now() + DRAIN_TIMEOUT_MS;
  for (;;) {
    const orders = await allOrders(shop);
    const ended = orders.filter(({ status }) => status !== 'AWAITING_PAYMENT' && status !== 'PROCESSING').length;
    if (ended >= acknowledged || performance.now() > until) return orders;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Charges that were kept beyond one per order, from the gateway's own ledger. */
async function doubleCharges(shop: BenchShop): Promise<number> {
  const ledger = (await (await fetch(`${String(shop.sandbox?.says['url'])}/ledger`)).json()) as {
    payments: { reference: string; capturedMinor: number; refundedMinor: number }[];
  };
  const kept = new Map<string, number>();
  for (const { reference, capturedMinor, refundedMinor } of ledger.payments) {
    const orderId = reference.split('.')[0] ?? '';
    kept.set(orderId, (kept.get(orderId) ?? 0) + capturedMinor - refundedMinor);
  }
  return [...kept.values()].filter((minor) => minor > 4_800).length;
}

/** Memory per minute by least squares over what was sampled after the warm-up. MiB. */
function slopeOf(samples: readonly { readonly atMs: number; readonly mb: number }[]): number {
  const n = samples.length;
  if (n < 3) return 0;
  const meanX = samples.reduce((sum, { atMs }) => sum + atMs, 0) / n;
  const meanY = samples.reduce((sum, { mb }) => sum + mb, 0) / n;
  const above = samples.reduce((sum, { atMs, mb }) => sum + (atMs - meanX) * (mb - meanY), 0);
  const below = samples.reduce((sum, { atMs }) => sum + (atMs - meanX) ** 2, 0);
  return (above / below) * 60_000;
}

/** A sale at an even rate: direct charge, cards from the pool, all roles, load and sandbox on the same machine. */
export async function benchSteady(
  options: { readonly seconds: number; readonly perSecond?: number; readonly workers: number },
  progress: (line: string) => void,
): Promise<BenchResult> {
  const { seconds, workers } = options;
  const references = [await measureReference(REFERENCE_SECONDS)];
  const offered = options.perSecond ?? (references[0]?.perSecond ?? 0) * (workers > 0 ? OFFERED_SHARE.apart : OFFERED_SHARE.one);
  progress(`reference ${Math.round(references[0]?.perSecond ?? 0)}/s, offering ${Math.round(offered)}/s for ${seconds} s`);
  const shop = await BenchShop.open({
    roles: 'api,engine,projector,outbox',
    workers,
    cards: Math.ceil(offered * seconds * 1.1) + 1_000,
    oversell: false,
    withSandbox: true,
  });
  const submits = new SubmitLoad(shop.storefrontKey);
  const samples: { atMs: number; mb: number }[] = [];
  const startMs = Date.now();
  const sample = (): void => void samples.push({ atMs: Date.now() - startMs, mb: shop.pids.reduce((sum, pid) => sum + rssMbOf(pid), 0) });
  const cpuBefore = shop.pids.map(cpuMsOf);
  sample();
  const sampler = setInterval(sample, 1_000);
  try {
    const accepted = await load({
      port: shop.port,
      connections: CONNECTIONS,
      seconds,
      perSecond: offered,
      request: submits.request,
      onAnswer: submits.onAnswer,
    });
    const endMs = Date.now();
    clearInterval(sampler);
    const cpu = shop.pids.map((pid, i) => (cpuMsOf(pid) - (cpuBefore[i] ?? 0)) / Math.max(1, accepted.answered));
    const orders = await drained(shop, submits.acknowledged.length);
    references.push(await measureReference(REFERENCE_SECONDS));
    return report({
      shop,
      submits,
      accepted,
      orders,
      samples,
      cpu,
      offered,
      seconds,
      workers,
      startMs,
      endMs,
      reference: median(references.map(({ perSecond }) => perSecond)),
      double: await doubleCharges(shop),
    });
  } finally {
    clearInterval(sampler);
    await shop.close();
  }
}

interface Measured {
  readonly shop: BenchShop;
  readonly submits: SubmitLoad;
  readonly accepted: Awaited<ReturnType<typeof load>>;
  readonly orders: readonly SeenOrder[];
  readonly samples: readonly { readonly atMs: number; readonly mb: number }[];
  readonly cpu: readonly number[];
  readonly offered: number;
  readonly seconds: number;
  readonly workers: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly reference: number;
  readonly double: number;
}

function report({ submits, accepted, orders, samples, cpu, offered, seconds, workers, startMs, endMs, reference, double }: Measured): BenchResult {
  const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000, numberOfSignificantValueDigits: 3 });
  const known = new Set(orders.map(({ id }) => id));
  const delivered = orders.filter(({ status }) => status === 'COMPLETED');
  let within = 0;
  for (const { submittedAt, deliveredAt } of delivered) {
    if (deliveredAt === null) continue;
    histogram.recordValue(Math.max(1, Date.parse(deliveredAt) - Date.parse(submittedAt)));
    if (Date.parse(deliveredAt) <= endMs) within++;
  }
  const cards = delivered.flatMap((order) => order.cards.map(({ id }) => id));
  const afterWarmUp = samples.filter(({ atMs }) => atMs >= (endMs - startMs) * WARM_UP_SHARE);
  const perSecond = within / seconds;
  const [engine = 0, ...apis] = cpu;
  return {
    profile: 'steady',
    hardware: hardware(),
    processes: workers > 0 ? `${workers} API + 1 with engine, projector and outbox` : 'one process with all roles',
    seconds,
    reference: { perSecond: round(reference) },
    offered: round(offered),
    accepted: { perSecond: round(accepted.perSecond), p50Ms: accepted.p50Ms, p99Ms: accepted.p99Ms },
    delivered: { perSecond: round(perSecond), p50Ms: histogram.getValueAtPercentile(50), p99Ms: histogram.getValueAtPercentile(99) },
    successRate: round(delivered.length / Math.max(1, submits.acknowledged.length), 4),
    busy: submits.busy,
    lost: submits.acknowledged.filter((id) => !known.has(id)).length,
    duplicates: double + cards.length - new Set(cards).size,
    cpuMsPerOrder: {
      all: round(
        cpu.reduce((sum, ms) => sum + ms, 0),
        3,
      ),
      api:
        workers > 0
          ? round(
              apis.reduce((sum, ms) => sum + ms, 0),
              3,
            )
          : null,
      engine: workers > 0 ? round(engine, 3) : null,
      projector: null,
    },
    rssMb: { start: round(samples[0]?.mb ?? 0), end: round(samples.at(-1)?.mb ?? 0), slopePerMinute: round(slopeOf(afterWarmUp)) },
    ratioToReference: round(perSecond / reference, 4),
  };
}
