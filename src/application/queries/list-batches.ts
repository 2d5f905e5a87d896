import { toIso } from '../../domain/kernel/time';
import type { Money } from '../../domain/kernel/money';
import type { BatchRow } from '../../projections/batches';
import type { BatchStockRow } from '../../projections/batch-stock';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Mac } from '../cursor';
import type { ReadModels, Row } from '../ports/read-models';
import { pageOf, type Page, type PageRequest } from './page';
import { Query, type QueryHandler } from './query';

/** An import of cards, and where its cards stand now: accepted = available + taken + quarantined + voided + expired, once all is read. */
export interface BatchView {
  readonly id: string;
  readonly skuId: string;
  /** OPEN while it is under way or was stopped. */
  readonly state: 'OPEN' | 'CLOSED';
  readonly source: string;
  readonly supplier: string | null;
  /** What one card cost. */
  readonly cost: Money | null;
  readonly openedAt: string;
  readonly rows: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly available: number;
  /** Orders hold them or got them. */
  readonly taken: number;
  readonly quarantined: number;
  readonly voided: number;
  readonly expired: number;
}

/** Imports of cards, newest first. */
export class ListBatches extends Query<Page<BatchView>> {
  static readonly operation = 'batches';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly page: PageRequest,
    readonly only: { readonly skuId?: string },
  ) {
    super();
  }
}

export class ListBatchesHandler implements QueryHandler<ListBatches> {
  readonly query = ListBatches;
  constructor(
    private readonly readModels: ReadModels,
    private readonly mac: Mac,
  ) {}

  async execute({ caller, page, only: { skuId } }: ListBatches): Promise<Page<BatchView>> {
    requireRole(ListBatches, caller);
    const filter = skuId === undefined ? {} : { skuId: { eq: skuId } };
    const list = { model: 'batches', filter, sort: { field: 'openedAt', direction: 'desc' } } as const;
    const rows = await pageOf<BatchRow, Row<BatchRow>>(this.readModels, this.mac, list, page, (row) => row);
    const stock = await this.readModels.getMany<BatchStockRow>(
      'batch-stock',
      rows.edges.map(({ node }) => node.key),
    );
    const byBatch = new Map(stock.map(({ key, value }) => [key, value]));
    return { ...rows, edges: rows.edges.map(({ node, cursor }) => ({ node: viewOf(node, byBatch.get(node.key)), cursor })) };
  }
}

function viewOf({ key: id, value }: Row<BatchRow>, stock: BatchStockRow | undefined): BatchView {
  const { state, skuId, source, openedAt } = value;
  const { rows, accepted, duplicates, rejected, supplier, cost } = state;
  const { available = 0, claimed: taken = 0, quarantined = 0, voided = 0, expired = 0 } = stock ?? {};
  const counted = { rows, accepted, duplicates, rejected, available, taken, quarantined, voided, expired };
  const terms = { supplier: supplier ?? null, cost: cost ?? null };
  return { id, skuId, state: state.status === 'OPEN' ? 'OPEN' : 'CLOSED', source, ...terms, openedAt: toIso(openedAt), ...counted };
}
