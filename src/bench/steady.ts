import { build } from 'hdr-histogram-js';
import { BenchShop, storeSettings, type BenchStore } from './bench-shop';
import { cpuMsOf, rssMbOf } from './processes';
import { load, type LoadResult } from './raw-load';
import { measureReference } from './reference';
import { hardware, median, round, type BenchResult } from './result';
import { SubmitLoad } from './submit-load';

const CONNECTIONS = 64;
/** What is offered unless told: a little above the share of the reference that has to be delivered. */
const OFFERED_SHARE = { one: 0.0135, apart: 0.02 };
const REFERENCE_SECONDS = 5;
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

export interface SteadyOptions {
  readonly seconds: number;
  /** Load before anything is measured: caches fill, the heap finds its size. */
  readonly warmUpSeconds: number;
  readonly perSecond?: number;
  readonly workers: number;
  readonly store: BenchStore;
  /** Engines besides the first. */
  readonly moreEngines: number;
}

/** A sale at an even rate: direct charge, cards from the pool, all roles, load and sandbox on the same machine. */
export async function benchSteady(options: SteadyOptions, progress: (line: string) => void): Promise<BenchResult> {
  const { seconds, warmUpSeconds, workers, store, moreEngines } = options;
  // Says so before anything is measured.
  storeSettings(store);
  const references = [await measureReference(REFERENCE_SECONDS)];
  const offered = options.perSecond ?? (references[0]?.perSecond ?? 0) * (workers > 0 ? OFFERED_SHARE.apart : OFFERED_SHARE.one);
  progress(`reference ${Math.round(references[0]?.perSecond ?? 0)}/s, offering ${Math.round(offered)}/s for ${warmUpSeconds} + ${seconds} s`);
  const shop = await BenchShop.open({
    roles: 'api,engine,projector,outbox',
    workers,
    cards: Math.ceil(offered * (seconds + warmUpSeconds) * 1.1) + 1_000,
    oversell: false,
    withSandbox: true,
    store,
    moreEngines,
  });
  const submits = new SubmitLoad(shop.storefrontKey);
  let sent = 0;
  const once = async (forSeconds: number): Promise<LoadResult> => {
    const first = sent;
    const request = (n: number): Buffer => submits.request(first + n);
    const result = await load({
      port: shop.port,
      connections: CONNECTIONS,
      seconds: forSeconds,
      perSecond: offered,
      request,
      onAnswer: submits.onAnswer,
    });
    sent += result.sent;
    return result;
  };
  try {
    const atStart = await shop.appends();
    if (warmUpSeconds > 0) await once(warmUpSeconds);
    const before = await reading(shop);
    const fromMs = Date.now();
    const accepted = await once(seconds);
    const measured = { fromMs, toMs: Date.now() };
    const after = await reading(shop);
    const orders = await drained(shop, submits.acknowledged.length);
    references.push(await measureReference(REFERENCE_SECONDS));
    const reference = median(references.map(({ perSecond }) => perSecond));
    // Counted over the whole run: what was begun before the measuring was delivered in it.
    const appends = (await shop.appends()) - atStart;
    const double = await doubleCharges(shop);
    return report({ submits, accepted, measured, orders, before, after, offered, workers, store, moreEngines, appends, reference, double });
  } finally {
    await shop.close();
  }
}

/** The processes at one moment: the engine's first, then the API workers'. */
interface Reading {
  readonly atMs: number;
  readonly cpuMs: readonly number[];
  readonly rssMb: number;
  readonly liveMb: number;
}

async function reading(shop: BenchShop): Promise<Reading> {
  const liveMb = await shop.server.memory.measure(shop.pids);
  const pids = [...shop.pids, ...shop.enginePids];
  return { atMs: Date.now(), cpuMs: pids.map(cpuMsOf), rssMb: pids.reduce((sum, pid) => sum + rssMbOf(pid), 0), liveMb };
}

interface Measured {
  readonly submits: SubmitLoad;
  readonly accepted: LoadResult;
  /** The time of the load, until its last answer: under more than the shop can take it is longer than what was asked for. */
  readonly measured: { readonly fromMs: number; readonly toMs: number };
  readonly orders: readonly SeenOrder[];
  readonly before: Reading;
  readonly after: Reading;
  readonly offered: number;
  readonly workers: number;
  readonly store: BenchStore;
  readonly moreEngines: number;
  readonly appends: number;
  readonly reference: number;
  readonly double: number;
}

function report(run: Measured): BenchResult {
  const { submits, accepted, measured, orders, before, after, offered, workers, store, moreEngines, appends, reference, double } = run;
  const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000, numberOfSignificantValueDigits: 3 });
  const known = new Set(orders.map(({ id }) => id));
  const delivered = orders.filter(({ status }) => status === 'COMPLETED');
  let within = 0;
  for (const { submittedAt, deliveredAt } of delivered) {
    const atMs = Date.parse(deliveredAt ?? '');
    if (!(atMs >= measured.fromMs && atMs <= measured.toMs)) continue;
    within++;
    histogram.recordValue(Math.max(1, atMs - Date.parse(submittedAt)));
  }
  const cards = delivered.flatMap((order) => order.cards.map(({ id }) => id));
  const perOrder = before.cpuMs.map((ms, i) => ((after.cpuMs[i] ?? 0) - ms) / Math.max(1, accepted.answered));
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, ms) => total + ms, 0);
  const api = sum(perOrder.slice(1, 1 + workers));
  const engine = sum(perOrder) - api;
  const seconds = (measured.toMs - measured.fromMs) / 1_000;
  const perSecond = within / seconds;
  const minutes = (after.atMs - before.atMs) / 60_000;
  return {
    profile: 'steady',
    hardware: hardware(),
    processes: processesInWords(workers, moreEngines),
    store,
    seconds: round(seconds),
    reference: { perSecond: round(reference) },
    offered: round(offered),
    accepted: { perSecond: round(accepted.perSecond), p50Ms: accepted.p50Ms, p99Ms: accepted.p99Ms },
    delivered: { perSecond: round(perSecond), p50Ms: histogram.getValueAtPercentile(50), p99Ms: histogram.getValueAtPercentile(99) },
    successRate: round(delivered.length / Math.max(1, submits.acknowledged.length), 4),
    busy: submits.busy,
    lost: submits.acknowledged.filter((id) => !known.has(id)).length,
    duplicates: double + cards.length - new Set(cards).size,
    cpuMsPerOrder: {
      all: round(engine + api, 3),
      api: workers > 0 ? round(api, 3) : null,
      engine: workers > 0 ? round(engine, 3) : null,
      projector: null,
    },
    rssMb: { start: round(before.rssMb), end: round(after.rssMb) },
    liveMb: { start: round(before.liveMb), end: round(after.liveMb), slopePerMinute: round((after.liveMb - before.liveMb) / minutes) },
    ratioToReference: round(perSecond / reference, 4),
    appendsPerDelivered: round(appends / Math.max(1, delivered.length)),
  };
}

function processesInWords(workers: number, moreEngines: number): string {
  const first = workers > 0 ? `${workers} API + 1 with engine, projector and outbox` : 'one process with all roles';
  return moreEngines === 0 ? first : `${first} + ${moreEngines} with an engine`;
}
