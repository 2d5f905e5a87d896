import cluster, { type Worker } from 'node:cluster';
import type { Logger } from 'pino';
import type { Config } from '../config';
import { runShop, type RunningShop } from '../main';
import { SERVER_FLAGS } from '../server-flags';
import { gatherFromWorkers, workerMetrics } from './worker-metrics';

/** API workers started at most; beyond the number of cores they only share it. */
export const WORKERS_MAX = 64;
const RESTART_FIRST_MS = 100;
const RESTART_MAX_MS = 10_000;
const WORKER_START_TIMEOUT_MS = 60_000;
/** Which worker a process is, counted from 1. */
const SLOT = 'CARDRAIL_WORKER_SLOT';

/** What `serve` prints when it is up, as one line of JSON. */
export interface Serving {
  readonly pid: number;
  readonly workerPids: readonly number[];
  readonly url: string | null;
}

const onceSignalled = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });

/** Stays in the foreground until SIGTERM or SIGINT, then drains. */
export async function serve(config: Config, log: Logger, workers: number, up: (serving: Serving) => void): Promise<void> {
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'a promise was forgotten; this process ends');
    process.exit(1);
  });
  const signalled = onceSignalled();
  if (cluster.isWorker) return serveAsWorker(config, log, signalled);
  if (workers === 0) {
    const shop = await runShop(config, log);
    up({ pid: process.pid, workerPids: [], url: shop.url });
    await signalled;
    return shop.stop();
  }
  return serveWithWorkers(config, log, workers, up, signalled);
}

async function serveAsWorker(config: Config, log: Logger, signalled: Promise<void>): Promise<void> {
  let part = (): Promise<readonly object[]> => Promise.resolve([]);
  const metricsOfAll = workerMetrics(() => part());
  const { CARDRAIL_PROBE_PORT: _ofTheFirst, ...values } = config.values;
  const own: Config = { ...config, values: { ...values, CARDRAIL_PROBE_PORT: undefined }, roles: new Set(['api']) };
  const shop = await runShop(own, log, undefined, { name: `worker-${process.env[SLOT] ?? '0'}`, metricsOfAll });
  part = () => shop.metrics();
  process.send?.({ url: shop.url });
  const orphaned = new Promise<void>((resolve) => process.once('disconnect', () => resolve()));
  await Promise.race([signalled, orphaned]);
  await shop.stop();
  process.disconnect();
}

/** Workers answer the API, this process does everything else. A worker that dies is started again. */
async function serveWithWorkers(
  config: Config,
  log: Logger,
  workers: number,
  up: (serving: Serving) => void,
  signalled: Promise<void>,
): Promise<void> {
  // What this process was started with counts more.
  cluster.setupPrimary({ execArgv: [...SERVER_FLAGS, ...process.execArgv] });
  let stopping = false;
  let failures = 0;
  let url: string | null = null;
  const start = (slot: number): Promise<string | null> => {
    // The one that takes a dead one's place goes on under its name.
    const worker = cluster.fork({ [SLOT]: String(slot) });
    worker.once('exit', (code) => {
      if (stopping) return;
      const pauseMs = Math.min(RESTART_FIRST_MS * 2 ** failures++, RESTART_MAX_MS);
      log.error({ pid: worker.process.pid, code, pauseMs }, 'an API worker ended; it is started again');
      setTimeout(() => stopping || void start(slot).catch((error: unknown) => log.error({ err: error }, 'an API worker did not start')), pauseMs);
    });
    return started(worker).then((at) => {
      failures = 0;
      return at;
    });
  };
  let part = (): Promise<readonly object[]> => Promise.resolve([]);
  const metricsOfAll = gatherFromWorkers(() => part());
  const urls = await Promise.all(Array.from({ length: workers }, (_, i) => start(i + 1)));
  url = urls[0] ?? null;
  const others = new Set(config.roles);
  others.delete('api');
  let shop: RunningShop | undefined;
  if (others.size > 0) {
    const running = await runShop({ ...config, roles: others }, log, () => url ?? '', { name: 'main', metricsOfAll });
    part = () => running.metrics();
    shop = running;
  }
  up({ pid: process.pid, workerPids: pidsOf(), url });
  await signalled;
  stopping = true;
  const gone = Object.values(cluster.workers ?? {}).flatMap((worker) => (worker === undefined ? [] : [ended(worker)]));
  await Promise.all(gone);
  await shop?.stop();
}

const pidsOf = (): readonly number[] => Object.values(cluster.workers ?? {}).flatMap((worker) => worker?.process.pid ?? []);

function started(worker: Worker): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('an API worker did not start in time')), WORKER_START_TIMEOUT_MS);
    worker.on('message', (message: { readonly url?: string | null }) => {
      if (message.url === undefined) return;
      clearTimeout(timer);
      resolve(message.url);
    });
    worker.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`an API worker ended with ${code} before it was up`));
    });
  });
}

function ended(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
    worker.process.kill('SIGTERM');
  });
}
