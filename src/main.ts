import { setMaxListeners } from 'node:events';
import type { FastifyInstance } from 'fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { AppModule } from './app.module';
import type { OrderEngine } from './application/order-engine';
import { ReadModelsUnavailable } from './application/ports/read-models';
import type { CallRoom } from './application/processes/order/call-room';
import { AccountWatch } from './application/processes/order/account-watch';
import { type PositionWaiter, positionWaiter } from './application/projections/position-waiter';
import { definitionOf } from './application/projections/seat';
import { SharedProjector } from './application/projections/shared-projector';
import type { Config } from './config';
import { dailyTasks } from './daily-tasks';
import { tellEngine, tellHealth, tellLines, tellOutbox, tellShedding, tellShop, tellTimeouts } from './figures';
import { watchEventLoop } from './infrastructure/observability/event-loop-watch';
import type { MetricsPart } from './infrastructure/observability/metrics';
import type { Mortality } from './infrastructure/runtime/mortality';
import { OtlpSpans } from './infrastructure/observability/otlp-spans';
import { listening } from './listening';
import { openParts, type Parts } from './parts';
import { listenForProbes, type Pages, readinessOf } from './probes';
import { projections } from './projections';
import type { Share } from './application/work-share';
import {
  accountHealth,
  callRoom,
  bulkRepairs,
  cardRotations,
  keyDestructions,
  erasures,
  canaryWatch,
  cardExpiry,
  idleProbes,
  incidents,
  keyUse,
  linesOf,
  linesUnseen,
  type Lines,
  orderEngine,
  outbox,
  overlookedOrders,
  preWarm,
  projector,
  refusalLog,
  supplyWatch,
} from './runners';
import { leading, sharing, type Group } from './together';

/** A process of the shop that is up. */
export interface RunningShop {
  /** Where the API listens; null when this process has no `api` role. */
  readonly url: string | null;
  /** The numbers of this process, for a page that tells of several. */
  metrics(): Promise<MetricsPart>;
  /** Drains and closes everything; see `docs/operations.md`. May be called twice. */
  stop(): Promise<void>;
}

/** How a process stands among the others of its shop. */
export interface Place {
  /** Its name at every series of its metrics. */
  readonly name: string;
  /** The page of all processes, where there are several behind one port. */
  readonly metricsOfAll?: () => Promise<string>;
}

const SETTINGS_TIMEOUT_MS = 30_000;
const LOOP_WATCH = { everyMs: 250, stallMs: 100 } as const;
const SPANS_EVERY_MS = 2_000;
/** Everything that runs until the end listens for it: more than this would be a leak. */
const RUNNING_MAX = 100;
const PREPARE_AGAIN_MS = 1_000;
/** Orders are taken also while nobody can tell who waits. */
const LINES_PATIENCE_MS = 5_000;

