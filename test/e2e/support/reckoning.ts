import { createHash } from 'node:crypto';
import type { LiveShop } from '../../support/live-shop';
import { Shopper, type SeenOrder } from '../../support/shopper';
import type { Placed } from './busy-buyers';
import { pause } from './busy-shop';

const UNIT_MINOR = 4_800;
const SETTLE_MS = 180_000;
export const ENDED: readonly string[] = ['COMPLETED', 'FAILED', 'EXPIRED'];

interface Reckoned {
  readonly order: SeenOrder;
  readonly keptMinor: readonly number[];
  readonly codes: readonly string[];
}

/** How it all came out: orders that were delivered, orders in all, and the codes of each order. */
export interface Books {
  readonly delivered: number;
  readonly ended: number;
  readonly codes: ReadonlyMap<string, readonly string[]>;
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
export async function reckon(shop: LiveShop, placed: readonly Placed[], stocked: readonly string[]): Promise<Books> {
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
  return { delivered: shown.length, ended: books.length, codes: new Map(books.map(({ order, codes }) => [order.id, codes])) };
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
