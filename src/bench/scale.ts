import { BenchShop, storeSettings, type BenchStore } from './bench-shop';
import { busyBetween, busyNow } from './busy';
import { cpuMsOf } from './processes';
import { measureReference } from './reference';
import { hardware, type InUse, round, type BenchResult } from './result';
import { deliveredIn, drained, duplicatesOf, lostOf, offering, type SeenOrder } from './sale';
import { SubmitLoad } from './submit-load';

/** So many API processes, and as many with an engine. */
const STEPS = [1, 2, 4] as const;
/** What is offered unless told, of the reference: more than two cores can deliver, or nothing would be seen to grow. */
const OFFERED_SHARE = 0.03;
const REFERENCE_SECONDS = 5;

/** One shop, run by so many processes. */
export interface ScaleStep {
  readonly store: BenchStore;
  /** API processes, and as many with an engine. */
  readonly processes: number;
  /** Orders per second. */
  readonly accepted: number;
  readonly delivered: number;
  /** Delivered over what the embedded stores delivered at the same step; null where they were not asked. */
  readonly toEmbedded: number | null;
  readonly appendsPerDelivered: number;
  /** CPU time of the shop's processes per delivered order. */
  readonly cpuMsPerOrder: { readonly api: number; readonly engine: number };
  readonly inUse: InUse;
}

/** What `cardrail bench --profile scale --json` prints. */
export interface ScaleResult extends Pick<BenchResult, 'hardware' | 'reference' | 'lost' | 'duplicates'> {
  readonly profile: 'scale';
  /** Of each step. */
  readonly seconds: number;
  /** Orders per second sent, which is more than can be delivered. */
  readonly offered: number;
  readonly steps: readonly ScaleStep[];
}

export interface ScaleOptions {
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly perSecond?: number;
  readonly stores: readonly BenchStore[];
  /** Steps with more processes than this are left out. */
  readonly processesMax: number;
}

/** What one shop delivers when it is offered too much, by store and by number of processes: in turn, on the same machine. */
export async function benchScale(options: ScaleOptions, progress: (line: string) => void): Promise<ScaleResult> {
  const { seconds, stores } = options;
  // Say so before anything is measured.
  stores.forEach(storeSettings);
  const reference = await measureReference(REFERENCE_SECONDS);
  const offered = options.perSecond ?? reference.perSecond * OFFERED_SHARE;
  progress(
    `reference ${Math.round(reference.perSecond)}/s, offering ${Math.round(offered)}/s for ${options.warmUpSeconds} + ${seconds} s at each step`,
  );
  const steps: ScaleStep[] = [];
  let [lost, duplicates] = [0, 0];
  for (const store of stores) {
    const played = await playSteps(store, offered, options, (step) => {
      const embedded = [...steps, step].find((other) => other.store === 'embedded' && other.processes === step.processes);
      steps.push({ ...step, toEmbedded: embedded === undefined ? null : round(step.delivered / Math.max(1, embedded.delivered)) });
      progress(`${store}, ${step.processes} API + ${step.processes} engines: ${step.delivered}/s delivered, full: ${step.inUse.full}`);
    });
    lost += played.lost;
    duplicates += played.duplicates;
  }
  return {
    profile: 'scale',
    hardware: hardware(),
    seconds,
    reference: { perSecond: round(reference.perSecond) },
    offered: round(offered),
    steps,
    lost,
    duplicates,
  };
}

/** One shop on one store, run by more processes at each step, as one that grows would be. */
async function playSteps(
  store: BenchStore,
  offered: number,
  { seconds, warmUpSeconds, processesMax }: ScaleOptions,
  onStep: (step: Omit<ScaleStep, 'toEmbedded'>) => void,
): Promise<Pick<ScaleResult, 'lost' | 'duplicates'>> {
  const counts = STEPS.filter((count) => count <= processesMax);
  const cards = Math.ceil(offered * (seconds + warmUpSeconds) * counts.length * 1.1) + 1_000;
  const processesOf = (count: number) => ({ workers: count, moreEngines: count - 1 });
  const shop = await BenchShop.open({
    ...{ roles: 'api,engine,projector,outbox', cards, oversell: false, withSandbox: true, store },
    ...processesOf(counts[0] ?? 1),
  });
  const all: SeenOrder[] = [];
  let lost = 0;
  let seen: string | null = null;
  try {
    for (const count of counts) {
      if (count !== counts[0]) await shop.restart(processesOf(count));
      const atStart = await shop.appends();
      const submits = new SubmitLoad(shop.storefrontKey);
      const offer = offering(shop, submits, offered);
      if (warmUpSeconds > 0) await offer(warmUpSeconds);
      const cpu = (): readonly number[] => [...shop.pids, ...shop.enginePids].map(cpuMsOf);
      const [before, cpuBefore, fromMs] = [busyNow(shop), cpu(), Date.now()];
      const accepted = await offer(seconds);
      const [inUse, cpuAfter, toMs] = [busyBetween(before, busyNow(shop)), cpu(), Date.now()];
      const { orders, end } = await drained(shop, submits.acknowledged.length, seen);
      seen = end;
      all.push(...orders);
      const { perSecond: delivered } = deliveredIn(orders, { fromMs, toMs });
      const completed = orders.filter(({ status }) => status === 'COMPLETED').length;
      const spent = cpuAfter.map((ms, i) => ms - (cpuBefore[i] ?? 0));
      const perOrder = (ms: readonly number[]): number =>
        round(ms.reduce((sum, each) => sum + each, 0) / Math.max(1, (delivered * (toMs - fromMs)) / 1_000), 3);
      lost += lostOf(submits, orders);
      onStep({
        ...{ store, processes: count, accepted: round(accepted.perSecond), delivered, inUse },
        appendsPerDelivered: round(((await shop.appends()) - atStart) / Math.max(1, completed)),
        cpuMsPerOrder: { api: perOrder(spent.slice(1, 1 + count)), engine: perOrder([...spent.slice(0, 1), ...spent.slice(1 + count)]) },
      });
    }
    return { lost, duplicates: await duplicatesOf(shop, all) };
  } finally {
    await shop.close();
  }
}

/** A table, for people. */
export function scaleInWords({ hardware: { cpu, cores, node }, reference, offered, steps, seconds, lost, duplicates }: ScaleResult): string {
  const share = (value: number | null): string => (value === null ? '-' : `${Math.round(value * 100)} %`);
  const rows = steps.map(({ store, processes, accepted, delivered, toEmbedded, appendsPerDelivered, cpuMsPerOrder, inUse }) => [
    store,
    `${processes} + ${processes}`,
    `${accepted}/s`,
    `${delivered}/s`,
    toEmbedded === null ? '-' : `${toEmbedded}`,
    `${appendsPerDelivered}`,
    `${cpuMsPerOrder.api} + ${cpuMsPerOrder.engine} ms`,
    share(inUse.machine),
    `${inUse.fullestLoop.process} ${share(inUse.fullestLoop.share)}`,
    inUse.full,
  ]);
  const head = [
    'store',
    'API + engines',
    'accepted',
    'delivered',
    'to embedded',
    'appends per order',
    'CPU per order',
    'machine',
    'fullest loop',
    'full',
  ];
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    `scale, ${cpu}, ${cores} cores, Node ${node}: ${offered}/s offered for ${seconds} s at each step, reference ${reference.perSecond}/s`,
    ...[head, ...rows].map(line),
    `lost ${lost}, duplicates ${duplicates}`,
  ].join('\n');
}
