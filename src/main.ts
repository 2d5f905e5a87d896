import 'reflect-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import type { Logger } from 'pino';
import { AppModule } from './app.module';
import { createHttpAdapter } from './api/http/http-adapter';
import { positionWaiter } from './application/projections/position-waiter';
import { definitionOf } from './application/projections/seat';
import type { Config } from './config';
import { openParts, type Parts } from './parts';
import { projections } from './projections';
import { cardExpiry, orderEngine, outbox, projector } from './runners';

/** A process of the shop that is up. */
export interface RunningShop {
  /** Where the API listens; null when this process has no `api` role. */
  readonly url: string | null;
  /** Stops taking work, lets what runs finish for at most CARDRAIL_DRAIN_MS, closes everything. May be called twice. */
  stop(): Promise<void>;
}

const SETTINGS_TIMEOUT_MS = 30_000;

/** Starts one process with the roles it was given. */
export async function runShop(config: Config, log: Logger, publicUrl?: () => string): Promise<RunningShop> {
  for (const warning of config.warnings) log.warn(warning);
  const parts = await openParts(config, log);
  const stopping = new AbortController();
  let api: NestFastifyApplication | undefined;
  let url: string | null = null;
  const baseUrl = (): string =>
    config.values.CARDRAIL_PUBLIC_URL ?? publicUrl?.() ?? url ?? `http://${config.values.CARDRAIL_HOST}:${config.values.CARDRAIL_PORT}`;
  const running: Promise<unknown>[] = [parts.settings.start(stopping.signal)];
  await within(parts, parts.settings.ready(), 'the event store does not answer');
  await parts.readModels.prepare(projections.map(definitionOf));

  const projecting = config.roles.has('projector') ? projector(parts, stopping.signal) : undefined;
  if (projecting !== undefined) running.push(projecting.done);
  const engine = config.roles.has('engine') ? orderEngine(parts, baseUrl) : undefined;
  const beside = {
    waiter: positionWaiter(parts.readModels, parts.runtime, projecting),
    ...(projecting === undefined ? {} : { projector: projecting }),
    ...(engine === undefined ? {} : { engine }),
  };
  if (config.roles.has('api')) {
    const module = AppModule.of(parts, beside, () => stopping.signal.aborted);
    api = await NestFactory.create<NestFastifyApplication>(module, createHttpAdapter(parts.runtime), {
      logger: false,
      abortOnError: false,
      bodyParser: false,
    });
    await api.listen(config.values.CARDRAIL_PORT, config.values.CARDRAIL_HOST);
    url = await api.getUrl();
  }
  if (engine !== undefined) running.push(engine.run(stopping.signal, config.values.CARDRAIL_DRAIN_MS), cardExpiry(parts, stopping.signal));
  if (config.roles.has('outbox')) running.push(outbox(parts, baseUrl).run(stopping.signal));

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    stopping.abort();
    await api?.close();
    await Promise.allSettled(running);
    await parts.close();
  };
  return { url, stop: () => (stopped ??= stop()) };
}

async function within({ runtime }: Parts, done: Promise<void>, otherwise: string): Promise<void> {
  const inTime = new AbortController();
  const late = runtime
    .sleep(SETTINGS_TIMEOUT_MS, inTime.signal)
    .then(() => (inTime.signal.aborted ? undefined : Promise.reject(new Error(otherwise))));
  await Promise.race([done, late]);
  // Else the timer would keep a process alive that was told to stop soon after its start.
  inTime.abort();
}
