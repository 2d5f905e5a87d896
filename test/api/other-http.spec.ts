import { sha256Hex } from '../../src/domain/kernel/hash';
import { ApiShop, key } from './support/api-shop';

describe('the other routes', () => {
  let shop: ApiShop;
  beforeAll(async () => {
    shop = await ApiShop.start({ CARDRAIL_CORS_ORIGINS: 'https://shop.example', CARDRAIL_CHECK_STAGES_MS: '60000' });
  });
  afterAll(() => shop.close());
  afterEach(() => expect(shop.defects.splice(0)).toEqual([]));

  const callback = (body: string | Buffer, headers: Record<string, string> = {}, gateway = 'main') =>
    fetch(`${shop.url}/callbacks/gateways/${gateway}`, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(body)),
      headers: { 'content-type': 'application/json', ...headers },
    });

  test('a callback without a good signature is 401, whatever it says and in whatever type', async () => {
    expect((await callback('{"status":"PAID"}')).status).toBe(401);
    expect((await callback('\xff not json', { 'content-type': 'application/octet-stream' })).status).toBe(401);
    expect((await callback('', { 'content-type': 'text/plain' })).status).toBe(401);
  });

  test('a callback of 64 KB is read, one more byte is 413', async () => {
    expect((await callback(Buffer.alloc(64 * 1_024))).status).toBe(401);
    expect((await callback(Buffer.alloc(64 * 1_024 + 1))).status).toBe(413);
    expect((await callback(Buffer.alloc(200 * 1_024))).status).toBe(413);
  });

  test('a genuine callback reaches its order byte for byte, and is all that it takes to deliver', async () => {
    await shop.stock('game', 1);
    const { id } = await shop.order({ payment: { gatewayId: 'main', kind: 'REDIRECT' } });
    const reference = async (): Promise<string | undefined> =>
      (await shop.sandbox.ledger()).payments.find((one) => one.reference.startsWith(id))?.reference;
    await shop.until(async () => (await reference()) !== undefined, 'the page is open');
    await shop.sandbox.pay((await reference()) ?? '');
    await shop.untilStatus(id, 'COMPLETED');
    const { data } = await shop.ask<{ order: { history: { nodes: { type: string }[] } } }>(
      'query($id: ID!) { order(id: $id) { history(first: 100) { nodes { type } } } }',
      { id },
      shop.as('SUPPORT'),
    );
    expect(data.order.history.nodes.map(({ type }) => type)).toContain('PaymentNoticeReceived');
  });

  test('probes, metrics and pages', async () => {
    expect((await fetch(`${shop.url}/livez`)).status).toBe(200);
    const ready = await fetch(`${shop.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { ready: true, reasons: [] }]);
    expect(await (await fetch(`${shop.url}/metrics`)).text()).toContain('cardrail_');
    const page = await fetch(`${shop.url}/buy/0123456789ABC*`);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text()) ?? [];
    const asset = await fetch(shop.url + script);
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    expect((await fetch(`${shop.url}/assets/none.js`)).status).toBe(404);
    expect((await fetch(`${shop.url}/assets/..%2f..%2fpackage.json`)).status).toBe(404);
  });

  test('an unknown route is 404 in our own words', async () => {
    const response = await fetch(`${shop.url}/admin.php`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND', requestId: response.headers.get('x-request-id') } }] });
  });

  test('a key that names its origins opens the shop to pages from there, and to no other page', async () => {
    const text = key();
    await shop.set('apiKey', 'page', { clientId: 'page', role: 'STOREFRONT', keyHash: sha256Hex(text), origins: ['https://page.example'] });
    await shop.until(() => shop.parts.settings.isOriginOfSomeKey('https://page.example'), 'the key is read');
    const ask = (origin: string | undefined, bearer = text) =>
      fetch(`${shop.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}`, ...(origin === undefined ? {} : { origin }) },
        body: '{"query":"{ skus { id } }"}',
      });
    const preflight = await fetch(`${shop.url}/graphql`, { method: 'OPTIONS', headers: { origin: 'https://page.example' } });
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://page.example');
    const own = await ask('https://page.example');
    expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([200, 'https://page.example']);
    expect((await ask('https://shop.example')).status).toBe(403);
    expect((await ask(undefined)).status).toBe(200);
    expect((await ask('https://page.example', shop.keys.STOREFRONT)).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('browsers of configured origins may call, no others', async () => {
    const preflight = (origin: string) =>
      fetch(`${shop.url}/graphql`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    expect((await preflight('https://shop.example')).headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });
});
