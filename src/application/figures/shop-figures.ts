import type { Instant } from '../../domain/kernel/time';
import { PHASES, type Phase, statusOf } from '../../domain/order/phase';
import { INCIDENT_KINDS, type IncidentKind } from '../../domain/incident/events';
import type { IncidentRow } from '../../projections/incidents';
import type { OrderRow } from '../../projections/orders';
import type { ReviewRow } from '../../projections/reviews';
import type { SkuStockRow } from '../../projections/sku-stock';
import type { SupplyRow } from '../../projections/supply';
import type { TallyRow } from '../../projections/tallies';
import type { ReadModels } from '../ports/read-models';
import { rowPages } from '../row-pages';
import { doubtsOf, type Doubt } from '../../domain/order/open-money';

/** How the whole shop stands, from its read models: the same numbers whichever process asks. */
export interface ShopFigures {
  /** Every phase in which something is still to happen, also the empty ones. */
  readonly queues: readonly { readonly phase: Phase; readonly depth: number; readonly oldestAgeSeconds: number }[];
  readonly doubts: {
    readonly count: Readonly<Record<Doubt['kind'], number>>;
    /** Minor units by currency. */
    readonly amountMinor: ReadonlyMap<string, number>;
  };
  readonly reviews: { readonly count: number; readonly oldestAgeSeconds: number };
  /** Refunds ordered and neither done nor refused. */
  readonly compensations: number;
  readonly noticesQuarantined: number;
  /** Open ones, every kind. */
  readonly incidents: readonly { readonly kind: IncidentKind; readonly count: number }[];
  readonly stock: readonly { readonly skuId: string; readonly available: number }[];
  /** What is known of channels. */
  readonly supply: readonly { readonly channelId: string; readonly row: SupplyRow }[];
  readonly tallies: readonly TallyRow[];
}

/** More than this is told as this: the alarm rang long before. */
const COUNT_MAX = 100_000;
/** Rows of one list that are looked at. */
const ROWS_MAX = 1_000;
/** Pages of tallies: far more than there are words. */
const TALLY_PAGES_MAX = 20;

const OPEN_PHASES = PHASES.filter((phase) => ['AWAITING_PAYMENT', 'PROCESSING'].includes(statusOf(phase)));

/** Reads them all. Rejects with ReadModelsUnavailable. `now` is store time, for ages. */
export async function readShopFigures(readModels: ReadModels, now: Instant): Promise<ShopFigures> {
  const [queues, doubts, reviews, noticesQuarantined, incidents, stock, supply, tallies] = [
    await Promise.all(OPEN_PHASES.map((phase) => queueOf(readModels, phase, now))),
    await readDoubts(readModels),
    await readReviews(readModels, now),
    await readModels.count('notices', { open: { eq: 1 } }, COUNT_MAX),
    await readModels.find<IncidentRow>('incidents', { filter: { open: { eq: 1 } }, limit: ROWS_MAX }),
    await readModels.find<SkuStockRow>('sku-stock', { limit: ROWS_MAX }),
    await readModels.find<SupplyRow>('supply', { limit: ROWS_MAX }),
    await readTallies(readModels),
  ];
  return {
    queues,
    doubts,
    reviews,
    compensations: Math.max(0, sumOf(tallies, 'refundsOrdered') - sumOf(tallies, 'refundsSettled')),
    noticesQuarantined,
    incidents: INCIDENT_KINDS.map((kind) => ({ kind, count: incidents.filter(({ value }) => value.kind === kind).length })),
    stock: stock.map(({ key, value }) => ({ skuId: key, available: value.available })),
    supply: supply.map(({ key, value }) => ({ channelId: key, row: value })),
    tallies,
  };
}

const ageSeconds = (now: Instant, since: Instant | null | undefined): number => (since == null ? 0 : Math.max(0, now - since) / 1_000);

async function queueOf(readModels: ReadModels, phase: Phase, now: Instant): Promise<ShopFigures['queues'][number]> {
  const filter = { phase: { eq: phase } };
  const depth = await readModels.count('orders', filter, COUNT_MAX);
  if (depth === 0) return { phase, depth, oldestAgeSeconds: 0 };
  const [oldest] = await readModels.find<OrderRow>('orders', { filter, sort: { field: 'submittedAt', direction: 'asc' }, limit: 1 });
  return { phase, depth, oldestAgeSeconds: ageSeconds(now, oldest?.value.submittedAt) };
}

async function readReviews(readModels: ReadModels, now: Instant): Promise<ShopFigures['reviews']> {
  const count = await readModels.count('reviews', {}, COUNT_MAX);
  if (count === 0) return { count, oldestAgeSeconds: 0 };
  const [oldest] = await readModels.find<ReviewRow>('reviews', { sort: { field: 'openedAt', direction: 'asc' }, limit: 1 });
  return { count, oldestAgeSeconds: ageSeconds(now, oldest?.value.openedAt) };
}

async function readDoubts(readModels: ReadModels): Promise<ShopFigures['doubts']> {
  const count = { payment: 0, close: 0, refund: 0, purchase: 0 };
  const amountMinor = new Map<string, number>();
  const rows = await readModels.find<OrderRow>('orders', { filter: { inDoubt: { eq: 1 } }, limit: ROWS_MAX });
  for (const { kind, amount } of rows.flatMap(({ value }) => doubtsOf(value.state))) {
    count[kind]++;
    amountMinor.set(amount.currency, (amountMinor.get(amount.currency) ?? 0) + amount.amountMinor);
  }
  return { count, amountMinor };
}

async function readTallies(readModels: ReadModels): Promise<readonly TallyRow[]> {
  const tallies: TallyRow[] = [];
  for await (const rows of rowPages<TallyRow>(readModels, 'tallies', { pageRows: ROWS_MAX, pagesMax: TALLY_PAGES_MAX }))
    tallies.push(...rows.map(({ value }) => value));
  return tallies;
}

const sumOf = (tallies: readonly TallyRow[], tally: TallyRow['tally']): number =>
  tallies.filter((row) => row.tally === tally).reduce((sum, { value }) => sum + value, 0);
