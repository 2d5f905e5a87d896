import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { pause } from './support/busy-shop';
import { lengthen, saleOf, type Sale } from './support/long-log';

const IS_BIG = process.env['CARDRAIL_TEST_BIG'] === '1';
const SMALL = 10_000;
const LARGE = 1_000_000;

interface Projection {
  readonly name: string;
  readonly state: string;
  readonly behindEvents: number;
}

/** Times are printed for people to compare, and never asserted; asserted is that the shop answers while its read models are built. */
describe('a long log', () => {
  let shop: LiveShop;
  let sale: Sale;

  beforeAll(async () => {
    shop = await LiveShop.start({ skus: { plenty: {} } });
    const shopper = new Shopper(shop);
    await shop.stock('plenty', 2);
    const { id } = await shopper.order({ skuId: 'plenty' });
    const [card] = (await shopper.untilStatus(id, 'COMPLETED')).cards;
    await shop.stop();
    sale = await saleOf(join(shop.folder, 'data'), id, card?.id ?? '');
  }, 300_000);
  afterAll(() => shop.close());

  async function measure(events: number): Promise<void> {
    const folder = join(shop.folder, `log-${events}`);
    const over = { CARDRAIL_DATA_DIR: folder };
    const madeAt = performance.now();
    const length = await lengthen(join(shop.folder, 'data'), folder, sale, events);
    const madeMs = performance.now() - madeAt;

    const fresh = await startUp(over);
    const rebuilt = await rebuildWhileServing(over, length);
    const peakMb = memoryMb(fresh.pid);
    fresh.child.kill('SIGTERM');
    await new Promise((resolve) => fresh.child.once('close', resolve));

    const again = await startUp(over);
    const idleMb = memoryMb(again.pid);
    again.child.kill('SIGTERM');
    await new Promise((resolve) => again.child.once('close', resolve));
    console.info(
      `${length} events (made in ${seconds(madeMs)} s): ready after ${seconds(fresh.readyMs)} s without read models and ${seconds(again.readyMs)} s with them; ` +
        `all read models built in ${seconds(rebuilt.ms)} s while serving (${Math.round(length / (rebuilt.ms / 1_000))} events/s, slowest answer ${Math.round(rebuilt.slowestMs)} ms); ` +
        `memory at most ${peakMb} MB, ${idleMb} MB after the second start`,
    );
  }

  async function startUp(over: Readonly<Record<string, string>>) {
    const startedAt = performance.now();
    const server = await shop.spawnServer([], over);
    while ((await fetch(`${server.url}/readyz`)).status !== 200) await pause(10);
    shop.url = server.url;
    return { ...server, pid: server.pids[0] ?? 0, readyMs: performance.now() - startedAt };
  }

  /** The order that was there before stays to be seen; the figures move until nothing is behind. */
  async function rebuildWhileServing(over: Readonly<Record<string, string>>, length: number) {
    const shopper = new Shopper(shop);
    const startedAt = performance.now();
    const progress: number[] = [];
    let slowestMs = 0;
    for (;;) {
      const askedAt = performance.now();
      expect((await shopper.see(sale.orderId)).status).toBe('COMPLETED');
      slowestMs = Math.max(slowestMs, performance.now() - askedAt);
      const { stdout } = await shop.cli(['projections', 'list', '--json'], over);
      const behind = Math.max(...(JSON.parse(stdout) as Projection[]).map(({ behindEvents }) => behindEvents));
      progress.push(behind);
      if (behind === 0) break;
    }
    expect(progress.every((behind, i) => i === 0 || behind <= (progress[i - 1] ?? 0))).toBe(true);
    if (length >= LARGE) expect(new Set(progress).size).toBeGreaterThan(3);
    return { ms: performance.now() - startedAt, slowestMs };
  }

  it(`of ${SMALL} events is served at once while its read models are built; the times are printed`, async () => {
    await measure(100);
    await measure(SMALL);
  }, 300_000);

  if (!IS_BIG) console.info(`a log of ${LARGE} events is not made here: set CARDRAIL_TEST_BIG=1`);
  (IS_BIG ? it : it.skip)(
    `of ${LARGE} events is served at once while its read models are built; the times are printed`,
    async () => {
      await measure(LARGE);
    },
    1_200_000,
  );
});

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

/** The most that the process ever had in memory. */
function memoryMb(pid: number): number {
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(line?.[1] ?? 0) / 1_024);
}
