import { readdirSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { LiveShop } from '../support/live-shop';
import { WebhookSink } from '../support/webhook-sink';

const PATIENCE_MS = 60_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(isSo: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`never: ${what()}`);
    await pause(20);
  }
}

const SUBMIT = 'mutation($input: SubmitOrderInput!) { submitOrder(input: $input) { order { id } accessToken userErrors { code message } } }';

async function submit(shop: LiveShop): Promise<string> {
  const input = {
    idempotencyKey: randomBytes(12).toString('hex'),
    skuId: 'plenty',
    quantity: 1,
    buyer: { ref: randomBytes(8).toString('hex') },
    payment: { gatewayId: 'main', kind: 'CHARGE' },
  };
  const { data } = await shop.graphql<{ submitOrder: { order: { id: string } | null; userErrors: unknown } }>(SUBMIT, { input });
  const { order } = data.submitOrder;
  if (order === null) throw new Error(JSON.stringify(data.submitOrder.userErrors));
  return order.id;
}

const statusOf = async (shop: LiveShop, id: string): Promise<string> =>
  (await shop.support<{ order: { status: string } }>('query($id: ID!) { order(id: $id) { status } }', { id })).data.order.status;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const canConnect = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.end(() => resolve(true))).once('error', () => resolve(false));
  });

/** The value of a series, summed over all that match. */
function sumOf(page: string, name: string, ...labels: readonly string[]): number {
  const lines = page.split('\n').filter((line) => line.startsWith(`${name}{`) && labels.every((label) => line.includes(label)));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

const metricsAt = async (url: string): Promise<string> => (await fetch(`${url}/metrics`)).text();

test('SIGTERM: readiness is red while requests are still taken, then the listener closes, what is under way ends, and the exit is 0', async () => {
  const probePort = await freePort();
  const probes = `http://127.0.0.1:${probePort}`;
  const environment = { CARDRAIL_DRAIN_NOTICE_MS: '700', CARDRAIL_PROBE_PORT: String(probePort) };
  const shop = await LiveShop.start({ skus: { plenty: {} }, environment });
  try {
    const url = shop.url.replace('[::1]', '127.0.0.1');
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    await shop.stock('plenty', 3);
    // The gateway keeps its answer back: a call of the engine is under way when the signal comes.
    await shop.sandbox.faults([{ method: 'POST', path: '/payments', percent: 100, fault: 'hang' }], 1);
    await submit(shop);
    await until(
      async () => sumOf(await metricsAt(probes), 'cardrail_calls_in_flight') === 1,
      () => 'a call is under way',
    );
    const slow = openRequest(url);
    const gone = shop.stop();
    await until(
      async () => (await fetch(`${url}/readyz`)).status === 503,
      () => 'readiness is red',
    );
    // Red, and still serving: a load balancer has not looked yet.
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ ready: false, reasons: expect.arrayContaining(['draining']) as unknown });
    await until(
      async () => !(await canConnect(url)),
      () => 'the listener has closed',
    );
    expect((await fetch(`${probes}/readyz`)).status).toBe(503);
    expect(await slow.finish()).toBe(200);
    expect(await gone).toBe(0);
    expect(await canConnect(probes)).toBe(false);
  } finally {
    await shop.close();
  }
}, 180_000);

/** A request that has begun and whose body is not whole yet. */
function openRequest(url: string): { finish(): Promise<number> } {
  const body = JSON.stringify({ query: '{ __typename }' });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const open = request(`${url}/graphql`, { method: 'POST', headers });
  const answered = new Promise<number>((resolve, reject) => {
    open.once('response', (response) => resolve(response.resume().statusCode ?? 0)).once('error', reject);
  });
  open.write(body.slice(0, 5));
  return {
    finish: () => {
      open.end(body.slice(5));
      return answered;
    },
  };
}

