import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { orderIdOfReference } from '../../domain/kernel/ids';
import type { OrderRow } from '../../projections/orders';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Mac } from '../cursor';
import type { ReadModels } from '../ports/read-models';
import { orderIdOfNumber, type NumberLookupPorts } from './get-order-by-number';
import { readOrder, type OrderReaderPorts } from './order-access';
import { filterFor, viewOfRow } from './order-list';
import { orderView, type OrderView } from './order-view';
import { assertFirst, BadInput, pageOf, type Page, type PageRequest } from './page';

const TEXT_CHARACTERS_MAX = 128;
const ORDER_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** One box for what a person at the desk has in hand: an order number, an order id, a payment reference, or the shop's own buyer id. */
export class SearchOrders extends Query<Page<OrderView>> {
  static readonly operation = 'searchOrders';
  static readonly rights: Rights = { roles: ['STOREFRONT', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly text: string,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(SearchOrders)
export class SearchOrdersHandler implements IQueryHandler<SearchOrders, Page<OrderView>> {
  constructor(
    private readonly ports: NumberLookupPorts & OrderReaderPorts & { readonly readModels: ReadModels },
    private readonly mac: Mac,
  ) {}

  async execute({ caller, text, page }: SearchOrders): Promise<Page<OrderView>> {
    requireRole(SearchOrders, caller);
    const wanted = text.trim();
    assertFirst(page.first);
    if (wanted === '' || wanted.length > TEXT_CHARACTERS_MAX) throw new BadInput('text', `must be 1 to ${TEXT_CHARACTERS_MAX} characters`);
    const exact = await this.findOne(caller, wanted);
    if (exact !== null) return { edges: [{ node: exact, cursor: '' }], hasNextPage: false, totalCount: 1 };
    const list = { model: 'orders', filter: filterFor(caller, { buyerRef: wanted }), sort: { field: 'submittedAt', direction: 'desc' } } as const;
    return pageOf<OrderRow, OrderView>(this.ports.readModels, this.mac, list, page, viewOfRow);
  }

  private async findOne(caller: Caller, text: string): Promise<OrderView | null> {
    const lower = text.toLowerCase();
    const orderId = ORDER_ID.test(lower) ? lower : (orderIdOfReference(lower) ?? (await orderIdOfNumber(this.ports, text)));
    const found = orderId === null ? null : await readOrder(this.ports, SearchOrders, { caller, orderId });
    return found === null ? null : orderView(found.state, found.revision);
  }
}
