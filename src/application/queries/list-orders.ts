import type { OrderRow } from '../../projections/orders';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Mac } from '../cursor';
import type { ReadModels } from '../ports/read-models';
import { filterFor, viewOfRow, type OrderFilter } from './order-list';
import type { OrderView } from './order-view';
import { pageOf, type Page, type PageRequest } from './page';
import { Query, type QueryHandler } from './query';

export interface OrderOrder {
  readonly field: 'submittedAt' | 'paidAt' | 'lastEventAt';
  readonly direction: 'asc' | 'desc';
}

/** Orders by what is asked of them, newest first unless told. Throws BadInput for an impossible page or a foreign cursor. */
export class ListOrders extends Query<Page<OrderView>> {
  static readonly operation = 'orders';
  static readonly rights: Rights = { roles: ['STOREFRONT', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly page: PageRequest,
    readonly filter: OrderFilter = {},
    readonly orderBy: OrderOrder = { field: 'submittedAt', direction: 'desc' },
  ) {
    super();
  }
}

export class ListOrdersHandler implements QueryHandler<ListOrders> {
  readonly query = ListOrders;
  constructor(
    private readonly readModels: ReadModels,
    private readonly mac: Mac,
  ) {}

  async execute({ caller, page, filter, orderBy }: ListOrders): Promise<Page<OrderView>> {
    requireRole(ListOrders, caller);
    return pageOf<OrderRow, OrderView>(
      this.readModels,
      this.mac,
      { model: 'orders', filter: filterFor(caller, filter), sort: orderBy },
      page,
      viewOfRow,
    );
  }
}