test('metrics of a shop with workers: one page tells of all processes, of real orders, and goes on counting after a restart', async () => {
  const shop = await LiveShop.start({ skus: { plenty: {} }, serveArgs: ['--workers', '2'] });
  try {
    await shop.stock('plenty', 5);
    const ids = [await submit(shop), await submit(shop)];
    for (const id of ids)
      await until(
        async () => (await statusOf(shop, id)) === 'COMPLETED',
        () => `${id} is delivered`,
      );
    await until(
      async () => sumOf(await metricsAt(shop.url), 'cardrail_orders_total', 'outcome="delivered"') === 2,
      () => 'two are counted',
    );
    const page = await metricsAt(shop.url);
    for (const name of ['main', 'worker-1', 'worker-2']) expect(page).toMatch(new RegExp(`^cardrail_ready\\{process="${name}"\\} 1$`, 'm'));
    expect(sumOf(page, 'cardrail_orders_accepted_total')).toBe(2);
    expect(sumOf(page, 'cardrail_sku_orders_total', 'sku="plenty"')).toBe(2);
    expect(sumOf(page, 'cardrail_order_submit_to_delivered_seconds_count')).toBe(2);
    // On a busy machine a request may time out and be asked about instead: counted are both.
    expect(sumOf(page, 'cardrail_gateway_calls_total', 'call="request"')).toBeGreaterThanOrEqual(2);
    expect(sumOf(page, 'cardrail_gateway_calls_total', 'outcome="answered"')).toBeGreaterThanOrEqual(2);
    expect(sumOf(page, 'cardrail_gateway_call_seconds_count', 'gateway="main"')).toBeGreaterThanOrEqual(2);
    expect(sumOf(page, 'cardrail_sku_cards_available', 'sku="plenty"')).toBe(3);
    expect(sumOf(page, 'cardrail_outbox_leader')).toBe(1);
    expect(sumOf(page, 'cardrail_append_seconds_count', 'outcome="committed"')).toBeGreaterThan(0);
    expect(sumOf(page, 'cardrail_http_requests_total', 'route="/graphql"')).toBeGreaterThan(1);
    expect(page).not.toContain(ids[0]);
    everyNameIsThere(page);

    expect(await shop.stop()).toBe(0);
    await shop.serve();
    let after = '';
    await until(
      async () => sumOf((after = await metricsAt(shop.url)), 'cardrail_orders_total', 'outcome="delivered"') === 2,
      () => 'they are still counted',
    );
    expect(sumOf(after, 'cardrail_order_submit_to_delivered_seconds_count')).toBe(0);
  } finally {
    await shop.close();
  }
}, 240_000);

/** Whatever a dashboard or an alert asks for stands on the page of a real shop. */
function everyNameIsThere(page: string): void {
  const folder = join(__dirname, '../../deploy/observability');
  const boards = readdirSync(join(folder, 'dashboards')).map((file) => readFileSync(join(folder, 'dashboards', file), 'utf8'));
  const asked = [readFileSync(join(folder, 'alerts.yaml'), 'utf8'), ...boards].join('\n').match(/cardrail_[a-z0-9_]+/g) ?? [];
  const told = new Set([...page.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
  const missing = [...new Set(asked)].filter((name) => !told.has(name) && !told.has(name.replace(/_(?:bucket|sum|count)$/, '')));
  expect(missing).toEqual([]);
}

test('of two servers on one data folder one sends: each webhook comes once, and a sender that is stopped is replaced', async () => {
  const sink = await WebhookSink.start();
  const takeOverMs = 1_500;
  const environment = {
    CARDRAIL_WEBHOOK_URL: sink.url,
    CARDRAIL_WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
    CARDRAIL_TAKE_OVER_MS: String(takeOverMs),
  };
  const shop = await LiveShop.start({ skus: { plenty: {} }, environment });
  const first = { url: shop.url, pids: shop.pids };
  const other = await shop.spawnServer([]);
  try {
    await shop.stock('plenty', 6);
    const leads = async (url: string): Promise<boolean> => sumOf(await metricsAt(url), 'cardrail_outbox_leader') === 1;
    await until(
      () => leads(first.url),
      () => 'the first one sends',
    );
    const early = await submit(shop);
    await until(
      () => sink.kindsOf(early).includes('OrderDelivered'),
      () => `the end of ${early} is told: ${sink.kindsOf(early).join()}`,
    );
    expect(await leads(other.url)).toBe(false);
    expect(sink.repeats()).toEqual([]);

    for (const pid of first.pids) process.kill(pid, 'SIGSTOP');
    shop.url = other.url;
    const stoppedAt = performance.now();
    await until(
      () => leads(other.url),
      () => 'the other one sends',
    );
    const tookMs = performance.now() - stoppedAt;
    const late = await submit(shop);
    await until(
      () => sink.kindsOf(late).includes('OrderDelivered'),
      () => 'messages come again',
    );
    for (const pid of first.pids) process.kill(pid, 'SIGCONT');
    await until(
      async () => !(await leads(first.url)),
      () => 'the first one sees that it was replaced',
    );
    const last = await submit(shop);
    await until(
      () => sink.kindsOf(last).includes('OrderDelivered'),
      () => 'messages come',
    );
    await pause(300);
    // What was sent just before the stop may come again, under the same id; what came later has one sender.
    expect(sink.repeatsOf(late)).toEqual([]);
    expect(sink.repeatsOf(last)).toEqual([]);
    console.info(`taken over after ${Math.round(tookMs)} ms of silence, at most ${takeOverMs} ms and a look`);
  } finally {
    for (const pid of first.pids) process.kill(pid, 'SIGCONT');
    other.child.kill('SIGKILL');
    await shop.close();
    await sink.close();
  }
}, 240_000);

test('the files of a shop are for their owner only', async () => {
  const shop = await LiveShop.start({ skus: { plenty: {} } });
  try {
    const folder = join(shop.folder, 'data');
    const modes = readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]);
    expect(modes.length).toBeGreaterThan(5);
    expect(modes.filter(([, mode]) => mode !== '600')).toEqual([]);
  } finally {
    await shop.close();
  }
}, 120_000);
