import { hourOf } from '../domain/demand/forecast';
import { fromIso, HOUR_MS, toIso } from '../domain/kernel/time';
import type { OrderEvent } from '../domain/order/events';
import { factOf } from './plain';
import type { Projection } from './projection';

/** What was paid for of one SKU within one hour. */
export type DemandRow = {
  readonly skuId: string;
  /** Beginning of the hour, ISO-8601 UTC. */
  readonly hour: string;
  readonly orders: number;
  readonly units: number;
};

const beginningOfHour = (occurredAt: string): string => toIso(hourOf(fromIso(occurredAt)) * HOUR_MS);

/** Sales by SKU and hour, from the first confirmed payment of each order. What goes back later was wanted all the same. */
export const demand: Projection<DemandRow> = {
  name: 'demand',
  version: 1,
  summary: true,
  categories: ['order-'],
  indexes: [['skuId', 'hour']],
  keys: (event) => {
    const fact = factOf<OrderEvent>(event);
    return fact.type === 'PaymentConfirmed' ? [`${fact.data.skuId} ${beginningOfHour(event.occurredAt)}`] : [];
  },
  project(event, row) {
    const fact = factOf<OrderEvent>(event);
    if (fact.type !== 'PaymentConfirmed') return row;
    const { skuId, quantity } = fact.data;
    return { skuId, hour: beginningOfHour(event.occurredAt), orders: (row?.orders ?? 0) + 1, units: (row?.units ?? 0) + quantity };
  },
};
