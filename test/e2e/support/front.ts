import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** pass: to whoever stands behind · slow: the same, half a second later · hang: nobody ever answers · turn-away: 429, nothing was done. */
export type Behaviour = 'pass' | 'slow' | 'hang' | 'turn-away';

const SLOW_MS = 500;

/** A real server that stands before a gateway, counts what comes and lets it through or not. */
export interface Front {
  readonly url: string;
  /** Requests that it held at once, at most, since its behaviour last changed. */
  readonly inFlightMost: number;
  leadTo(url: string): void;
  behave(behaviour: Behaviour): void;
  /** Since its behaviour last changed. */
  requests(method: string, path: string): number;
  /** Resolves when so many are held at this moment. */
  untilInFlight(count: number): Promise<void>;
  close(): Promise<void>;
}

const PATIENCE_MS = 30_000;

export async function startFront(): Promise<Front> {
  let [behaviour, behind, inFlight, most] = ['pass' as Behaviour, '', 0, 0];
  let came: string[] = [];

  const pass = (incoming: IncomingMessage, answer: ServerResponse): void => {
    const { method, headers, url = '/' } = incoming;
    const onward = request(new URL(url, behind), { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  };
  const server = createServer((incoming, answer) => {
    came.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
    most = Math.max(most, ++inFlight);
    answer.on('close', () => inFlight--);
    if (behaviour === 'pass') return pass(incoming, answer);
    if (behaviour === 'slow') return void setTimeout(() => pass(incoming, answer), SLOW_MS);
    incoming.resume();
    if (behaviour === 'turn-away') answer.writeHead(429, { 'content-type': 'application/json' }).end('{"code":"TOO_BUSY"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get inFlightMost() {
      return most;
    },
    leadTo: (url) => void (behind = url),
    behave(next) {
      behaviour = next;
      [came, most] = [[], inFlight];
    },
    requests: (method, path) => came.filter((line) => line === `${method} ${path}`).length,
    async untilInFlight(count) {
      for (const since = performance.now(); inFlight < count; await new Promise((resolve) => setTimeout(resolve, 10)))
        if (performance.now() - since > PATIENCE_MS) throw new Error(`never ${count} at once; now ${inFlight}, and ${most} at most`);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
