import { execFileSync } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { CallOptions } from '../../../src/application/ports/gateway';
import { StripeGateway } from '../../../src/infrastructure/gateways/stripe/stripe-gateway';
import { minorOf, stripeAmount } from '../../../src/infrastructure/gateways/stripe/units';
import { paymentRequest } from '../../support/sandbox';
import { STRIPE_KEY, stripeSettings } from '../../support/stripe';

const calling: CallOptions = { timeoutMs: 2_000 };
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A server whose real HTTP answers the test writes. */
async function answering(answer: (response: ServerResponse, request: IncomingMessage) => void) {
  const heard: { readonly line: string; readonly headers: IncomingMessage['headers']; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      heard.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: Buffer.concat(chunks).toString() });
      answer(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const gateway = new StripeGateway(stripeSettings(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), () => 1_800_000_000_000);
  open.push(
    () => gateway.release(),
    () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections())),
  );
  return { gateway, heard };
}
const saying = (status: number, body: object | string, headers: Record<string, string> = {}) =>
  answering((response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body)),
  );
const error = (code: string, type = 'invalid_request_error') => ({ error: { type, code, message: `sentence with ${STRIPE_KEY}` } });
const payment = () => paymentRequest({ kind: 'redirect', merchantId: 'shop-1' });

describe('what an answer of Stripe means', () => {
  it.each<readonly [string, number, object | string, object]>([
    ['a wrong key', 401, error(''), { outcome: 'refused', code: 'HTTP_401' }],
    ['a parameter that is wrong', 400, error('parameter_invalid_integer'), { outcome: 'refused', code: 'PARAMETER_INVALID_INTEGER' }],
    ['a key used with other words', 400, error('', 'idempotency_error'), { outcome: 'refused', code: 'IDEMPOTENCY_KEY_REUSED' }],
    ['the same key in flight', 409, error('idempotency_key_in_use', 'idempotency_error'), { outcome: 'unknown', cause: 'HTTP_409' }],
    ['too many requests', 429, error('rate_limit'), { outcome: 'notDone', code: 'HTTP_429', retryAfterMs: 2_000 }],
    ['something broken', 500, error('', 'api_error'), { outcome: 'unknown', cause: 'HTTP_500' }],
    ['a page of somebody between us', 404, '<html>', { outcome: 'unknown', cause: 'HTTP_404' }],
    ['no JSON', 200, '{"id":', { outcome: 'unknown', cause: 'UNREADABLE_ANSWER' }],
    ['two readings of one key', 200, '{"id":"a","id":"b"}', { outcome: 'unknown', cause: 'UNREADABLE_ANSWER' }],
  ])('%s', async (_what, status, body, expected) => {
    const { gateway, heard } = await saying(status, body, { 'retry-after': '2' });
    const answer = await gateway.request(payment(), calling);
    expect(answer).toEqual(expected);
    expect(JSON.stringify(answer)).not.toContain(STRIPE_KEY);
    expect(heard).toHaveLength(1);
  });

  it('a cut connection is unknown, and is not tried again by the SDK behind our back', async () => {
    const { gateway, heard } = await answering((_response, request) => request.socket.resetAndDestroy());
    expect((await gateway.request(payment(), calling)).outcome).toBe('unknown');
    expect(heard).toHaveLength(1);
  });

  it('a redirect is not followed', async () => {
    const { gateway, heard } = await saying(302, '', { location: 'http://127.0.0.1:9/' });
    expect((await gateway.request(payment(), calling)).outcome).toBe('unknown');
    expect(heard).toHaveLength(1);
  });

  it('silence ends with our time-out, over all steps together', async () => {
    const { gateway } = await answering(() => undefined);
    expect(await gateway.query(payment().reference, { timeoutMs: 50 })).toEqual({ outcome: 'unknown', cause: 'TIMEOUT' });
  });
});