/** Starts one process with the roles it was given. */
export async function runShop(config: Config, log: Logger, publicUrl?: () => string, place: Place = { name: 'main' }): Promise<RunningShop> {
  for (const warning of config.warnings) log.warn(warning);
  const parts = await openParts(config, log, { processName: place.name });
  const { values, roles } = config;
  const { runtime, metrics } = parts;
  const draining = new AbortController();
  const working = new AbortController();
  const stopping = new AbortController();
  setMaxListeners(RUNNING_MAX, stopping.signal);
  let url: string | null = null;
  const baseUrl = (): string => values.CARDRAIL_PUBLIC_URL ?? publicUrl?.() ?? url ?? `http://${values.CARDRAIL_HOST}:${values.CARDRAIL_PORT}`;
  const pages: Pages = {
    readiness: () => readinessOf(parts, draining.signal.aborted),
    metrics: place.metricsOfAll ?? (() => metrics.text()),
  };
  metrics.beforeEachPage(async () => metrics.set('ready', (await pages.readiness()).ready ? 1 : 0));

  const running: Promise<unknown>[] = [];
  let api: NestFastifyApplication | undefined;
  let probes: Awaited<ReturnType<typeof probesOf>>;
  let engineDone: Promise<void> | undefined;

  const start = async (): Promise<void> => {
    running.push(parts.settings.start(stopping.signal), watching(parts, stopping.signal), parts.shedding.run(stopping.signal));
    if (!(await within(parts, parts.settings.ready(), SETTINGS_TIMEOUT_MS)))
      throw new Error(parts.settings.problem ?? 'the event store does not answer');
    running.push(...(await prepareReadModels(parts, stopping.signal)));

    tellHealth(parts);
    tellShedding(parts);
    const watch = new AccountWatch(config.health);
    const room = callRoom(parts);
    const { engine, beside, known } = workOf(parts, watch, room, baseUrl, stopping.signal, running);
    if (roles.has('api')) {
      api = await createApi(parts, beside, pages);
      // Whoever comes now must not enter before those who wait since the last run.
      await within(parts, known, LINES_PATIENCE_MS);
      const [listener, { CARDRAIL_HOST: host, CARDRAIL_PORT: port }] = [api, values];
      await listening('CARDRAIL_PORT', host, port, () => listener.listen(port, host));
      url = await api.getUrl();
    }
    probes = await probesOf(parts, pages);
    engineDone = engine?.run(working.signal, values.CARDRAIL_DRAIN_MS);
    if (engine !== undefined) {
      running.push(overlookedOrders(parts, engine, stopping.signal));
      running.push(cardExpiry(parts, stopping.signal), accountHealth(parts, watch, stopping.signal), canaryWatch(parts, stopping.signal));
      running.push(leading(parts, 'incidents', stopping.signal, (tenure) => incidents(parts, tenure.signal)));
      running.push(leading(parts, 'jobs', stopping.signal, (tenure) => jobsOf(parts, watch, room, beside.waiter, tenure.signal)));
      running.push(idleProbes(parts, watch, stopping.signal));
      running.push(leading(parts, 'daily', stopping.signal, (tenure) => dailyTasks(parts, beside.waiter, tenure.signal)));
      running.push(leading(parts, 'supply', stopping.signal, (tenure) => supplyWatch(parts, tenure.signal)));
    }
    if (api !== undefined) running.push(keyUse(parts, stopping.signal), refusalLog(parts, stopping.signal));
    if (roles.has('outbox')) running.push(sendMessages(parts, baseUrl, stopping.signal));
  };

  /** The order matters: whoever sends us work hears of it first, and the stores are there until nobody needs them. Also of a start that failed. */
  const stop = async (): Promise<void> => {
    draining.abort();
    if (url !== null || probes !== undefined) await runtime.sleep(config.drainNoticeMs);
    working.abort();
    await Promise.allSettled([api === undefined ? undefined : closeApi(api, parts), engineDone]);
    stopping.abort();
    await Promise.allSettled(running);
    await probes?.close();
    await parts.close();
  };
  try {
    await start();
  } catch (error) {
    await stop().catch((err: unknown) => log.warn({ err }, 'a start that failed cannot be taken back in order'));
    throw error;
  }
  let stopped: Promise<void> | undefined;
  return { url, metrics: () => metrics.part(), stop: () => (stopped ??= stop()) };
}

/** The work that people ordered, and what the shop orders of itself, by whoever leads it. */
async function jobsOf(parts: Parts, watch: AccountWatch, room: CallRoom, waiter: PositionWaiter, signal: AbortSignal): Promise<void> {
  const ordered = [bulkRepairs(parts, signal), cardRotations(parts, waiter, signal), keyDestructions(parts, signal), erasures(parts, waiter, signal)];
  await Promise.all([...ordered, preWarm(parts, watch, room, signal)]);
}

/**
 * Read models are disposable: a shop starts without them, takes orders and delivers, and has its lists when they are back.
 * What goes on trying is to be waited for at the end.
 */
async function prepareReadModels({ readModels, runtime, log }: Parts, signal: AbortSignal): Promise<readonly Promise<void>[]> {
  const definitions = projections.map(definitionOf);
  const prepared = async (): Promise<boolean> => {
    try {
      await readModels.prepare(definitions);
      return true;
    } catch (error) {
      if (!(error instanceof ReadModelsUnavailable)) throw error;
      return false;
    }
  };
  if (await prepared()) return [];
  log.warn('the read models are away: the shop starts without its lists, and tries on');
  const goOn = async (): Promise<void> => {
    do await runtime.sleep(PREPARE_AGAIN_MS, signal);
    while (!signal.aborted && !(await prepared()));
  };
  return [goOn().catch((error: unknown) => log.error({ err: error }, 'the read models cannot be prepared'))];
}

type Beside = Parameters<typeof AppModule.of>[1];

/** What works here behind the API, by the roles of this process. What is to be waited for at its end joins `running`. */
function workOf(
  parts: Parts,
  watch: AccountWatch,
  room: CallRoom,
  baseUrl: () => string,
  signal: AbortSignal,
  running: Promise<unknown>[],
): { readonly engine: OrderEngine | undefined; readonly beside: Beside; readonly known: Promise<void> } {
  const { roles } = parts.config;
  const shareOf = (group: Group): Share => {
    const { share, done } = sharing(parts, group, signal);
    running.push(done);
    return share;
  };
  const projecting = roles.has('projector') ? sharedProjector(parts, shareOf('projector')) : undefined;
  if (projecting !== undefined) {
    tellShop(parts, projecting);
    running.push(projecting.run(signal));
  }
  const engine = roles.has('engine') ? orderEngine(parts, watch, baseUrl, shareOf('engine'), room) : undefined;
  if (engine !== undefined) {
    tellEngine(parts, engine);
    tellTimeouts(parts, watch);
  }
  const { lines, gate, known } = roles.has('api') ? waitingOf(parts, signal, running) : linesUnseen(parts);
  const beside = {
    watch,
    lines,
    gate,
    waiter: positionWaiter(parts.readModels, parts.runtime, projecting),
    ...(projecting === undefined ? {} : { projector: projecting }),
    ...(engine === undefined ? {} : { engine }),
  };
  return { engine, beside, known };
}

