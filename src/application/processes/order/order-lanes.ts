import type { StoredEvent } from '../../../domain/kernel/event';
import { idOf } from '../../../domain/kernel/ids';
import type { OrderEvent } from '../../../domain/order/events';
import { Recent } from '../../recent';

/** Orders outside the default lane that are remembered: as many as may wait at once. */
const KEPT_MAX = 100_000;
const USUAL = 'default';

/**
 * The lane of each order, as far as this engine has seen. A VIP is one before the order is routed. What was forgotten, or never seen since
 * a restart, counts as usual until it is next looked at: that costs a turn, never an order.
 */
export class OrderLanes {
  private readonly unusual = new Recent<string, string>(KEPT_MAX);

  of(orderId: string): string {
    return this.unusual.get(orderId) ?? USUAL;
  }

  note(orderId: string, lane: string | undefined): void {
    if (lane === undefined) return;
    if (lane !== USUAL) this.unusual.set(orderId, lane);
    else if (this.unusual.has(orderId)) this.unusual.delete(orderId);
  }

  observe(event: StoredEvent): void {
    const { type, data } = event as unknown as OrderEvent;
    if (type === 'OrderRouted') this.note(idOf(event.stream), data.lane);
    if (type === 'OrderSubmitted' && data.buyer.tier === 'VIP') this.note(idOf(event.stream), 'vip');
  }
}
