import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import type { CallOptions } from '../../../src/application/ports/gateway';
import { minorOf } from '../../../src/infrastructure/gateways/signed-webhook/amounts';
import { payLink } from '../../../src/infrastructure/gateways/signed-webhook/pay-link';
import { PaymentReader } from '../../../src/infrastructure/gateways/signed-webhook/payment-reader';
import type { SignedWebhookSettings } from '../../../src/infrastructure/gateways/signed-webhook/settings';
import { SignedWebhookGateway } from '../../../src/infrastructure/gateways/signed-webhook/signed-webhook-gateway';
import { signedHeaders, webhookKey } from '../../../src/protocols/webhook-signing';
import { blindSettings, hostedSandboxAccount, hostedSettings } from '../../support/hosted';
import { paymentRequest } from '../../support/sandbox';

const calling: CallOptions = { timeoutMs: 2_000 };
const payment = () => paymentRequest({ kind: 'redirect', reference: 'ref.1' });
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** The gateway at a server that always answers so. */
async function saying(status: number, body: string, settings = hostedSettings) {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const gateway = new SignedWebhookGateway(settings(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  open.push(
    () => gateway.release(),
    () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections())),
  );
  return { gateway, heard };
}

const told = (changes: object = {}): object => ({
  id: 'tx1',
  order: 'ref.1',
  shop: 'm1',
  state: 'succeeded',
  total: '48.00',
  currency: 'cny',
  ...changes,
});

