import { cpus } from 'node:os';

interface Rate {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What was in use while it was measured: it tells what would have to grow. */
export interface InUse {
  /** Of all cores, 0 to 1, by whatever ran there; null where /proc is not to be had. */
  readonly machine: number | null;
  /** Of one core, 0 to 1, by the event loop that was in use the most. */
  readonly fullestLoop: { readonly process: string; readonly share: number };
  readonly full: 'the machine' | 'an event loop' | 'neither: orders wait for something else';
}

/** What `cardrail bench --json` prints. Latencies count from the moment a request was due. */
export interface BenchResult {
  readonly profile: string;
  readonly hardware: { readonly cpu: string; readonly cores: number; readonly node: string };
  /** One process with every role, or the API apart from the rest. */
  readonly processes: string;
  readonly seconds: number;
  readonly reference: { readonly perSecond: number };
  /** Orders per second sent; null in a closed loop. */
  readonly offered: number | null;
  readonly accepted: Rate;
  /** Null in profiles without an engine. */
  readonly delivered: Rate | null;
  /** Delivered over accepted. */
  readonly successRate: number | null;
  readonly busy: number;
  /** Acknowledged orders that the shop does not know afterwards. */
  readonly lost: number;
  /** Orders charged twice and cards delivered twice. */
  readonly duplicates: number;
  /** CPU time of all processes that share a role, per accepted order; null where one process holds several roles (see `all`). */
  readonly cpuMsPerOrder: { readonly all: number; readonly api: number | null; readonly engine: number | null; readonly projector: number | null };
  /** Resident memory of all processes when the measuring began and ended, MiB. It follows when V8 chose to collect. */
  readonly rssMb: { readonly start: number; readonly end: number };
  /** What these processes held on to right after a full collection, MiB: this is what a leak raises. */
  readonly liveMb: { readonly start: number; readonly end: number; readonly slopePerMinute: number };
  /** Accepted (profile accept) or delivered (profile steady) over the reference. */
  readonly ratioToReference: number;
  /** Which stores it ran on; absent: the embedded ones. */
  readonly store?: 'embedded' | 'cluster';
  /** Appends of the shop over delivered orders: in a cluster the cost of an order. Null in profiles without an engine. */
  readonly appendsPerDelivered: number | null;
  /** What was in use while it was measured; absent in profiles that do not look. */
  readonly inUse?: InUse;
  /** What a night that went wrong had to keep; absent where nothing went wrong. */
  readonly storm?: StormReport;
}

/** One promise, whether it was kept, and what was measured of it. */
export interface Promised {
  readonly promise: string;
  readonly kept: boolean;
  readonly measured: string;
}

export interface StormReport {
  /** All times were divided by this. */
  readonly compress: number;
  readonly promises: readonly Promised[];
  /** What is worth knowing besides. */
  readonly figures: Readonly<Record<string, number>>;
}

export const hardware = (): BenchResult['hardware'] => ({ cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version });

export const round = (value: number, digits = 2): number => Math.round(value * 10 ** digits) / 10 ** digits;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
