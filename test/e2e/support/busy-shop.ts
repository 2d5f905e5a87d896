import { createHash, randomUUID } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import type { VerifyReport } from '../../../src/application/verify/violation';
import { Chance } from '../../support/chance';
import type { LiveShop } from '../../support/live-shop';
import { Shopper, type SeenOrder } from '../../support/shopper';
import type { FaultRule } from '../../support/sandbox';

export const UNIT_MINOR = 4_800;
const SETTLE_MS = 180_000;
const ENDED: readonly string[] = ['COMPLETED', 'FAILED', 'EXPIRED'];

/** A gateway on a bad day: about a third of its answers hang, before or after the money moved, and notices are late, doubled or missing. */
export const BAD_DAY: readonly FaultRule[] = [
  { percent: 12, fault: 'hang' },
  { percent: 15, fault: 'commit-then-hang' },
  { percent: 5, fault: 'reset-after-commit' },
  { percent: 5, fault: 'decline' },
  { percent: 30, fault: 'no-notice' },
  { percent: 20, fault: 'late-notice' },
  { percent: 20, fault: 'duplicate-notice' },
];

/** A channel on a bad day: nearly a third of its answers hang, before or after it sold, and some are refused, partial or late. */
export const BAD_CHANNEL_DAY: readonly FaultRule[] = [
  { method: 'POST', path: '/purchases', percent: 12, fault: 'hang' },
  { method: 'POST', path: '/purchases', percent: 18, fault: 'commit-then-hang' },
  { method: 'POST', path: '/purchases', percent: 5, fault: 'reset-after-commit' },
  { method: 'POST', path: '/purchases', percent: 5, fault: 'pending' },
  { method: 'POST', path: '/purchases', percent: 5, fault: 'refuse' },
  { method: 'GET', path: '/purchases/:id', percent: 15, fault: 'hang' },
  { method: 'GET', path: '/purchases/:id', percent: 15, fault: 'appears-late' },
  { percent: 30, fault: 'no-notice' },
  { percent: 20, fault: 'duplicate-notice' },
];