describe('what is asked of Stripe', () => {
  it('a session is made under one key from what the payment was asked for with, and from nothing else', async () => {
    const product = { object: 'product', id: '', created: 1_800_000_000, metadata: {} };
    const { gateway, heard } = await answering((response, { url }) => {
      const sent = new URLSearchParams(heard[0]?.body);
      const metadata = Object.fromEntries(
        ['reference', 'merchantId', 'amountMinor', 'currency', 'returnUrl'].map((one) => [one, sent.get(`metadata[${one}]`)]),
      );
      response.end(JSON.stringify(url?.startsWith('/v1/products') === true ? { ...product, id: sent.get('id'), metadata } : error('nothing')));
    });
    const asked = payment();
    await gateway.request({ ...asked, amountMinor: 480, currency: 'JPY' }, calling);
    const [made, session] = heard;
    expect([made?.line, session?.line]).toEqual(['POST /v1/products', 'POST /v1/checkout/sessions']);
    expect(session?.headers).toMatchObject({ authorization: `Bearer ${STRIPE_KEY}`, 'content-type': 'application/x-www-form-urlencoded' });
    expect(session?.headers['idempotency-key']).toBe(`cardrail_${asked.reference.replace('.', '_')}.session`);
    expect(Object.fromEntries(new URLSearchParams(session?.body))).toMatchObject({
      'line_items[0][price_data][unit_amount]': '480',
      'line_items[0][price_data][currency]': 'jpy',
      success_url: 'https://shop.test/thanks',
      client_reference_id: asked.reference,
    });
    expect(session?.body).not.toContain('notify');
  });

  it('what Stripe cannot take is refused here and never sent', async () => {
    const { gateway, heard } = await saying(500, '');
    const code = async (changes: object) => ({ ...(await gateway.request({ ...payment(), ...changes }, calling)) });
    expect(await code({ kind: 'charge' })).toEqual({ outcome: 'refused', code: 'KIND_NOT_SUPPORTED' });
    expect(await code({ merchantId: 'other' })).toEqual({ outcome: 'refused', code: 'UNKNOWN_MERCHANT' });
    expect(await code({ currency: 'KWD', amountMinor: 1_001 })).toEqual({ outcome: 'refused', code: 'AMOUNT_NOT_SUPPORTED' });
    expect(await code({ returnUrl: `https://shop.test/${'x'.repeat(500)}` })).toEqual({ outcome: 'refused', code: 'RETURN_URL_TOO_LONG' });
    expect(heard).toEqual([]);
  });
});

it.each([
  ['CNY', 4_800, 4_800],
  ['JPY', 480, 480],
  ['ISK', 480, 48_000],
  ['UGX', 480, 48_000],
  ['KWD', 1_230, 1_230],
  ['KRW', 48_000, 48_000],
])('an amount in %s goes to Stripe and comes back without rounding', (currency, ours, theirs) => {
  expect(stripeAmount(ours, currency)).toBe(theirs);
  expect(minorOf(theirs, currency)).toBe(ours);
});

it('an amount that would need rounding is none', () => {
  expect([stripeAmount(1_234, 'KWD'), minorOf(48_001, 'ISK')]).toEqual([null, null]);
});

it('its secrets are out of reach of whoever prints it, and unfit ones are refused without being quoted', async () => {
  const { gateway } = await saying(500, '');
  expect(inspect(gateway, { depth: 3 })).not.toContain(STRIPE_KEY);
  const build = (changes: object) => () => new StripeGateway(stripeSettings('http://127.0.0.1:9', changes), Date.now);
  expect(build({ secretKey: 'hunter2' })).toThrow(/sk_/);
  expect(build({ webhookSecrets: ['hunter2'] })).not.toThrow(/hunter2/);
  expect(build({ webhookSecrets: ['hunter2'] })).toThrow(/whsec_/);
});

it('the SDK is loaded by the first account at Stripe, and by no other', () => {
  const [registry, settings] = [
    join(__dirname, '../../../dist/infrastructure/gateways/registry.js'),
    JSON.stringify(stripeSettings('http://127.0.0.1:9')),
  ];
  const script = `const { buildGateway } = require(${JSON.stringify(registry)});
    const loaded = () => Object.keys(require.cache).some((file) => file.includes('/node_modules/stripe/'));
    const before = loaded();
    buildGateway(${settings}, Date.now);
    console.log(before, loaded());`;
  expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim()).toBe('false true');
});
