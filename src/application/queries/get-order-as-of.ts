import type { Happened } from '../../domain/kernel/event';
import { streams } from '../../domain/kernel/ids';
import { fromIso, type Instant } from '../../domain/kernel/time';
import { order } from '../../domain/order/decide';
import type { OrderEvent } from '../../domain/order/events';
import { isSubmitted } from '../../domain/order/state';
import type { Caller, Rights } from '../caller';
import type { EventCodec } from '../ports/event-codec';
import type { EventStore } from '../ports/event-store';
import { readStream } from './get-order-history';
import { asItMayBeTold } from './erased-history';
import { readOrder, type OrderAsked, type OrderReaderPorts } from './order-access';
import { orderView, type OrderView } from './order-view';
import { Query, type QueryHandler } from './query';

/** `revision`: with the events up to and including it · `at`: with what had happened by then, in store time. */
export type Moment = { readonly revision: number } | { readonly at: Instant };

/** One order as it was. Null when it did not exist then, or the caller may not see it. */
export class GetOrderAsOf extends Query<OrderView | null> implements OrderAsked {
  static readonly operation = 'order.asOf';
  static readonly rights: Rights = { roles: ['STOREFRONT', 'BUYER', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
    readonly moment: Moment,
    readonly accessToken?: string,
  ) {
    super();
  }
}

export class GetOrderAsOfHandler implements QueryHandler<GetOrderAsOf> {
  readonly query = GetOrderAsOf;
  constructor(
    private readonly store: Pick<EventStore, 'read'>,
    private readonly codec: EventCodec,
    private readonly ports: OrderReaderPorts,
  ) {}

  async execute(query: GetOrderAsOf): Promise<OrderView | null> {
    const { orderId, moment } = query;
    // Who may read it is asked of the order as it is now: a token that was renewed opens the past no more.
    const now = await readOrder(this.ports, GetOrderAsOf, query);
    if (now === null) return null;
    const events = await readStream(this.store, this.codec, streams.order(orderId));
    const by =
      'revision' in moment
        ? events.filter(({ revision }) => revision <= moment.revision)
        : events.filter(({ occurredAt }) => fromIso(occurredAt) <= moment.at);
    const state = by.reduce((before, event) => order.evolve(before, event as unknown as Happened<OrderEvent>), order.initial(orderId));
    const last = by.at(-1);
    return last === undefined || !isSubmitted(state) ? null : orderView(asItMayBeTold(state, now.state), last.revision);
  }
}
