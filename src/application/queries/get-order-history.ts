import type { StoredEvent } from '../../domain/kernel/event';
import { streams } from '../../domain/kernel/ids';
import { isStaff } from '../authorise';
import type { Caller, Rights } from '../caller';
import { encodeCursor, filterHashOf, type CursorScope, type Mac } from '../cursor';
import type { EventCodec } from '../ports/event-codec';
import { type EventStore, READ_LIMIT_MAX } from '../ports/event-store';
import { erasedEvent } from './erased-history';
import { readOrder, type OrderAsked, type OrderReaderPorts } from './order-access';
import { assertFirst, placeOf, type Page, type PageRequest } from './page';
import { Query, type QueryHandler } from './query';
import { orderTimeline, type TimelineEntry } from './timeline';

/** Every event of one order in plain words, oldest first; null when the caller may not see the order. */
export class GetOrderHistory extends Query<Page<TimelineEntry> | null> implements OrderAsked {
  static readonly operation = 'order.history';
  static readonly rights: Rights = { roles: ['STOREFRONT', 'BUYER', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
    readonly page: PageRequest,
    readonly accessToken?: string,
  ) {
    super();
  }
}

export class GetOrderHistoryHandler implements QueryHandler<GetOrderHistory> {
  readonly query = GetOrderHistory;
  constructor(
    private readonly store: Pick<EventStore, 'read'>,
    private readonly codec: EventCodec,
    private readonly ports: OrderReaderPorts,
    private readonly mac: Mac,
  ) {}

  async execute(query: GetOrderHistory): Promise<Page<TimelineEntry> | null> {
    const { caller, orderId, page } = query;
    assertFirst(page.first);
    const scope: CursorScope = { model: 'history', sort: 'revision:asc', filterHash: filterHashOf({ orderId: { eq: orderId } }) };
    const place = placeOf(page.after, scope, this.mac);
    const found = await readOrder(this.ports, GetOrderHistory, query);
    if (found === null) return null;
    // An order has at most some hundreds of events, so the cause of each is found by reading them all.
    const stored = await readStream(this.store, this.codec, streams.order(orderId));
    const events = found.state.erasedAt === undefined ? stored : stored.map(erasedEvent);
    const all = orderTimeline(events, { locale: caller.locale, inside: isStaff(found.role) });
    const rest = all.filter(({ revision }) => revision > (typeof place?.value === 'number' ? place.value : -1));
    const edges = rest.slice(0, page.first).map((node) => ({ node, cursor: encodeCursor({ value: node.revision, key: orderId }, scope, this.mac) }));
    return { edges, hasNextPage: rest.length > page.first, totalCount: all.length };
  }
}

/** All events of a stream in today's shapes; one that this program does not understand stays as it was stored. */
export async function readStream(store: Pick<EventStore, 'read'>, codec: EventCodec, stream: string): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (;;) {
    const page = await store.read(stream, { from: events.length });
    for (const stored of page) {
      const decoded = codec.decode(stored);
      events.push(decoded.outcome === 'read' ? decoded.event : stored);
    }
    if (page.length < READ_LIMIT_MAX) return events;
  }
}
