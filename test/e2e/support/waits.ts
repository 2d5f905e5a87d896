import type { LiveShop } from '../../support/live-shop';

interface Page {
  readonly orders: { readonly nodes: readonly Timed[]; readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean } };
}

interface Timed {
  readonly submittedAt: string;
  readonly deliveredAt: string | null;
}

const PAGE = 100;

async function pageOf(shop: LiveShop, after: string | null): Promise<Page['orders']> {
  const { data } = await shop.support<Page>(
    `query ($after: String) { orders(first: ${PAGE}, after: $after, orderBy: { field: SUBMITTED_AT, direction: ASC }) { nodes { submittedAt deliveredAt } pageInfo { endCursor hasNextPage } } }`,
    { after },
  );
  return data.orders;
}

/** From submit to delivery of every order that was delivered, for people to read: it is never asserted. */
export async function waitedInWords(shop: LiveShop): Promise<string> {
  const waits: number[] = [];
  for (let after: string | null = null, more = true; more;) {
    const { nodes, pageInfo } = await pageOf(shop, after);
    for (const { submittedAt, deliveredAt } of nodes) if (deliveredAt !== null) waits.push(Date.parse(deliveredAt) - Date.parse(submittedAt));
    [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
  }
  waits.sort((a, b) => a - b);
  const at = (part: number): string => `${((waits[Math.floor((waits.length - 1) * part)] ?? 0) / 1_000).toFixed(2)} s`;
  return `orders waited ${at(0.5)} (median), ${at(0.99)} (p99), ${at(1)} (longest)`;
}