/** A random test says what it ran with, and can be told to run it again. */
export function seedOf(name: string): number {
  const seed = Number(process.env['CARDRAIL_TEST_SEED'] ?? Math.floor(Math.random() * 1_000_000));
  console.info(`${name}: CARDRAIL_TEST_SEED=${seed}`);
  return seed;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A port that is free now, so that a server comes back under the address that gateways know. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

interface Placed {
  readonly id: string;
  readonly token: string;
}

/** Storefronts and buyers who go on whatever happens to the server: each insists on its key until it has an answer. */
export class BusyBuyers {
  /** Orders that were acknowledged, by the key they were submitted under. */
  readonly acknowledged = new Map<string, Placed>();
  /** Every key that was ever sent. */
  readonly sent = new Map<string, { readonly kind: 'CHARGE' | 'REDIRECT'; readonly buyer: string }>();
  /** Answers that were no order: counted, so that a test can see that it tested something. */
  failures = 0;
  private readonly shopper: Shopper;
  private readonly chance: Chance;
  private readonly working: Promise<void>[] = [];
  private stopped = false;

  constructor(
    private readonly shop: LiveShop,
    private readonly skuId: string,
    seed: number,
  ) {
    this.shopper = new Shopper(shop);
    this.chance = new Chance(seed);
  }

  start(buyers: number, pauseMs: number): void {
    for (let i = 0; i < buyers; i++) this.working.push(this.shopOn(pauseMs));
  }

  /** Lets everybody finish what they are at. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.working);
  }

  private async shopOn(pauseMs: number): Promise<void> {
    while (!this.stopped) {
      const kind = this.chance.hit(0.6) ? 'CHARGE' : 'REDIRECT';
      const key = randomUUID();
      this.sent.set(key, { kind, buyer: randomUUID() });
      const placed = await this.insist(key);
      if (placed !== undefined && kind === 'REDIRECT') await this.visitPayPage(placed.id);
      await pause(pauseMs * (0.5 + this.chance.next()));
    }
  }

  /** Submits under the same key until it is answered, or until everybody goes home. */
  private async insist(key: string): Promise<Placed | undefined> {
    while (!this.stopped) {
      const placed = await this.submit(key);
      if (placed !== undefined) return placed;
      await pause(20 + 80 * this.chance.next());
    }
    return undefined;
  }

  private async submit(key: string): Promise<Placed | undefined> {
    const { kind, buyer } = this.sent.get(key) ?? { kind: 'CHARGE', buyer: '' };
    try {
      const { order, accessToken } = await this.shopper.submit({ skuId: this.skuId, key, kind, buyer });
      if (order === null || accessToken === null) return void this.failures++;
      const before = this.acknowledged.get(key);
      if (before !== undefined && before.id !== order.id) throw new Error(`key ${key} was order ${before.id} and is now ${order.id}`);
      const placed = { id: order.id, token: accessToken };
      this.acknowledged.set(key, placed);
      return placed;
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('key ')) throw error;
      this.failures++;
      return undefined;
    }
  }

  /** Most pay, some leave, some cancel while they pay. */
  private async visitPayPage(id: string): Promise<void> {
    const mood = this.chance.next();
    for (let looks = 0; looks < 100 && !this.stopped; looks++) {
      try {
        const { payment, status } = await this.shopper.see(id);
        if (ENDED.includes(status)) return;
        if (payment?.payUrl != null) {
          if (mood > 0.85) return;
          if (mood > 0.75) await this.shopper.mutate('cancelOrder', { orderId: id });
          await this.shop.sandbox.pay(payment.reference);
          return;
        }
      } catch {
        // The server is away; buyers look again.
      }
      await pause(50);
    }
  }

  /** Every key once more: what was stored without an answer comes to light, and what was answered is answered the same. */
  async askAgain(): Promise<readonly Placed[]> {
    for (const key of this.sent.keys()) {
      const known = this.acknowledged.get(key);
      let placed = await this.submit(key);
      while (placed === undefined) placed = (await pause(50), await this.submit(key));
      expect(placed.id).toBe(known?.id ?? placed.id);
    }
    return [...this.acknowledged.values()];
  }
}

interface Reckoned {
  readonly order: SeenOrder;
  readonly keptMinor: readonly number[];
  readonly codes: readonly string[];
}

/** What the gateway's ledger holds of each order: one number per payment that still keeps money. */
async function keptByOrder(shop: LiveShop): Promise<ReadonlyMap<string, readonly number[]>> {
  const kept = new Map<string, number[]>();
  for (const { reference, capturedMinor, refundedMinor } of (await shop.sandbox.ledger()).payments) {
    const orderId = reference.slice(0, reference.lastIndexOf('.'));
    const left = capturedMinor - refundedMinor;
    kept.set(orderId, [...(kept.get(orderId) ?? []), ...(left === 0 ? [] : [left])]);
  }
  return kept;
}

const isSettled = ({ status, paid, refunded, inReview }: SeenOrder, kept: readonly number[]): boolean => {
  if (inReview || !ENDED.includes(status)) return false;
  const open = Number(paid.amountMinor) - Number(refunded.amountMinor);
  const wanted = status === 'COMPLETED' ? UNIT_MINOR : 0;
  return open === wanted && kept.reduce((sum, minor) => sum + minor, 0) === wanted;
};

/**
 * The books at the end, order by order: what we say, what the gateway's ledger says and what buyers hold must agree.
 * Waits until every order has come to rest.
 */
