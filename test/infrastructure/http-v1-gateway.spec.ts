import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { CallAnswer, CallOptions, PaymentFacts } from '../../src/application/ports/gateway';
import { ConfiguredGateways, buildGateway } from '../../src/infrastructure/gateways/registry';
import type { OpenGateway } from '../../src/infrastructure/gateways/registry';
import type { HttpV1Settings } from '../../src/infrastructure/gateways/http-v1';
import { TEST_WEBHOOK_SECRET, paymentRequest } from '../support/sandbox';

const API_KEY = 'key-that-must-never-be-seen-anywhere';
const calling: CallOptions = { timeoutMs: 5_000 };
const short: CallOptions = { timeoutMs: 250 };
const payment = paymentRequest({ reference: 'ref.1' });
const facts = { reference: 'ref.1', merchantId: 'm1', status: 'PAID', amountMinor: 4800, capturedMinor: 4800, refundedMinor: 0, currency: 'CNY' };
const factsText = JSON.stringify(facts);

const settingsFor = (baseUrl: string, changes: Partial<HttpV1Settings> = {}): HttpV1Settings & { readonly id: string } => ({
  id: 'main',
  adapter: 'http-v1',
  baseUrl,
  merchantId: 'm1',
  apiKey: API_KEY,
  webhookSecrets: [TEST_WEBHOOK_SECRET],
  flags: { replay: true, lookup: true, cancel: true },
  notFoundFinalAfterSeconds: 60,
  kinds: ['redirect', 'charge'],
  ...changes,
});

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function gatewayAt(baseUrl: string, changes: Partial<HttpV1Settings> = {}): OpenGateway {
  const gateway = buildGateway(settingsFor(baseUrl, changes), Date.now);
  open.push(() => gateway.release());
  return gateway;
}

async function listening(server: Server, connections: () => Iterable<Socket>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of connections()) socket.destroy();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A gateway whose real HTTP answers the test writes. */
async function gatewayAnswering(answer: (response: ServerResponse, request: IncomingMessage) => void): Promise<OpenGateway> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => answer(response, request));
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  return gatewayAt(await listening(server, () => sockets));
}

/** A gateway behind a bare socket, for answers that are no HTTP. */
async function gatewayOnSocket(heard: (socket: Socket, bytes: Buffer) => void): Promise<OpenGateway> {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => heard(socket, bytes));
  });
  return gatewayAt(await listening(server, () => sockets));
}

const plain = (status: number, body: string, headers: Record<string, string> = {}) =>
  gatewayAnswering((response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body));

type Judge = (gateway: OpenGateway) => Promise<CallAnswer<PaymentFacts>>;
const post: Judge = (gateway) => gateway.request(payment, calling);
const get: Judge = (gateway) => gateway.query('ref.1', calling);

