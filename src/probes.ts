import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Readiness } from './api/api-options';
import { listening } from './listening';
import type { Parts } from './parts';

/** What a process says of itself to whoever watches it. */
export interface Pages {
  readiness(): Promise<Readiness>;
  /** Prometheus text: this process, or all processes of the shop where this one can ask them. */
  metrics(): Promise<string>;
}

/** Ready while the store answers, its time can be trusted and nobody has told this process to stop. */
export async function readinessOf({ store, commands }: Parts, draining: boolean): Promise<Readiness> {
  const reasons: string[] = draining ? ['draining'] : [];
  if (!commands.clock.trusted()) reasons.push('store time and the wall clock disagree');
  try {
    await store.head();
  } catch {
    reasons.push('the event store does not answer');
  }
  return { ready: reasons.length === 0, reasons };
}

/** A watcher asks every few seconds; whoever keeps a socket longer is not one. */
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * A listener for probes and metrics and nothing else: for processes without the API, and for shops that keep metrics off the public
 * port. It answers until the very end of a stop.
 */
export async function listenForProbes(pages: Pages, contentType: string, port: number, host: string): Promise<{ close(): Promise<void> }> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    answer(pages, contentType, request, response).catch(() => response.destroy());
  });
  const listen = (): Promise<void> => new Promise((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  await listening('CARDRAIL_PROBE_PORT', host, port, listen);
  return { close: () => closed(server) };
}

async function answer(pages: Pages, contentType: string, { method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
  const say = (status: number, type: string, body: string): void =>
    void response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
  const route = method === 'GET' ? url?.split('?')[0] : undefined;
  if (route === '/livez') return say(200, 'application/json', JSON.stringify({ live: true }));
  if (route === '/metrics') return say(200, contentType, await pages.metrics());
  if (route !== '/readyz') return say(404, 'text/plain', 'there is nothing here');
  const readiness = await pages.readiness();
  say(readiness.ready ? 200 : 503, 'application/json', JSON.stringify(readiness));
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
