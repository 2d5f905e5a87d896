import type { BenchShop } from './bench-shop';
import { eventLoopMsOf, machineTicks, type MachineTicks } from './processes';
import { type InUse, round } from './result';

/** What is in use by more than this has no room for more. */
const FULL = 0.95;

/** Processor time by then. */
export interface BusyMoment {
  readonly atMs: number;
  readonly machine: MachineTicks | null;
  /** Milliseconds by name of the process: its main thread, which is its event loop, alone. */
  readonly loops: ReadonlyMap<string, number>;
}

/** Every process that works for a bench: the shop's, its gateway and the load. */
export function busyNow(shop: BenchShop): BusyMoment {
  const [first = 0, ...workers] = shop.pids;
  const pids: readonly (readonly [string, number])[] = [
    [workers.length === 0 ? 'API and engine 1' : 'engine 1', first],
    ...workers.map((pid, i) => [`API ${i + 1}`, pid] as const),
    ...shop.enginePids.map((pid, i) => [`engine ${i + 2}`, pid] as const),
    ['gateway', shop.sandbox?.child.pid ?? 0],
    ['load', process.pid],
  ];
  return { atMs: performance.now(), machine: machineTicks(), loops: new Map(pids.map(([name, pid]) => [name, eventLoopMsOf(pid)])) };
}

export function busyBetween(before: BusyMoment, after: BusyMoment): InUse {
  const ms = after.atMs - before.atMs;
  const shares = [...after.loops].map(([process, spent]) => ({ process, share: (spent - (before.loops.get(process) ?? 0)) / ms }));
  const fullest = shares.reduce((most, one) => (one.share > most.share ? one : most), { process: 'none', share: 0 });
  const machine = before.machine === null || after.machine === null ? null : shareOf(before.machine, after.machine);
  const full =
    machine !== null && machine >= FULL ? 'the machine' : fullest.share >= FULL ? 'an event loop' : 'neither: orders wait for something else';
  return { machine: machine === null ? null : round(machine), fullestLoop: { process: fullest.process, share: round(fullest.share) }, full };
}

const shareOf = (before: MachineTicks, after: MachineTicks): number => (after.busy - before.busy) / Math.max(1, after.all - before.all);