export async function reckon(
  shop: LiveShop,
  placed: readonly Placed[],
  stocked: readonly string[],
): Promise<{ readonly delivered: number; readonly ended: number }> {
  const shopper = new Shopper(shop);
  const deadline = performance.now() + SETTLE_MS;
  let open = [...placed];
  const seen = new Map<string, SeenOrder>();
  while (open.length > 0) {
    const kept = await keptByOrder(shop);
    const left: Placed[] = [];
    for (const one of open) {
      const order = await shopper.see(one.id);
      if (isSettled(order, kept.get(one.id) ?? [])) seen.set(one.id, order);
      else left.push(one);
      if (performance.now() > deadline) throw new Error(await storyOf(shopper, shop, order, kept.get(one.id) ?? []));
    }
    open = left;
    if (open.length > 0) await pause(100);
  }
  const kept = await keptByOrder(shop);
  expect([...kept.keys()].filter((id) => !seen.has(id))).toEqual([]);
  const books: Reckoned[] = [];
  for (const { id, token } of placed) {
    const order = seen.get(id);
    if (order === undefined) throw new Error(`order ${id} was acknowledged and is not there`);
    const codes = order.status === 'COMPLETED' ? (await shopper.reveal(id, token)).codes : [];
    books.push({ order, keptMinor: kept.get(id) ?? [], codes });
  }
  for (const { order, keptMinor, codes } of books) {
    const { id, status } = order;
    const isDelivered = status === 'COMPLETED';
    expect({ id, status, keptMinor, codes: codes.length }).toEqual({
      id,
      status,
      keptMinor: isDelivered ? [UNIT_MINOR] : [],
      codes: isDelivered ? 1 : 0,
    });
  }
  const shown = books.flatMap(({ codes }) => codes);
  expect(new Set(shown).size).toBe(shown.length);
  const sold = await soldByChannels(shop);
  const known = new Set([...stocked.map(hashOf), ...[...sold.values()].flat()]);
  expect(shown.filter((code) => !known.has(hashOf(code)))).toEqual([]);
  if (shop.channels.size > 0) expectBoughtOnce(books, sold);
  return { delivered: shown.length, ended: books.length };
}

const hashOf = (code: string): string => createHash('sha256').update(code, 'utf8').digest('hex');

/** What the ledgers of all channels say they sold, by order: hashes of codes. */
async function soldByChannels(shop: LiveShop): Promise<ReadonlyMap<string, readonly string[]>> {
  const sold = new Map<string, string[]>();
  for (const channel of shop.channels.values())
    for (const { requestId, codeHashes } of await channel.purchases()) {
      const orderId = requestId.slice(0, requestId.lastIndexOf('.'));
      sold.set(orderId, [...(sold.get(orderId) ?? []), ...codeHashes]);
    }
  return sold;
}

/** Every channel here can be asked, so what was delivered was bought exactly once, or comes from the pool. */
function expectBoughtOnce(books: readonly Reckoned[], sold: ReadonlyMap<string, readonly string[]>): void {
  const bought = books.filter(({ codes }) => codes.length > 0).map(({ order, codes }) => ({ id: order.id, codes, sold: sold.get(order.id) ?? [] }));
  expect(bought.filter(({ sold: cards }) => cards.length > 1)).toEqual([]);
  expect(bought.some(({ codes, sold: cards }) => cards[0] === hashOf(codes[0] ?? ''))).toBe(true);
}

async function storyOf(shopper: Shopper, shop: LiveShop, order: SeenOrder, kept: readonly number[]): Promise<string> {
  return `order ${order.id} never came to rest: ${JSON.stringify(order)}\nkept by the gateway: ${JSON.stringify(kept)}\n${(await shopper.history(order.id)).join(' ')}\n${shop.log}`;
}

/** `cardrail verify`, as a person would run it. */
export async function verify(shop: LiveShop): Promise<VerifyReport & { readonly code: number | null }> {
  const { code, stdout, stderr } = await shop.cli(['verify', '--json']);
  if (stdout === '') throw new Error(`verify said nothing: ${stderr}`);
  return { ...(JSON.parse(stdout) as VerifyReport), code };
}
