import { orderIdOfReference } from '../../domain/kernel/ids';
import { searchKey } from '../../domain/order/search-key';
import type { CardRow } from '../../projections/cards';
import type { OrderRow } from '../../projections/orders';
import type { SearchKeyRow } from '../../projections/search-keys';
import { isStaff, requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import { cardFingerprint } from '../card-text';
import type { Mac } from '../cursor';
import { contactKeyOf } from '../order-secrets';
import type { ReadModels } from '../ports/read-models';
import { orderIdOfNumber, type NumberLookupPorts } from './get-order-by-number';
import { readOrder, type OrderReaderPorts } from './order-access';
import { filterFor, viewOfRow } from './order-list';
import { orderView, type OrderView } from './order-view';
import { assertFirst, BadInput, type ListOf, pageOf, type Page, type PageRequest } from './page';
import { Query, type QueryHandler } from './query';

const TEXT_CHARACTERS_MAX = 512;
const ORDER_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
/** The same code in so many SKUs, and the orders that ever held each. */
const CARDS_MAX = 10;
const HOLDERS_MAX = 20;

/**
 * One box for whatever a person at the desk has in hand: an order number or id, a reference of ours, the gateway's transaction
 * id, a channel request id, the buyer's e-mail or telephone number, a code, a checkout id, or the shop's own buyer id.
 * Contacts and codes are looked for by their keyed digest: nothing here stores or logs the text.
 */
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

const nothing: Page<OrderView> = { edges: [], hasNextPage: false, totalCount: 0 };
const all = (orders: readonly OrderView[]): Page<OrderView> => ({
  edges: orders.map((node) => ({ node, cursor: '' })),
  hasNextPage: false,
  totalCount: orders.length,
});

export class SearchOrdersHandler implements QueryHandler<SearchOrders> {
  readonly query = SearchOrders;
  constructor(
    private readonly ports: NumberLookupPorts & OrderReaderPorts & { readonly readModels: ReadModels },
    private readonly mac: Mac,
  ) {}

  /** The first kind of thing that the text turns out to be. A later page is one of a list, and its cursor says of which. */
  async execute({ caller, text, page }: SearchOrders): Promise<Page<OrderView>> {
    requireRole(SearchOrders, caller);
    const wanted = text.trim();
    assertFirst(page.first);
    if (wanted === '' || wanted.length > TEXT_CHARACTERS_MAX) throw new BadInput('text', `must be 1 to ${TEXT_CHARACTERS_MAX} characters`);
    if (page.after !== undefined) return this.laterPage(caller, wanted, page);
    const exact = await this.byId(caller, wanted);
    if (exact !== null) return all([exact]);
    const keyed = await this.byKey(caller, wanted, page);
    if (keyed.edges.length > 0) return keyed;
    const holders = await this.byCode(caller, wanted);
    if (holders.length > 0) return all(holders.slice(0, page.first));
    for (const list of this.lists(caller, wanted)) {
      const found = await this.pageOfOrders(list, page);
      if (found.edges.length > 0) return found;
    }
    return nothing;
  }

  private async laterPage(caller: Caller, text: string, page: PageRequest): Promise<Page<OrderView>> {
    const pages = [() => this.byKey(caller, text, page), ...this.lists(caller, text).map((list) => () => this.pageOfOrders(list, page))];
    let problem: unknown;
    for (const read of pages) {
      try {
        return await read();
      } catch (error) {
        // A cursor of another one of the lists.
        if (!(error instanceof BadInput)) throw error;
        problem = error;
      }
    }
    throw problem;
  }

  private async byId(caller: Caller, text: string): Promise<OrderView | null> {
    const lower = text.toLowerCase();
    const id = ORDER_ID.test(lower) ? lower : orderIdOfReference(lower);
    const orderId = id ?? (await orderIdOfNumber(this.ports, text, { checkOptional: true }));
    return orderId === null ? null : this.seen(caller, orderId);
  }

  private async byKey(caller: Caller, text: string, page: PageRequest): Promise<Page<OrderView>> {
    const contact = contactKeyOf(this.ports.keyring, text);
    const keys = [searchKey('transaction', text), searchKey('request', text), ...(contact === null ? [] : [searchKey('contact', contact)])];
    const list = { model: 'search-keys', filter: { find: { in: keys } }, sort: { field: 'at', direction: 'desc' } } as const;
    const found = await pageOf<SearchKeyRow, string>(this.ports.readModels, this.mac, list, page, ({ value }) => value.orderId);
    const orders = await Promise.all(found.edges.map(async ({ node, cursor }) => ({ node: await this.seen(caller, node), cursor })));
    const edges = orders.flatMap(({ node, cursor }) => (node === null ? [] : [{ node, cursor }]));
    // How many orders others have under a key is theirs to know.
    return { edges, hasNextPage: found.hasNextPage, totalCount: isStaff(caller.role) ? found.totalCount : edges.length };
  }

  /** Every order that has, or once had, the card with this code. */
  private async byCode(caller: Caller, text: string): Promise<readonly OrderView[]> {
    const fingerprint = cardFingerprint(this.ports.keyring, text);
    const cards = await this.ports.readModels.find<CardRow>('cards', { filter: { fingerprint: { eq: fingerprint } }, limit: CARDS_MAX });
    const holders = cards.flatMap(({ value: { orderId, state } }) => [
      ...(orderId === null ? [] : [orderId]),
      ...state.released.map((reservation) => reservation.slice(0, reservation.indexOf('#'))).reverse(),
    ]);
    const orders = await Promise.all([...new Set(holders)].slice(0, HOLDERS_MAX).map((orderId) => this.seen(caller, orderId)));
    return orders.filter((order) => order !== null);
  }

  private lists(caller: Caller, text: string): readonly ListOf[] {
    const sort = { field: 'submittedAt', direction: 'desc' } as const;
    return [{ checkoutId: text }, { buyerRef: text }].map((wish) => ({ model: 'orders', filter: filterFor(caller, wish), sort }));
  }

  private pageOfOrders(list: ListOf, page: PageRequest): Promise<Page<OrderView>> {
    return pageOf<OrderRow, OrderView>(this.ports.readModels, this.mac, list, page, viewOfRow);
  }

  private async seen(caller: Caller, orderId: string): Promise<OrderView | null> {
    const found = await readOrder(this.ports, SearchOrders, { caller, orderId });
    return found === null ? null : orderView(found.state, found.revision);
  }
}
