import { idOf } from '../../domain/kernel/ids';
import type { Happened, StoredEvent } from '../../domain/kernel/event';
import { order } from '../../domain/order/decide';
import type { OrderEvent } from '../../domain/order/events';
import { phaseOf, type Phase } from '../../domain/order/phase';
import type { OrderState } from '../../domain/order/state';

/** Where every order stands as the log has it at this moment: for coverage, reports and people who look things up. No oracle believes it. */
export class OrderWatch {
  private readonly states = new Map<string, OrderState>();
  private readonly phases = new Map<string, Phase>();
  private readonly open = new Set<string>();

  see(event: StoredEvent): void {
    if (!event.stream.startsWith('order-')) return;
    const orderId = idOf(event.stream);
    const state = order.evolve(this.states.get(orderId) ?? order.initial(orderId), event as unknown as Happened<OrderEvent>);
    this.states.set(orderId, state);
    this.phases.set(orderId, phaseOf(state));
    if (state.end === undefined) this.open.add(orderId);
    else this.open.delete(orderId);
  }

  stateOf(orderId: string): OrderState | undefined {
    return this.states.get(orderId);
  }

  phaseOf(orderId: string): Phase | undefined {
    return this.phases.get(orderId);
  }

  /** Orders that have not ended. */
  get openOrders(): ReadonlySet<string> {
    return this.open;
  }

  all(): IterableIterator<[string, OrderState]> {
    return this.states.entries();
  }
}
