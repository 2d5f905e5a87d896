import Database from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { pause, verify } from './support/busy-shop';

const LAST_CHECK_MS = 1_000;

/** Stands where gateways reach the shop, hands their callbacks on, and writes down what they were answered. */
class Doorman {
  readonly statuses: number[] = [];
  private server: Server | undefined;
  target = '';

  async open(): Promise<string> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const headers = Object.entries(request.headers).filter(([name]) => !['host', 'connection', 'content-length'].includes(name)) as [
          string,
          string,
        ][];
        fetch(this.target + (request.url ?? ''), { method: request.method ?? 'POST', headers, body: Buffer.concat(chunks) })
          .then(
            ({ status }) => status,
            () => 502,
          )
          .then(
            (status) => {
              this.statuses.push(status);
              response.writeHead(status).end();
            },
            () => undefined,
          );
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) =>
      this.server === undefined ? resolve() : (this.server.close(() => resolve()), this.server.closeAllConnections()),
    );
  }
}

describe('a store that is away (F2)', () => {
  const doorman = new Doorman();
  let shop: LiveShop;
  let shopper: Shopper;

  beforeAll(async () => {
    shop = await LiveShop.start({ skus: { plenty: {} }, environment: { CARDRAIL_PUBLIC_URL: await doorman.open() } });
    doorman.target = shop.url;
    shopper = new Shopper(shop);
    await shop.stock('plenty', 20);
  }, 300_000);
  afterAll(async () => {
    await shop.close();
    await doorman.close();
  });

  it('refuses orders and callbacks retryably, recovers alone, and the callback that the gateway repeats counts', async () => {
    const { id } = await shopper.order({ skuId: 'plenty', kind: 'REDIRECT' });
    const reference = await shopper.untilPayable(id);
    // After its last scheduled question nothing but the notice tells of the money.
    await pause(LAST_CHECK_MS);
    const lock = new Database(join(shop.folder, 'data', 'events.db'));
    lock.exec('BEGIN EXCLUSIVE');
    await shop.sandbox.pay(reference);
    const key = randomUUID();
    const buyer = { ref: randomUUID() };
    const submit = () =>
      shop.graphql<{ submitOrder: { order: { id: string } | null; userErrors: readonly unknown[] } } | null>(
        'mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) { order { id } userErrors { code } } }',
        { input: { idempotencyKey: key, skuId: 'plenty', quantity: 1, buyer, payment: { gatewayId: 'main', kind: 'CHARGE' } } },
      );
    const refused = await submit();
    expect(refused).toMatchObject({ status: 503, errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] });
    expect((await shopper.see(id)).status).toBe('AWAITING_PAYMENT');
    while (doorman.statuses.length === 0) await pause(20);
    expect([...new Set(doorman.statuses)]).toEqual([503]);
    lock.exec('ROLLBACK');
    lock.close();
    await shopper.untilStatus(id, 'COMPLETED');
    expect(await shopper.history(id)).toContain('PaymentNoticeReceived');
    expect(doorman.statuses.at(-1)).toBe(200);
    const accepted = await submit();
    expect(accepted.status).toBe(200);
    await shopper.untilStatus(accepted.data?.submitOrder.order?.id ?? '', 'COMPLETED');
    expect((await fetch(`${shop.url}/readyz`)).status).toBe(200);
  }, 300_000);

  it('SIGTERM with a call under way ends with 0 within its limit, and the next start finishes the order', async () => {
    await shop.sandbox.faults([{ method: 'POST', path: '/payments', fault: 'commit-then-hang' }, { fault: 'no-notice' }]);
    const { id } = await shopper.order({ skuId: 'plenty' });
    await shopper.until(id, ({ payments }) => payments.length > 0, 'asked for its money');
    expect(await shop.stop()).toBe(0);
    await shop.sandbox.faults([]);
    await shop.serve();
    doorman.target = shop.url;
    await shopper.untilStatus(id, 'COMPLETED');
  }, 300_000);

  it('F20: a write that the disk refuses ends the process, not in order; the file is sound and the next start goes on', async () => {
    const done = await shopper.order({ skuId: 'plenty' });
    await shopper.untilStatus(done.id, 'COMPLETED');
    await shop.stop();
    const full = await shop.spawnServer([]);
    shop.url = full.url;
    const gone = new Promise<number | null>((resolve) => full.child.once('exit', resolve));
    for (const pid of full.pids) execFileSync('prlimit', ['--pid', String(pid), '--fsize=4096']);
    await shopper.submit({ skuId: 'plenty' }).catch(() => undefined);
    expect(await gone).not.toBe(0);
    await shop.serve();
    doorman.target = shop.url;
    const next = await shopper.order({ skuId: 'plenty' });
    await shopper.untilStatus(next.id, 'COMPLETED');
    expect((await shopper.see(done.id)).status).toBe('COMPLETED');
    expect(await verify(shop)).toMatchObject({ code: 0, violations: [] });
  }, 300_000);
});
