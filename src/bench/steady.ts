import { BenchShop, storeSettings, type BenchStore } from './bench-shop';
import { busyBetween, type BusyMoment, busyNow } from './busy';
import { cpuMsOf, rssMbOf } from './processes';
import type { LoadResult } from './raw-load';
import { measureReference } from './reference';
import { hardware, median, round, type BenchResult } from './result';
import { deliveredIn, drained, duplicatesOf, lostOf, offering, type SeenOrder, type Span } from './sale';
import { SubmitLoad } from './submit-load';

/** What is offered unless told: a little above the share of the reference that has to be delivered. */
const OFFERED_SHARE = { one: 0.0135, apart: 0.02 };
const REFERENCE_SECONDS = 5;

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
  const offer = offering(shop, submits, offered);
  try {
    const atStart = await shop.appends();
    if (warmUpSeconds > 0) await offer(warmUpSeconds);
    const before = await reading(shop);
    const fromMs = Date.now();
    const accepted = await offer(seconds);
    const span = { fromMs, toMs: Date.now() };
    const after = await reading(shop);
    const { orders } = await drained(shop, submits.acknowledged.length);
    references.push(await measureReference(REFERENCE_SECONDS));
    const reference = median(references.map(({ perSecond }) => perSecond));
    // Counted over the whole run: what was begun before the measuring was delivered in it.
    const appends = (await shop.appends()) - atStart;
    const duplicates = await duplicatesOf(shop, orders);
    return report({ submits, accepted, span, orders, before, after, offered, workers, store, moreEngines, appends, reference, duplicates });
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
  readonly busy: BusyMoment;
}

async function reading(shop: BenchShop): Promise<Reading> {
  const liveMb = await shop.server.memory.measure(shop.pids);
  const pids = [...shop.pids, ...shop.enginePids];
  return { atMs: Date.now(), cpuMs: pids.map(cpuMsOf), rssMb: pids.reduce((sum, pid) => sum + rssMbOf(pid), 0), liveMb, busy: busyNow(shop) };
}

interface Measured {
  readonly submits: SubmitLoad;
  readonly accepted: LoadResult;
  readonly span: Span;
  readonly orders: readonly SeenOrder[];
  readonly before: Reading;
  readonly after: Reading;
  readonly offered: number;
  readonly workers: number;
  readonly store: BenchStore;
  readonly moreEngines: number;
  readonly appends: number;
  readonly reference: number;
  readonly duplicates: number;
}

function report(run: Measured): BenchResult {
  const { submits, accepted, span, orders, before, after, offered, workers, store, moreEngines, appends, reference, duplicates } = run;
  const completed = orders.filter(({ status }) => status === 'COMPLETED').length;
  const delivered = deliveredIn(orders, span);
  const perOrder = before.cpuMs.map((ms, i) => ((after.cpuMs[i] ?? 0) - ms) / Math.max(1, accepted.answered));
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, ms) => total + ms, 0);
  const api = sum(perOrder.slice(1, 1 + workers));
  const engine = sum(perOrder) - api;
  const minutes = (after.atMs - before.atMs) / 60_000;
  return {
    profile: 'steady',
    hardware: hardware(),
    processes: processesInWords(workers, moreEngines),
    store,
    seconds: round((span.toMs - span.fromMs) / 1_000),
    reference: { perSecond: round(reference) },
    offered: round(offered),
    accepted: { perSecond: round(accepted.perSecond), p50Ms: accepted.p50Ms, p99Ms: accepted.p99Ms },
    delivered,
    successRate: round(completed / Math.max(1, submits.acknowledged.length), 4),
    busy: submits.busy,
    lost: lostOf(submits, orders),
    duplicates,
    cpuMsPerOrder: {
      all: round(engine + api, 3),
      api: workers > 0 ? round(api, 3) : null,
      engine: workers > 0 ? round(engine, 3) : null,
      projector: null,
    },
    rssMb: { start: round(before.rssMb), end: round(after.rssMb) },
    liveMb: { start: round(before.liveMb), end: round(after.liveMb), slopePerMinute: round((after.liveMb - before.liveMb) / minutes) },
    ratioToReference: round(delivered.perSecond / reference, 4),
    appendsPerDelivered: round(appends / Math.max(1, completed)),
    inUse: busyBetween(before.busy, after.busy),
  };
}

function processesInWords(workers: number, moreEngines: number): string {
  const first = workers > 0 ? `${workers} API + 1 with engine, projector and outbox` : 'one process with all roles';
  return moreEngines === 0 ? first : `${first} + ${moreEngines} with an engine`;
}
