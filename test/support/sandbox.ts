import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IncomingNotice, PaymentRequest } from '../../src/application/ports/gateway';
import type { HttpV1Settings } from '../../src/infrastructure/gateways/http-v1';
import type { FaultsInput } from '../../src/sandbox/faults';
import type { Ledger } from '../../src/sandbox/ledger';
import { startSandbox } from '../../src/sandbox/start-sandbox';
import type { SandboxOptions } from '../../src/sandbox/start-sandbox';

export const TEST_WEBHOOK_SECRET = `whsec_${Buffer.from('a webhook key of thirty-two byte').toString('base64')}`;
const TEST_API_KEY = 'an-api-key-that-is-only-used-in-tests-0123456789';

export type FaultRule = FaultsInput['rules'][number];

/** A sandbox in this process, on a free port, with short delays: 10 ms stand for a second. */
export interface TestSandbox {
  readonly url: string;
  readonly settings: HttpV1Settings & { readonly id: string };
  /** Replaces the rules in force. */
  faults(rules: readonly FaultRule[], seed?: string | number): Promise<void>;
  ledger(): Promise<Ledger>;
  /** Plays the buyer; the status of the answer. */
  pay(reference: string, body?: { payer?: string; amountMinor?: number }): Promise<number>;
  close(): Promise<void>;
}

export async function startTestSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const given = { port: 0, apiKey: TEST_API_KEY, merchantId: 'm1', webhookSecret: TEST_WEBHOOK_SECRET, delayScale: 0.01, ...options };
  const sandbox = await startSandbox(given);
  const control = (method: string, path: string, body?: object): Promise<Response> =>
    fetch(sandbox.url + path, { method, ...(body && { body: JSON.stringify(body) }) });
  return {
    url: sandbox.url,
    settings: {
      id: 'main',
      adapter: 'http-v1',
      baseUrl: sandbox.url,
      merchantId: given.merchantId,
      apiKey: given.apiKey,
      webhookSecrets: [given.webhookSecret],
      flags: { replay: true, lookup: true, cancel: true },
      notFoundFinalAfterSeconds: 60,
      kinds: ['redirect', 'charge'],
    },
    async faults(rules, seed = 1) {
      const answer = await control('PUT', '/faults', { seed, rules });
      if (!answer.ok) throw new Error(`the sandbox refused the rules: ${await answer.text()}`);
    },
    ledger: async () => (await control('GET', '/ledger')).json() as Promise<Ledger>,
    pay: async (reference, body = {}) => (await control('POST', `/payments/${reference}/pay`, body)).status,
    close: () => sandbox.close(),
  };
}

/** A real listener for notices that keeps what came, byte for byte. `answer` is the status it gives to the n-th one (from 1). */
export interface NoticeListener {
  readonly url: string;
  readonly received: readonly IncomingNotice[];
  /** Resolves when so many have come. */
  count(wanted: number): Promise<readonly IncomingNotice[]>;
  close(): Promise<void>;
}

export async function listenForNotices(answer: (nth: number) => number = () => 200): Promise<NoticeListener> {
  const received: IncomingNotice[] = [];
  const waiting: { wanted: number; resolve: (notices: readonly IncomingNotice[]) => void }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [, query = ''] = (request.url ?? '').split('?');
      const carried = request.method === 'GET' ? { body: Buffer.from(query), inQuery: true as const } : { body: Buffer.concat(chunks) };
      received.push({ headers: request.headers, receivedAtMs: Date.now(), ...carried });
      response.writeHead(answer(received.length)).end('success');
      for (const { wanted, resolve } of waiting) if (received.length >= wanted) resolve(received);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks/gateways/main`,
    received,
    count: (wanted) => (received.length >= wanted ? Promise.resolve(received) : new Promise((resolve) => waiting.push({ wanted, resolve }))),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Asks again until it is so; gives up by the test's own time-out. */
export async function until<T>(ask: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isSo(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

let counter = 0;
/** A fresh reference of the form that orders use. */
export const freshReference = (): string => `test-${process.pid}-${++counter}.1`;

export const paymentRequest = (changes: Partial<PaymentRequest> = {}): PaymentRequest => ({
  reference: freshReference(),
  merchantId: 'm1',
  amountMinor: 4_800,
  currency: 'CNY',
  kind: 'charge',
  notifyUrl: 'http://127.0.0.1:9/nobody-listens',
  expiresAt: '2030-01-01T00:00:00.000Z',
  ...changes,
});