describe('what an answer of a gateway means', () => {
  it.each([200, 201, 202])('%i with a known status word is definite', async (status) => {
    expect(await post(await plain(status, factsText))).toEqual({ outcome: 'answered', facts });
  });

  it.each([400, 401, 403, 409, 422])('%i is a definite refusal with the code of the error body', async (status) => {
    const gateway = await plain(status, '{"status":"ERROR","code":"NO_LUCK","message":"x"}');
    expect(await post(gateway)).toEqual({ outcome: 'refused', code: 'NO_LUCK' });
    expect(await get(gateway)).toEqual({ outcome: 'refused', code: 'NO_LUCK' });
  });

  it('a refusal without a readable body is named by its status', async () => {
    expect(await post(await plain(422, '<html>'))).toEqual({ outcome: 'refused', code: 'HTTP_422' });
  });

  it('404 UNKNOWN is notFound on GET only', async () => {
    const gateway = await plain(404, '{"status":"UNKNOWN"}');
    expect(await get(gateway)).toEqual({ outcome: 'notFound' });
    expect(await gateway.queryRefund({ reference: 'ref.1', refundReference: 'ref.r1' }, calling)).toEqual({ outcome: 'notFound' });
    expect((await post(gateway)).outcome).toBe('unknown');
    expect((await gateway.close('ref.1', calling)).outcome).toBe('unknown');
    expect((await gateway.refund({ reference: 'ref.1', refundReference: 'ref.r1', amountMinor: 1 }, calling)).outcome).toBe('unknown');
  });

  it.each(['<h1>Not Found</h1>', '{"status":"ERROR"}', '{"status":"UNKNOWN","status":"UNKNOWN"}', ''])(
    '404 on GET with %p may come from anywhere: unknown',
    async (body) => {
      expect((await get(await plain(404, body))).outcome).toBe('unknown');
    },
  );

  it.each([402, 404, 405, 406, 408, 410, 413, 415, 418, 425, 451])('%i on POST is unknown', async (status) => {
    expect((await post(await plain(status, '{"status":"UNKNOWN"}'))).outcome).toBe('unknown');
  });

  it.each([500, 501, 502, 503, 504, 507])('%i is unknown, on POST and on GET', async (status) => {
    const gateway = await plain(status, factsText);
    expect((await post(gateway)).outcome).toBe('unknown');
    expect((await get(gateway)).outcome).toBe('unknown');
  });

  it.each([300, 301, 302, 303, 304, 307, 308])('%i is unknown and never followed', async (status) => {
    let asked = 0;
    const gateway = await gatewayAnswering((response) => {
      asked++;
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    expect((await get(gateway)).outcome).toBe('unknown');
    expect((await post(gateway)).outcome).toBe('unknown');
    expect(asked).toBe(2);
  });

  it('429 is not done, and says when to come back', async () => {
    expect(await post(await plain(429, '', { 'retry-after': '7' }))).toEqual({ outcome: 'notDone', code: 'HTTP_429', retryAfterMs: 7_000 });
    expect(await post(await plain(429, ''))).toEqual({ outcome: 'notDone', code: 'HTTP_429' });
    expect(await post(await plain(429, '', { 'retry-after': 'soon' }))).toEqual({ outcome: 'notDone', code: 'HTTP_429' });
    const dates = { date: 'Sat, 21 Nov 2026 07:00:00 GMT', 'retry-after': 'Sat, 21 Nov 2026 07:00:30 GMT' };
    expect(await post(await plain(429, '', dates))).toMatchObject({ retryAfterMs: 30_000 });
    expect(await post(await plain(429, '', { 'retry-after': '999999999' }))).toMatchObject({ retryAfterMs: 3_600_000 });
  });
});

describe('an answer that cannot be believed is unknown', () => {
  const mangled = (from: string, to: string): string => factsText.replace(from, to);
  it.each([
    ['nothing', ''],
    ['no JSON', 'PAID'],
    ['cut JSON', factsText.slice(0, -1)],
    ['an array', `[${factsText}]`],
    ['a number', '1'],
    ['null', 'null'],
    ['a byte order mark', `\ufeff${factsText}`],
    ['an unknown status word', mangled('PAID', 'SETTLED')],
    ['a status word in other letters', mangled('PAID', 'paid')],
    ['the status UNKNOWN', '{"status":"UNKNOWN"}'],
    ['another reference', mangled('ref.1', 'ref.2')],
    ['two status words', mangled('"status":"PAID"', '"status":"OPEN","status":"PAID"')],
    ['two amounts, one key escaped', mangled('"capturedMinor":4800', '"capturedMinor":1,"captured\\u004dinor":4800')],
    ['an amount as text', mangled('"capturedMinor":4800', '"capturedMinor":"4800"')],
    ['an amount with an exponent', mangled('"capturedMinor":4800', '"capturedMinor":48e2')],
    ['an amount with a leading zero', mangled('"capturedMinor":4800', '"capturedMinor":04800')],
    ['an amount with a fraction', mangled('"capturedMinor":4800', '"capturedMinor":4800.5')],
    ['an amount with a fraction of nothing', mangled('"capturedMinor":4800', '"capturedMinor":4800.0')],
    ['a negative amount', mangled('"capturedMinor":4800', '"capturedMinor":-1')],
    ['a negative zero', mangled('"refundedMinor":0', '"refundedMinor":-0')],
    ['an unsafe integer', mangled('"capturedMinor":4800', '"capturedMinor":9007199254740993')],
    ['an amount missing', mangled('"capturedMinor":4800,', '')],
    ['a currency in small letters', mangled('CNY', 'cny')],
    ['a pay page that is a script', mangled('{', '{"payUrl":"javascript:alert(1)",')],
    ['a pay page that is an object', mangled('{', '{"payUrl":{"$ne":1},')],
  ])('%s', async (_name, body) => {
    expect((await post(await plain(200, body))).outcome).toBe('unknown');
  });

  it('bytes that are no UTF-8', async () => {
    const gateway = await gatewayAnswering((response) =>
      response.end(Buffer.concat([Buffer.from(factsText.slice(0, -1)), Buffer.from(',"reason":"\xff"}', 'latin1')])),
    );
    expect((await post(gateway)).outcome).toBe('unknown');
  });

  it('members that nobody asked for are no harm', async () => {
    expect(await post(await plain(200, factsText.replace('{', '{"fee":0.6,"__proto__":{"status":"OPEN"},"new":[{}],')))).toEqual({
      outcome: 'answered',
      facts,
    });
  });

  it.each(['announced', 'streamed without end'])('more than 1 MB, %s', async (how) => {
    const gateway = await gatewayAnswering((response) => {
      if (how === 'announced') return void response.writeHead(200, { 'content-length': 2_000_000 }).write(factsText);
      const more = (): void => void (response.destroyed || response.write(' '.repeat(65_536), () => setImmediate(more)));
      response.writeHead(200);
      more();
    });
    expect(await post(gateway)).toEqual({ outcome: 'unknown', cause: 'OVERSIZED' });
  });

  it('a refund under another refund reference', async () => {
    const gateway = await plain(200, '{"refundReference":"ref.r2","status":"REFUNDED"}');
    expect((await gateway.refund({ reference: 'ref.1', refundReference: 'ref.r1', amountMinor: 1 }, calling)).outcome).toBe('unknown');
    expect(await gateway.refund({ reference: 'ref.1', refundReference: 'ref.r2', amountMinor: 1 }, calling)).toMatchObject({
      outcome: 'answered',
      facts: { status: 'REFUNDED' },
    });
  });
});

describe('whether a request may have arrived', () => {
  it('a refused connection is not done', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await post(gatewayAt(`http://127.0.0.1:${port}`))).toEqual({ outcome: 'notDone', code: 'ECONNREFUSED' });
  });

  it('a name that does not resolve is not done', async () => {
    expect((await post(gatewayAt('http://no-such-gateway.invalid'))).outcome).toBe('notDone');
  });

  it('a reset after the request was sent is unknown', async () => {
    expect((await post(await gatewayOnSocket((socket) => socket.resetAndDestroy()))).outcome).toBe('unknown');
  });

  it('a connection closed without an answer is unknown', async () => {
    expect((await post(await gatewayOnSocket((socket) => socket.end()))).outcome).toBe('unknown');
  });

  it('a reset in the middle of the answer is unknown', async () => {
    const gateway = await gatewayOnSocket((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n${factsText}`, () => socket.resetAndDestroy()),
    );
    expect((await post(gateway)).outcome).toBe('unknown');
  });

  it.each([
    'no HTTP at all\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
  ])('an answer that is broken HTTP is unknown: %p', async (answer) => {
    expect((await post(await gatewayOnSocket((socket) => socket.end(answer)))).outcome).toBe('unknown');
  });

  it('an early 103 is no answer, the one after it is', async () => {
    const gateway = await gatewayOnSocket((socket) =>
      socket.end(`HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: ${factsText.length}\r\n\r\n${factsText}`),
    );
    expect(await post(gateway)).toEqual({ outcome: 'answered', facts });
  });

  it('a request on a kept connection that the gateway has just closed is unknown, the next one works', async () => {
    let requests = 0;
    const answer = `HTTP/1.1 200 OK\r\ncontent-length: ${factsText.length}\r\n\r\n${factsText}`;
    const gateway = await gatewayOnSocket((socket) => void (++requests === 2 ? socket.resetAndDestroy() : socket.write(answer)));
    expect((await post(gateway)).outcome).toBe('answered');
    expect((await post(gateway)).outcome).toBe('unknown');
    expect((await post(gateway)).outcome).toBe('answered');
    expect(requests).toBe(3);
  });

  it.each([
    ['no answer', (): void => undefined],
    ['headers only', (response: ServerResponse) => response.writeHead(200, { 'content-length': 500 }).flushHeaders()],
    ['half a body', (response: ServerResponse) => response.writeHead(200, { 'content-length': 500 }).write(factsText)],
    ['a body byte by byte', (response: ServerResponse) => drip(response)],
    ['a refusal of which the body never ends', (response: ServerResponse) => response.writeHead(422, { 'content-length': 500 }).write('{')],
  ])('the time-out covers %s', async (_name, answer) => {
    const gateway = await gatewayAnswering(answer);
    expect(await gateway.request(payment, short)).toEqual({ outcome: 'unknown', cause: 'TIMEOUT' });
  });

  it('our own signal ends a call under way as unknown', async () => {
    const stop = new AbortController();
    const gateway = await gatewayAnswering(() => stop.abort());
    expect(await gateway.request(payment, { ...calling, signal: stop.signal })).toEqual({ outcome: 'unknown', cause: 'ABORTED' });
  });

  it('maySend is asked once, after the connection stands and before a byte is sent', async () => {
    let bytes = 0;
    const sockets = new Set<Socket>();
    const server = createSocketServer((socket) => {
      sockets.add(socket);
      socket.on('data', (chunk: Buffer) => (bytes += chunk.length));
      socket.on('error', () => undefined);
    });
    const left = new Promise<void>((resolve) => server.on('connection', (socket: Socket) => socket.once('close', () => resolve())));
    const gateway = gatewayAt(await listening(server, () => sockets));
    let asked = 0;
    const answer = await gateway.request(payment, { ...calling, maySend: () => ++asked > 1 });
    expect(answer).toEqual({ outcome: 'notDone', code: 'TOO_LATE' });
    await left;
    expect({ asked, bytes }).toEqual({ asked: 1, bytes: 0 });
  });

  it('a call that waited too long for a connection is never sent', async () => {
    const held: ServerResponse[] = [];
    const heard: string[] = [];
    const gateway = await gatewayAnswering((response, { method }) => {
      heard.push(String(method));
      if (heard.length > 256) response.end(factsText);
      else held.push(response);
    });
    const holding = Array.from({ length: 256 }, () => get(gateway));
    while (held.length < 256) await new Promise(setImmediate);
    expect(await gateway.request(payment, short)).toEqual({ outcome: 'notDone', code: 'TIMEOUT' });
    for (const response of held) response.end(factsText);
    for (const answer of await Promise.all(holding)) expect(answer.outcome).toBe('answered');
    // The next call goes out behind the one that was given up, so that one would have been heard by now.
    expect((await get(gateway)).outcome).toBe('answered');
    expect(heard).not.toContain('POST');
  });

  it('more calls than may wait are refused at once', async () => {
    let heard = 0;
    const gateway = await gatewayAnswering(() => void heard++);
    const calls = Array.from({ length: 2_049 }, () => gateway.query('ref.1', calling));
    expect(await calls.at(-1)).toEqual({ outcome: 'notDone', code: 'BUSY' });
    while (heard === 0) await new Promise(setImmediate);
    await gateway.release();
    const ends = await Promise.all(calls);
    expect(new Set(ends.map(({ outcome }) => outcome))).toEqual(new Set(['notDone', 'unknown']));
  });
});

describe('an http-v1 gateway', () => {
  it('sends the request as the protocol says, under the path of its base URL', async () => {
    const heard: string[] = [];
    const sockets = new Set<Socket>();
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        heard.push(
          `${request.method} ${request.url} ${request.headers.authorization} ${request.headers['content-type']} ${Buffer.concat(chunks).toString()}`,
        );
        response.end(factsText);
      });
    });
    server.on('connection', (socket: Socket) => sockets.add(socket));
    const gateway = gatewayAt(`${await listening(server, () => sockets)}/v1/`);
    const { instrument: _none, ...bare } = payment;
    await gateway.request({ ...bare, returnUrl: 'https://shop.test/back', instrument: 'card-1' }, calling);
    await gateway.query('ref.1', calling);
    const body = { ...bare, instrument: 'card-1', returnUrl: 'https://shop.test/back' };
    expect(JSON.parse(String(heard[0]?.slice(String(heard[0]).indexOf('{'))))).toEqual(body);
    expect(heard[0]).toMatch(new RegExp(`^POST /v1/payments Bearer ${API_KEY} application/json `));
    expect(heard[1]).toBe(`GET /v1/payments/ref.1 Bearer ${API_KEY} undefined `);
  });

  it.each(['', '.', '..', 'a/b', 'a?b', 'a b', 'ä', 'x'.repeat(65)])('does not send the reference %p', async (reference) => {
    const gateway = await gatewayAnswering(() => {
      throw new Error('it was sent');
    });
    expect(await gateway.query(reference, calling)).toEqual({ outcome: 'refused', code: 'INVALID_REFERENCE' });
  });

  it('refuses a kind that the account does not take', async () => {
    const gateway = gatewayAt('http://127.0.0.1:9', { kinds: ['redirect'] });
    expect(await post(gateway)).toEqual({ outcome: 'refused', code: 'KIND_NOT_SUPPORTED' });
  });

  it('never shows the key: an answer that repeats it is reduced to its code', async () => {
    const gateway = await gatewayAnswering((response, request) =>
      response.writeHead(401).end(JSON.stringify({ status: 'ERROR', code: request.headers.authorization })),
    );
    expect(JSON.stringify(await post(gateway))).not.toContain(API_KEY);
  });

  it('settings that cannot be used throw without the secret', () => {
    expect(() => buildGateway(settingsFor('http://127.0.0.1:9', { webhookSecrets: ['whsec_short'] }), Date.now)).toThrow(/^(?!.*short)/);
    expect(() => buildGateway(settingsFor('not a url'), Date.now)).toThrow();
  });

  it('the registry finds what is configured, keeps what did not change and replaces what did', async () => {
    const gateways = new ConfiguredGateways(Date.now);
    open.push(() => gateways.release());
    expect(gateways.find('main')).toBeUndefined();
    gateways.set(settingsFor('http://127.0.0.1:9'));
    const first = gateways.find('main');
    gateways.set(settingsFor('http://127.0.0.1:9'));
    expect(gateways.find('main')).toBe(first);
    expect(() => gateways.set(settingsFor('http://127.0.0.1:9', { webhookSecrets: ['nonsense'] }))).toThrow();
    expect(gateways.find('main')).toBe(first);
    gateways.set(settingsFor('http://127.0.0.1:9', { merchantId: 'm2' }));
    expect(gateways.find('main')?.merchantId).toBe('m2');
  });
});

/** One byte at a time, so that no pause is long enough to be noticed. */
function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 1_000_000 });
  const next = (): void => void (response.destroyed || response.write(' ', () => setImmediate(next)));
  next();
}
