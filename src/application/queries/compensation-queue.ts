import { toIso } from '../../domain/kernel/time';
import { owedMoney, type OwedMoney } from '../../domain/order/open-money';
import type { OrderRow } from '../../projections/orders';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Mac } from '../cursor';
import type { ReadModels, Row } from '../ports/read-models';
import type { StoreClock } from '../store-clock';
import { viewOfRow } from './order-list';
import type { OrderView } from './order-view';
import { pageOf, type Page, type PageRequest } from './page';
import { Query, type QueryHandler } from './query';

/** Money that is to go back to a buyer. `why` says how far it is. */
export type OwedView = Omit<OwedMoney, 'since'> & { readonly since: string; readonly ageMs: number };

export interface OwingOrder {
  readonly order: OrderView;
  /** At least one, the longest waiting first. */
  readonly owed: readonly OwedView[];
}

/** Orders whose money is to go back and is not back yet, the longest waiting first. */
export class CompensationQueue extends Query<Page<OwingOrder>> {
  static readonly operation = 'compensationQueue';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly page: PageRequest,
  ) {
    super();
  }
}

export class CompensationQueueHandler implements QueryHandler<CompensationQueue> {
  readonly query = CompensationQueue;
  constructor(
    private readonly readModels: ReadModels,
    private readonly mac: Mac,
    private readonly clock: Pick<StoreClock, 'now'>,
  ) {}

  async execute({ caller, page }: CompensationQueue): Promise<Page<OwingOrder>> {
    requireRole(CompensationQueue, caller);
    const list = { model: 'orders', filter: { owedSince: { gt: 0 } }, sort: { field: 'owedSince', direction: 'asc' } } as const;
    return pageOf<OrderRow, OwingOrder>(this.readModels, this.mac, list, page, (row) => this.owing(row));
  }

  private owing(row: Row<OrderRow>): OwingOrder {
    const now = this.clock.now();
    const owed = owedMoney(row.value.state).map(({ since, ...money }) => ({ ...money, since: toIso(since), ageMs: Math.max(0, now - since) }));
    return { order: viewOfRow(row), owed };
  }
}
