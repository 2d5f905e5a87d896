import { cpuMsOf, rssMbOf } from '../processes';
import type { LoadResult } from '../raw-load';
import { measureReference } from '../reference';
import { hardware, round, type BenchResult, type Promised } from '../result';
import type { StormShop } from './storm-shop';
import { percentile, type Witness } from './witness';

const REFERENCE_SECONDS = 2;

/** What the processes of a shop have used and hold on to. */
export interface Usage {
  readonly atMs: number;
  readonly cpuMs: number;
  readonly rssMb: number;
  readonly liveMb: number;
}

export async function usageOf({ bench }: StormShop): Promise<Usage> {
  const sum = (of: (pid: number) => number): number => bench.pids.reduce((total, pid) => total + of(pid), 0);
  return { atMs: Date.now(), cpuMs: sum(cpuMsOf), rssMb: sum(rssMbOf), liveMb: await bench.server.memory.measure(bench.pids) };
}

export interface Night {
  readonly profile: string;
  readonly compress: number;
  readonly shop: StormShop;
  readonly before: Usage;
  readonly offered: number;
  readonly accepted: LoadResult;
  readonly seen: Witness;
  readonly promises: readonly Promised[];
  readonly figures: Readonly<Record<string, number>>;
}

/** What holds in every night: nothing acknowledged is lost, nobody pays twice, no card goes to two. */
export function soundness({ lost, doubleCharges, doubleCards }: Witness): readonly Promised[] {
  const none = (promise: string, count: number): Promised => ({ promise, kept: count === 0, measured: String(count) });
  return [none('no acknowledged order is lost', lost), none('nobody is charged twice', doubleCharges), none('no card is sold twice', doubleCards)];
}

/** The night in the shape of every bench. */
export async function reportOf({ profile, compress, shop, before, offered, accepted, seen, promises, figures }: Night): Promise<BenchResult> {
  const after = await usageOf(shop);
  const { acknowledged, busy } = shop.submits;
  const lives = acknowledged.flatMap((id) => seen.lives.get(id) ?? []);
  const times = lives.flatMap(({ submittedAt, deliveredAt }) => (deliveredAt === undefined ? [] : [deliveredAt - submittedAt]));
  const seconds = (after.atMs - before.atMs) / 1_000;
  const reference = (await measureReference(REFERENCE_SECONDS)).perSecond;
  const perSecond = times.length / seconds;
  const cpu = round((after.cpuMs - before.cpuMs) / Math.max(1, acknowledged.length), 3);
  return {
    profile,
    hardware: hardware(),
    processes: 'one process with all roles',
    seconds: round(seconds),
    reference: { perSecond: round(reference) },
    offered: round(offered),
    accepted: { perSecond: round(accepted.perSecond), p50Ms: accepted.p50Ms, p99Ms: accepted.p99Ms },
    delivered: { perSecond: round(perSecond), p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99) },
    successRate: round(times.length / Math.max(1, acknowledged.length), 4),
    busy,
    lost: seen.lost,
    duplicates: seen.doubleCharges + seen.doubleCards,
    cpuMsPerOrder: { all: cpu, api: null, engine: null, projector: null },
    rssMb: { start: round(before.rssMb), end: round(after.rssMb) },
    liveMb: {
      start: round(before.liveMb),
      end: round(after.liveMb),
      slopePerMinute: round(((after.liveMb - before.liveMb) * 60) / Math.max(1, seconds)),
    },
    ratioToReference: round(perSecond / reference, 4),
    appendsPerDelivered: null,
    storm: { compress, promises, figures },
  };
}
