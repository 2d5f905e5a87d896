import type { OrderTagRow } from '../../projections/order-tags';
import type { OrderRow } from '../../projections/orders';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import { tag as tagInput } from '../commands/input';
import type { Mac } from '../cursor';
import { fits } from '../ports/read-model-rules';
import type { ReadModels } from '../ports/read-models';
import { filterFor, viewOfRow, type OrderFilter } from './order-list';
import type { OrderView } from './order-view';
import { BadInput, pageOf, type Page, type PageRequest } from './page';
import { Query, type QueryHandler } from './query';

/** Orders that people at the desk put a tag on, last tagged first. Throws BadInput for an impossible page or a foreign cursor. */
export class ListTaggedOrders extends Query<Page<OrderView>> {
  static readonly operation = 'taggedOrders';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly tag: string,
    readonly page: PageRequest,
    readonly filter: OrderFilter = {},
  ) {
    super();
  }
}

export class ListTaggedOrdersHandler implements QueryHandler<ListTaggedOrders> {
  readonly query = ListTaggedOrders;
  constructor(
    private readonly readModels: ReadModels,
    private readonly mac: Mac,
  ) {}

  /** A page is one of the tag: orders that do not fit the filter are left out of it, so that it may be short and still have a next one. */
  async execute({ caller, tag, page, filter }: ListTaggedOrders): Promise<Page<OrderView>> {
    requireRole(ListTaggedOrders, caller);
    const wanted = filterFor(caller, filter);
    const parsed = tagInput.safeParse(tag);
    if (!parsed.success) throw new BadInput('tag', 'is none that an order could have');
    const list = { model: 'order-tags', filter: { tag: { eq: parsed.data } }, sort: { field: 'taggedAt', direction: 'desc' } } as const;
    const tagged = await pageOf<OrderTagRow, string>(this.readModels, this.mac, list, page, ({ value }) => value.orderId);
    const rows = await this.readModels.getMany<OrderRow>(
      'orders',
      tagged.edges.map(({ node }) => node),
    );
    const byId = new Map(rows.map((row) => [row.key, row]));
    const edges = tagged.edges.flatMap(({ node, cursor }) => {
      const row = byId.get(node);
      return row === undefined || !fits(row.value, wanted) ? [] : [{ node: viewOfRow(row), cursor }];
    });
    return { ...tagged, edges };
  }
}
