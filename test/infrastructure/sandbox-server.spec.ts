import { mkdtempSync, appendFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildGateway } from '../../src/infrastructure/gateways/registry';
import { TEST_WEBHOOK_SECRET, paymentRequest, startTestSandbox, until } from '../support/sandbox';
import type { TestSandbox } from '../support/sandbox';
import { spawnSources } from '../support/source-process';
import { factsOf } from '../contracts/gateway.contract';

const calling = { timeoutMs: 5_000 };
const root = join(__dirname, '../..');

describe('the door of the sandbox', () => {
  let sandbox: TestSandbox;
  beforeEach(async () => void (sandbox = await startTestSandbox()));
  afterEach(() => sandbox.close());

  const call = (method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(sandbox.url + path, { method, headers, redirect: 'manual', ...(body !== undefined && { body }) });
  const withKey = (): Record<string, string> => ({ authorization: `Bearer ${sandbox.settings.apiKey}` });
  const opening = (changes = {}): string => JSON.stringify(paymentRequest({ kind: 'redirect', reference: 'door.1', ...changes }));
  const facts = async (answer: Response): Promise<object> => ({ http: answer.status, ...((await answer.json()) as object) });

  it.each([{}, { authorization: 'Bearer wrong' }, { authorization: 'Basic eDp5' }])('a protocol call with %p is answered 401', async (headers) => {
    expect(await facts(await call('POST', '/payments', opening(), headers))).toMatchObject({ http: 401, status: 'ERROR', code: 'BAD_KEY' });
    expect((await call('GET', '/payments/door.1', undefined, headers)).status).toBe(401);
    expect((await sandbox.ledger()).payments).toEqual([]);
  });

  it.each([
    ['GET', '/'],
    ['GET', '/payments'],
    ['DELETE', '/payments/door.1'],
    ['POST', '/payments/door.1/capture'],
    ['GET', '/payments/door.1/close'],
    ['POST', '/payments/door.1/refunds/x/y'],
    ['POST', '/purchases/x/y/z'],
  ])('an unknown call, %s %s, is answered 422', async (method, path) => {
    expect((await call(method, path, undefined, withKey())).status).toBe(422);
  });

  it.each([
    ['no JSON', 'hello'],
    ['duplicate keys', opening().replace('"amountMinor":4800', '"amountMinor":1,"amountMinor":4800')],
    ['an amount of nothing', opening({ amountMinor: 0 })],
    ['half an amount', opening({ amountMinor: 1.5 })],
    ['a kind that does not exist', opening({ kind: 'gift' })],
    ['a notify URL that is a file', opening({ notifyUrl: 'file:///etc/passwd' })],
    ['a reference with a slash', opening({ reference: 'a/b' })],
    ['more than 64 KB', opening({ instrument: 'x'.repeat(70_000) })],
  ])('a request with %s is answered 400', async (_name, body) => {
    expect((await call('POST', '/payments', body, withKey())).status).toBe(400);
  });

  it('a foreign merchant is answered 403', async () => {
    expect((await call('POST', '/payments', opening({ merchantId: 'm2' }), withKey())).status).toBe(403);
  });

  it('bodies compare as JSON: order and blanks do not matter, any other value is answered 409', async () => {
    const body = JSON.parse(opening({ instrument: 'card' })) as object;
    const first = await (await call('POST', '/payments', JSON.stringify(body), withKey())).text();
    const again = JSON.stringify(Object.fromEntries(Object.entries(body).reverse()), null, 2);
    expect(await (await call('POST', '/payments', again, withKey())).text()).toBe(first);
    for (const changed of [
      { amountMinor: 4_801 },
      { notifyUrl: 'http://127.0.0.1:9/other' },
      { expiresAt: '2031-01-01T00:00:00.000Z' },
      { unheardOf: true },
    ]) {
      expect((await call('POST', '/payments', JSON.stringify({ ...body, ...changed }), withKey())).status).toBe(409);
    }
  });

  it('a reference that was closed unseen answers CLOSED whatever its body says, and does nothing', async () => {
    await call('POST', '/payments/door.1/close', undefined, withKey());
    for (const body of [opening(), opening({ amountMinor: -5, kind: 'gift' })]) {
      expect(await facts(await call('POST', '/payments', body, withKey()))).toMatchObject({
        http: 200,
        status: 'CLOSED',
        amountMinor: 0,
        capturedMinor: 0,
        refundedMinor: 0,
      });
    }
  });

  it('the ledger has exactly these members', async () => {
    await call('POST', '/payments', opening({ kind: 'charge' }), withKey());
    await call('POST', '/payments/door.1/refunds', '{"refundReference":"door.r1","amountMinor":300}', withKey());
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
    expect(await sandbox.ledger()).toEqual({
      payments: [
        {
          reference: 'door.1',
          amountMinor: 4_800,
          capturedMinor: 4_800,
          refundedMinor: 300,
          currency: 'CNY',
          status: 'PAID',
          transactionId: 'tx_door.1',
          at,
        },
      ],
      refunds: [{ refundReference: 'door.r1', reference: 'door.1', amountMinor: 300, status: 'REFUNDED', at }],
      purchases: [],
    });
  });

  it('control calls are refused to everybody but this machine', async () => {
    const address = Object.values(networkInterfaces())
      .flat()
      .find((entry) => entry && !entry.internal && entry.family === 'IPv4')?.address;
    if (address === undefined) return;
    await sandbox.close();
    sandbox = await startTestSandbox({ host: '0.0.0.0' });
    const outside = `http://${address}:${new URL(sandbox.url).port}`;
    for (const [method, path] of [
      ['GET', '/ledger'],
      ['PUT', '/faults'],
      ['POST', '/payments/door.1/pay'],
    ] as const) {
      expect((await fetch(outside + path, { method })).status).toBe(403);
    }
    expect((await fetch(`${sandbox.url.replace('0.0.0.0', '127.0.0.1')}/ledger`)).status).toBe(200);
  });

  describe('its pay page', () => {
    const asPerson = { 'accept-language': 'en-GB,zh;q=0.5' };
    const pressing = (action: string): Promise<Response> =>
      call('POST', '/pay/door.1', `action=${action}`, { 'content-type': 'application/x-www-form-urlencoded' });

    it('shows the amount and two buttons without any script, in Chinese and in English', async () => {
      await call('POST', '/payments', opening(), withKey());
      const english = await (await call('GET', '/pay/door.1', undefined, asPerson)).text();
      expect(english).toMatch(/lang="en"[^]*CN¥48\.00[^]*<button name="action" value="pay">Pay<[^]*value="decline">Decline</);
      expect(english).not.toContain('<script');
      expect(await (await call('GET', '/pay/door.1', undefined, { 'accept-language': 'zh-CN' })).text()).toMatch(
        /lang="zh-CN"[^]*¥48\.00[^]*确认支付[^]*拒绝支付/,
      );
    });

    it('pays once, however often the button is pressed, and returns to the shop', async () => {
      await call('POST', '/payments', opening({ returnUrl: 'https://shop.test/back?o=1' }), withKey());
      for (let press = 0; press < 3; press++) {
        const answer = await pressing('pay');
        expect([answer.status, answer.headers.get('location')]).toEqual([303, 'https://shop.test/back?o=1']);
      }
      expect((await sandbox.ledger()).payments[0]).toMatchObject({ status: 'PAID', capturedMinor: 4_800 });
    });

    it('declines, and then takes no money', async () => {
      await call('POST', '/payments', opening(), withKey());
      await pressing('decline');
      await pressing('pay');
      expect((await sandbox.ledger()).payments[0]).toMatchObject({ status: 'DECLINED', capturedMinor: 0 });
      expect(await (await call('GET', '/pay/door.1', undefined, asPerson)).text()).toMatch(/Declined(?![^]*<button)/);
    });

    it('knows no payment that does not exist', async () => {
      expect((await call('GET', '/pay/nobody.1')).status).toBe(404);
      expect((await call('POST', '/pay/%3Cscript%3E', 'action=pay')).status).toBe(404);
    });
  });

  it('a request that says one length and stops is no harm to the others', async () => {
    const half = request(`${sandbox.url}/payments`, { method: 'POST', headers: { ...withKey(), 'content-length': '500' } });
    half.on('error', () => undefined);
    await new Promise<void>((resolve) => half.write('{', () => resolve()));
    half.destroy();
    expect((await sandbox.ledger()).payments).toEqual([]);
  });
});

describe('a sandbox that keeps its ledger in a file', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'sandbox-'))));
  const open: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
    rmSync(folder, { recursive: true });
  });

  it('remembers payments, refunds and placeholders, and survives a torn last line', async () => {
    const dataFile = join(folder, 'ledger.jsonl');
    const before = await startTestSandbox({ dataFile });
    open.push(() => before.close());
    const gateway = buildGateway(before.settings, Date.now);
    const paid = paymentRequest();
    await gateway.request(paid, calling);
    await gateway.refund({ reference: paid.reference, refundReference: 'kept.r1', amountMinor: 100 }, calling);
    await gateway.close('never-seen.1', calling);
    let ledger = await before.ledger();
    await gateway.release();
    await before.close();
    for (const torn of ['{"reference":"to', '\n{"re', '']) {
      appendFileSync(dataFile, torn);
      const after = await startTestSandbox({ dataFile });
      open.push(() => after.close());
      expect(await after.ledger()).toEqual(ledger);
      const gatewayAfter = buildGateway(after.settings, Date.now);
      await gatewayAfter.request(paymentRequest({ kind: 'redirect' }), calling);
      ledger = await after.ledger();
      await gatewayAfter.release();
      await after.close();
    }
  });

  it('a real process that is killed with -9 keeps every payment it answered', async () => {
    const dataFile = join(folder, 'ledger.jsonl');
    const first = await startProcess(['--port', '0', '--data', dataFile]);
    open.push(first.kill);
    const gateway = buildGateway({ ...first.settings }, Date.now);
    const asked = Array.from({ length: 20 }, () => paymentRequest());
    for (const payment of asked) factsOf(await gateway.request(payment, calling));
    await first.kill();
    await gateway.release();
    const second = await startProcess(['--port', '0', '--data', dataFile]);
    open.push(second.kill);
    const again = buildGateway({ ...second.settings }, Date.now);
    for (const payment of asked) expect(factsOf(await again.query(payment.reference, calling)).status).toBe('PAID');
    await again.release();
  });

  it.each([[['--port', '70000']], [['--prot', '0']]])('wrong use, %p, exits with 2 and one reason', async (args) => {
    const { code, error } = await runToEnd(args);
    expect(code).toBe(2);
    expect(error).not.toContain(TEST_WEBHOOK_SECRET);
  });
});