describe('what is read out of an answer', () => {
  const read = (paid: object, changes: Partial<SignedWebhookSettings> = {}) =>
    new PaymentReader(hostedSettings('http://127.0.0.1:9', changes)).read({ payment: paid }, 'inAnswer');

  it('is what the settings name, and nothing else', () => {
    expect(read(told())).toEqual({
      reference: 'ref.1',
      merchantId: 'm1',
      status: 'PAID',
      amountMinor: 4_800,
      capturedMinor: 4_800,
      refundedMinor: 0,
      currency: 'CNY',
      transactionId: 'tx1',
    });
  });

  it.each([
    ['no reference', { order: undefined }],
    ['a reference that is none', { order: '../ref.1' }],
    ['a state that nobody gave a meaning', { state: 'refund_pending' }],
    ['no state', { state: null }],
    ['an amount in words', { total: '48 yuan' }],
    ['an amount in exponents', { total: '4.8e1' }],
    ['an amount with a leading nought', { total: '048.00' }],
    ['an amount below zero', { total: '-48.00' }],
    ['full-width digits', { total: '４８.00' }],
    ['a fraction of a fen', { total: '48.001' }],
    ['a list', { total: ['48.00'] }],
    ['no shop', { shop: undefined }],
    ['a currency that is none', { currency: 'yuan' }],
    ['a sum that went back and is none', { returned: 'all of it' }],
  ])('%s is no payment', (_what, changes) => {
    expect(read(told(changes))).toBeUndefined();
  });

  it('a number is read as it was written, and noughts behind the fen are none', () => {
    expect([48, 48.1, '48.10', '48.1000'].map((total) => read(told({ total }))?.amountMinor)).toEqual([4_800, 4_810, 4_810, 4_810]);
    const minor = { amounts: 'MINOR', currency: 'CNY' } as const;
    expect([4_800, '4800', '4800.0', 0.5, '010', 2 ** 53, null].map((value) => minorOf(minor, value))).toEqual([
      4_800,
      4_800,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(minorOf({ amounts: 'DECIMAL', currency: 'JPY' }, '480')).toBe(480);
    expect(minorOf({ amounts: 'DECIMAL', currency: 'JPY' }, '480.5')).toBeUndefined();
  });

  it('no path reaches what every object has', () => {
    const { fields } = hostedSettings('');
    expect(read(told(), { fields: { ...fields, transactionId: 'constructor.name' } })?.transactionId).toBeUndefined();
    expect(read(told(), { fields: { ...fields, merchantId: '__proto__.shop' } })).toBeUndefined();
  });

  it('where no currency and no shop are named, those of the account count', () => {
    const { currency: _unnamed, merchantId: _neither, ...fields } = hostedSettings('').fields;
    expect(read(told({ currency: 'USD', shop: 'x' }), { fields })).toMatchObject({ currency: 'CNY', merchantId: 'm1' });
  });
});

describe('what an answer means', () => {
  it.each<readonly [string, number, string, object]>([
    ['the payment', 200, JSON.stringify({ payment: told() }), { outcome: 'answered' }],
    ['another payment', 200, JSON.stringify({ payment: told({ order: 'ref.2' }) }), { outcome: 'unknown', cause: 'UNREADABLE_ANSWER' }],
    ['never heard of it', 404, '{"error":"none"}', { outcome: 'notFound' }],
    ['a page of somebody between us', 404, '<html>', { outcome: 'unknown', cause: 'HTTP_404' }],
    ['a wrong key', 401, '{}', { outcome: 'refused', code: 'HTTP_401' }],
    ['too many questions', 429, '', { outcome: 'notDone', code: 'HTTP_429' }],
    ['two readings of one name', 200, '{"payment":{},"payment":{}}', { outcome: 'unknown' }],
    ['a redirect', 302, '', { outcome: 'unknown', cause: 'HTTP_302' }],
  ])('%s', async (_what, status, body, expected) => {
    const { gateway, heard } = await saying(status, body);
    expect(await gateway.query('ref.1', calling)).toMatchObject(expected);
    expect(heard).toEqual([`GET /hosted/payments/ref.1 Bearer ${hostedSandboxAccount.apiKey}`]);
  });
});

describe('what is asked for', () => {
  it('a link says what the page may know, escaped, and is signed as it stands', () => {
    const settings = hostedSettings('https://pay.test/shop/');
    const asked = { ...payment(), returnUrl: 'https://shop.test/?a=1&amount=0' };
    const link = payLink(settings, webhookKey(hostedSandboxAccount.linkSecret), asked);
    const url = new URL(link);
    expect(url.origin + url.pathname).toBe('https://pay.test/shop/hosted/pay');
    expect(url.searchParams.getAll('amount')).toEqual(['48.00']);
    expect(url.searchParams.get('back')).toBe(asked.returnUrl);
    expect(url.searchParams.get('signature')).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(payLink(settings, undefined, asked)).toBe(link.replace(/&signature=.*/, ''));
  });

  it('what the account does not take is refused here and never sent', async () => {
    const { gateway, heard } = await saying(500, '', blindSettings);
    const ask = (changes: object) => gateway.request({ ...payment(), ...changes }, calling);
    expect(await ask({ kind: 'charge' })).toEqual({ outcome: 'refused', code: 'KIND_NOT_SUPPORTED' });
    expect(await ask({ currency: 'USD' })).toEqual({ outcome: 'refused', code: 'CURRENCY_NOT_SUPPORTED' });
    expect(await ask({ amountMinor: 10_001 })).toEqual({ outcome: 'refused', code: 'AMOUNT_ABOVE_LIMIT' });
    expect((await ask({ amountMinor: 10_000 })).outcome).toBe('answered');
    expect(await gateway.query('ref.1', calling)).toEqual({ outcome: 'refused', code: 'NOT_SUPPORTED' });
    expect(await gateway.close()).toEqual({ outcome: 'refused', code: 'NOT_SUPPORTED' });
    expect(heard).toEqual([]);
  });
});

describe('what rings', () => {
  const ring = (gateway: SignedWebhookGateway, body: string, key = hostedSandboxAccount.webhookSecret) => {
    const headers = { 'content-type': 'application/json', ...signedHeaders([webhookKey(key)], 'msg_1', 1_800_000_000_000, body) };
    return gateway.verifyNotice({ headers, body: Buffer.from(body), receivedAtMs: 1_800_000_000_000 });
  };

  it('a signed notice is read where the settings say; one that says nothing known is kept aside', async () => {
    const { gateway } = await saying(500, '');
    expect(ring(gateway, JSON.stringify({ data: told() }))).toMatchObject({
      outcome: 'genuine',
      notice: { noticeId: 'msg_1', facts: { status: 'PAID' } },
    });
    expect(ring(gateway, JSON.stringify({ data: told({ state: 'disputed' }) }))).toEqual({ outcome: 'unreadable', why: 'NOT_A_PAYMENT' });
    expect(ring(gateway, JSON.stringify({ payment: told() }))).toEqual({ outcome: 'unreadable', why: 'NOT_A_PAYMENT' });
    expect(ring(gateway, JSON.stringify({ data: told() }), hostedSandboxAccount.linkSecret).outcome).toBe('forged');
  });
});

it('its secrets are out of reach of whoever prints it, and unfit ones are refused without being quoted', async () => {
  const { gateway } = await saying(500, '');
  const printed = inspect(gateway, { depth: 2 });
  for (const secret of [hostedSandboxAccount.linkSecret, hostedSandboxAccount.webhookSecret]) expect(printed).not.toContain(secret);
  const build = (changes: object) => () => new SignedWebhookGateway(hostedSettings('http://127.0.0.1:9', changes));
  expect(build({ webhookSecrets: ['hunter2'] })).toThrow(/whsec_/);
  expect(build({ linkSecret: 'hunter2' })).not.toThrow(/hunter2/);
  expect(build({ linkSecret: 'hunter2' })).toThrow(/whsec_/);
});
