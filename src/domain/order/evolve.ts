import type { Happened } from '../kernel/event';
import { fromIso } from '../kernel/time';
import type { OrderEvent } from './events';
import { evolveCards } from './evolve-cards';
import { evolveLife } from './evolve-life';
import { evolvePayments } from './evolve-payments';
import { evolvePurchases } from './evolve-purchases';
import { evolveRefunds } from './evolve-refunds';
import type { Evolve, Evolvers } from './evolvers';
import type { OrderState } from './state';

/** Every event type has its line here, or this does not compile. */
const evolvers: Evolvers = { ...evolveLife, ...evolvePayments, ...evolveCards, ...evolvePurchases, ...evolveRefunds };

export function evolveOrder(state: OrderState, event: Happened<OrderEvent>): OrderState {
  const evolve = evolvers[event.type] as Evolve<OrderEvent['type']>;
  const at = fromIso(event.occurredAt);
  return evolve({ ...state, events: state.events + 1, lastEventAt: at }, event.data, at, event.occurredAt);
}