const environment = { ...process.env, GATEWAY_MAIN_KEY: 'the-key-of-a-process', GATEWAY_MAIN_WEBHOOK: TEST_WEBHOOK_SECRET };
const run = (args: readonly string[]) => spawnSources(join(root, 'src/sandbox/main.ts'), args, { cwd: root, env: environment });

async function startProcess(args: readonly string[]) {
  const child = run(args);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until(
    () => new Promise<string>((resolve) => setImmediate(() => resolve(output))),
    (text) => text.includes('\n') || child.exitCode !== null,
  );
  const { url } = JSON.parse(output) as { url: string };
  const settings = {
    id: 'main',
    adapter: 'http-v1',
    baseUrl: url,
    merchantId: 'm1',
    apiKey: environment.GATEWAY_MAIN_KEY,
    webhookSecrets: [TEST_WEBHOOK_SECRET],
    flags: { replay: true, lookup: true, cancel: true },
    notFoundFinalAfterSeconds: 60,
    kinds: ['redirect', 'charge'],
  } as const;
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const kill = (): Promise<void> => {
    child.kill('SIGKILL');
    return ended;
  };
  return { settings, kill };
}

async function runToEnd(args: readonly string[]): Promise<{ code: number | null; error: string }> {
  const child = run(args);
  let error = '';
  child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, error };
}
