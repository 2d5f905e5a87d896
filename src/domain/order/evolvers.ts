import type { Instant } from '../kernel/time';
import type { OrderEvent, OrderEventData } from './events';
import type { OrderState } from './state';

/** What one kind of event does to an order. It believes what was stored: it never validates and never throws. */
export type Evolve<T extends OrderEvent['type']> = (state: OrderState, data: OrderEventData<T>, at: Instant, occurredAt: string) => OrderState;
export type Evolvers<T extends OrderEvent['type'] = OrderEvent['type']> = { readonly [K in T]: Evolve<K> };