/** Who waits, for a process that takes orders; its part of what may enter follows from how many of its kind live. */
function waitingOf(parts: Parts, signal: AbortSignal, running: Promise<unknown>[]): Lines {
  const { share, done } = sharing(parts, 'api', signal);
  const lines = linesOf(parts, () => share.living, signal);
  tellLines(parts, lines.lines);
  running.push(done, lines.done);
  return lines;
}

async function probesOf({ config, metrics }: Parts, pages: Pages): Promise<Awaited<ReturnType<typeof listenForProbes>> | undefined> {
  const { CARDRAIL_PROBE_PORT: port, CARDRAIL_HOST: host } = config.values;
  return port === undefined ? undefined : listenForProbes(pages, metrics.contentType, port, host);
}

/** Nest, GraphQL and Fastify are half of what there is to load: processes without the API start without them. */
async function createApi(parts: Parts, beside: Beside, pages: Pages): Promise<NestFastifyApplication> {
  const [{ NestFactory }, { AppModule }, { createHttpAdapter }] = await Promise.all([
    import('@nestjs/core'),
    import('./app.module'),
    import('./api/http/http-adapter'),
  ]);
  const adapter = createHttpAdapter(parts.runtime, parts.config.values.CARDRAIL_TRUST_PROXY);
  dieAtAnswers(adapter.getInstance(), parts.mortality);
  return NestFactory.create<NestFastifyApplication>(AppModule.of(parts, beside, pages), adapter, {
    logger: false,
    abortOnError: false,
    bodyParser: false,
  });
}

/** In a test that wants it: before an answer leaves, or right after it has. */
function dieAtAnswers(server: FastifyInstance, mortality: Mortality): void {
  if (!mortality.isOn) return;
  const pass = (url: string, side: 'before' | 'after'): void => {
    if (url.startsWith('/callbacks/')) mortality.pass('callback', side);
    if (url.startsWith('/graphql')) mortality.pass('answer', side);
  };
  server.addHook('onSend', async ({ url }) => pass(url, 'before'));
  server.addHook('onResponse', async ({ url }) => pass(url, 'after'));
}

/** Takes no new connection, lets what is under way end, and cuts off what has not ended in its time. */
async function closeApi(api: NestFastifyApplication, { runtime, config, log }: Parts): Promise<void> {
  const inTime = new AbortController();
  const cut = async (): Promise<void> => {
    await runtime.sleep(config.values.CARDRAIL_DRAIN_MS, inTime.signal);
    if (inTime.signal.aborted) return;
    log.warn('requests that did not end in time are cut off');
    api.getHttpServer().closeAllConnections();
  };
  const cutting = cut();
  await api.close();
  inTime.abort();
  await cutting;
}

/** This process's share of keeping the read models. */
const sharedProjector = (parts: Parts, share: Share): SharedProjector =>
  new SharedProjector({ projections, share, keep: (kept, signal) => projector(parts, signal, kept) });

/** One outbox of all processes sends; the others wait for it to fall silent. */
async function sendMessages(parts: Parts, baseUrl: () => string, signal: AbortSignal): Promise<void> {
  const sending = outbox(parts, baseUrl);
  tellOutbox(parts, sending);
  await leading(parts, 'outbox', signal, (tenure) => sending.run(tenure.signal, tenure));
}

async function watching({ runtime, metrics, log, spans }: Parts, signal: AbortSignal): Promise<void> {
  const onStall = (lateMs: number): void => {
    metrics.observe('event_loop_stall_seconds', lateMs / 1_000);
    log.debug({ lateMs }, 'the event loop was kept busy');
  };
  await Promise.all([
    watchEventLoop(runtime, { ...LOOP_WATCH, signal, onStall }),
    spans instanceof OtlpSpans ? spans.run(SPANS_EVERY_MS, signal) : undefined,
  ]);
}

/** Waits for it, but not for longer; whether it was done in time. */
async function within({ runtime }: Parts, done: Promise<void>, ms: number): Promise<boolean> {
  const over = new AbortController();
  const late = runtime.sleep(ms, over.signal).then(() => false);
  try {
    return await Promise.race([done.then(() => true), late]);
  } finally {
    // Else the timer would keep a process alive that was told to stop soon after its start.
    over.abort();
  }
}
