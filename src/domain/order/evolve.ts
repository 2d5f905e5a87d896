import type { Happened } from '../kernel/event';
import { fromIso, type Instant } from '../kernel/time';
import type { OrderEvent, OrderEventData } from './events';
import { evolveCards } from './evolve-cards';
import { evolveLife } from './evolve-life';
import { evolvePayments } from './evolve-payments';
import { evolveRefunds } from './evolve-refunds';
import type { OrderState } from './state';

/** What one kind of event does to an order. It believes what was stored: it never validates and never throws. */
export type Evolve<T extends OrderEvent['type']> = (state: OrderState, data: OrderEventData<T>, at: Instant, occurredAt: string) => OrderState;
export type Evolvers<T extends OrderEvent['type'] = OrderEvent['type']> = { readonly [K in T]: Evolve<K> };

/** Every event type has its line here, or this does not compile. */
const evolvers: Evolvers = { ...evolveLife, ...evolvePayments, ...evolveCards, ...evolveRefunds };

export function evolveOrder(state: OrderState, event: Happened<OrderEvent>): OrderState {
  const evolve = evolvers[event.type] as Evolve<OrderEvent['type']>;
  return evolve({ ...state, events: state.events + 1 }, event.data as never, fromIso(event.occurredAt), event.occurredAt);
}
