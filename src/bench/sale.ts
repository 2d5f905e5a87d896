import { build } from 'hdr-histogram-js';
import type { BenchShop } from './bench-shop';
import { load, type LoadResult } from './raw-load';
import { round } from './result';
import type { SubmitLoad } from './submit-load';

const CONNECTIONS = 64;
/** When no order has ended for so long, those that have not are no longer waited for. */
const STANDSTILL_MS = 60_000;
const LOOK_EVERY_MS = 500;
const PRICE_MINOR = 4_800;

export interface SeenOrder {
  readonly id: string;
  readonly status: string;
  readonly submittedAt: string;
  readonly deliveredAt: string | null;
  readonly cards: readonly { readonly id: string }[];
}

/** The time of a load, until its last answer: under more than the shop can take it is longer than what was asked for. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Offers orders on the beat, so many per second; each call goes on counting where the one before it ended. */
export function offering(shop: BenchShop, submits: SubmitLoad, perSecond: number): (seconds: number) => Promise<LoadResult> {
  let sent = 0;
  return async (seconds) => {
    const first = sent;
    const request = (n: number): Buffer => submits.request(first + n);
    const result = await load({ port: shop.port, connections: CONNECTIONS, seconds, perSecond, request, onAnswer: submits.onAnswer });
    sent += result.sent;
    return result;
  };
}

/** Orders in the order of their submits, and the place behind the last of them. */
interface OrderList {
  readonly orders: readonly SeenOrder[];
  readonly end: string | null;
}

/** Every order behind a place that the shop knows, through its own API; null is the beginning. */
async function ordersAfter(shop: BenchShop, after: string | null): Promise<OrderList> {
  const orders: SeenOrder[] = [];
  const query =
    'query ($after: String) { orders(first: 100, after: $after, orderBy: { field: SUBMITTED_AT, direction: ASC }) { nodes { id status submittedAt deliveredAt cards { id } } pageInfo { endCursor hasNextPage } } }';
  let end = after;
  let more: boolean;
  do {
    const response = await fetch(`${shop.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${shop.adminKey}` },
      body: JSON.stringify({ query, variables: { after: end } }),
    });
    const answer = (await response.json()) as {
      data: { orders: { nodes: SeenOrder[]; pageInfo: { endCursor: string | null; hasNextPage: boolean } } } | null;
      errors?: unknown;
    };
    if (answer.data === null || answer.errors !== undefined) throw new Error(`orders cannot be listed: ${JSON.stringify(answer.errors)}`);
    orders.push(...answer.data.orders.nodes);
    end = answer.data.orders.pageInfo.endCursor ?? end;
    more = answer.data.orders.pageInfo.hasNextPage;
  } while (more);
  return { orders, end };
}

/** The orders behind a place, as soon as so many have ended, or as they are when no more end. */
export async function drained(shop: BenchShop, acknowledged: number, after: string | null = null): Promise<OrderList> {
  let [ended, since] = [-1, performance.now()];
  for (;;) {
    const list = await ordersAfter(shop, after);
    const now = list.orders.filter(({ status }) => status !== 'AWAITING_PAYMENT' && status !== 'PROCESSING').length;
    if (now !== ended) [ended, since] = [now, performance.now()];
    if (ended >= acknowledged || performance.now() - since > STANDSTILL_MS) return list;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** Charges that were kept beyond one per order, from the gateway's own ledger. */
async function doubleCharges(shop: BenchShop): Promise<number> {
  const ledger = (await (await fetch(`${String(shop.sandbox?.says['url'])}/ledger`)).json()) as {
    payments: { reference: string; capturedMinor: number; refundedMinor: number }[];
  };
  const kept = new Map<string, number>();
  for (const { reference, capturedMinor, refundedMinor } of ledger.payments) {
    const orderId = reference.split('.')[0] ?? '';
    kept.set(orderId, (kept.get(orderId) ?? 0) + capturedMinor - refundedMinor);
  }
  return [...kept.values()].filter((minor) => minor > PRICE_MINOR).length;
}

/** Orders that were charged twice, over the whole life of the shop, and cards that were delivered twice to these orders. */
export async function duplicatesOf(shop: BenchShop, orders: readonly SeenOrder[]): Promise<number> {
  const cards = orders.filter(({ status }) => status === 'COMPLETED').flatMap((order) => order.cards.map(({ id }) => id));
  return (await doubleCharges(shop)) + cards.length - new Set(cards).size;
}

/** Acknowledged orders that the shop does not know. */
export function lostOf(submits: SubmitLoad, orders: readonly SeenOrder[]): number {
  const known = new Set(orders.map(({ id }) => id));
  return submits.acknowledged.filter((id) => !known.has(id)).length;
}

/** Orders that were delivered in a span of time, and how long they took. */
export function deliveredIn(orders: readonly SeenOrder[], { fromMs, toMs }: Span): { perSecond: number; p50Ms: number; p99Ms: number } {
  const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000, numberOfSignificantValueDigits: 3 });
  let within = 0;
  for (const { status, submittedAt, deliveredAt } of orders) {
    const atMs = status === 'COMPLETED' ? Date.parse(deliveredAt ?? '') : NaN;
    if (!(atMs >= fromMs && atMs <= toMs)) continue;
    within++;
    histogram.recordValue(Math.max(1, atMs - Date.parse(submittedAt)));
  }
  return {
    perSecond: round((within * 1_000) / (toMs - fromMs)),
    p50Ms: histogram.getValueAtPercentile(50),
    p99Ms: histogram.getValueAtPercentile(99),
  };
}
