import type { StoredEvent } from '../domain/kernel/event';
import { idOf } from '../domain/kernel/ids';
import { fromIso, type Instant } from '../domain/kernel/time';
import type { OrderEvent } from '../domain/order/events';
import { factOf } from './plain';
import type { Projection } from './projection';

export type OrderTagRow = {
  readonly tag: string;
  readonly orderId: string;
  readonly taggedAt: Instant;
};

/** One row for each tag of each order. A row goes with its tag. */
export const orderTags: Projection<OrderTagRow> = {
  name: 'order-tags',
  version: 1,
  categories: ['order-'],
  indexes: [['tag', 'taggedAt']],
  keys(event: StoredEvent) {
    const { type, data } = factOf<OrderEvent>(event);
    return type === 'OrderTagged' || type === 'OrderUntagged' ? [`${idOf(event.stream)}/${data.tag}`] : [];
  },
  project(event) {
    const { type, data, occurredAt } = factOf<OrderEvent>(event);
    return type === 'OrderTagged' ? { tag: data.tag, orderId: idOf(event.stream), taggedAt: fromIso(occurredAt) } : null;
  },
};
