import type { StoredEvent } from '../domain/kernel/event';
import { idOf } from '../domain/kernel/ids';
import { fromIso, type Instant } from '../domain/kernel/time';
import type { OrderEvent } from '../domain/order/events';
import { factOf } from './plain';
import type { Projection } from './projection';

/** By what an order can be found that its own row has no index for. Each is rare beside orders: none costs a write per event. */
export type SearchKind = 'contact' | 'transaction' | 'request';

export type SearchKeyRow = {
  /** Kind and value. Of a contact, the value is a keyed digest. */
  readonly find: string;
  readonly orderId: string;
  /** When the order came by this key. */
  readonly at: Instant;
};

/** The separator is a character that no value may hold. */
export const searchKey = (kind: SearchKind, value: string): string => `${kind}\u001f${value}`;

function keysOf({ type, data }: OrderEvent): readonly string[] {
  switch (type) {
    case 'OrderSubmitted':
      return (data.buyer.contactKeys ?? []).map((key) => searchKey('contact', key));
    case 'PaymentConfirmed':
    case 'SurplusPaymentConfirmed':
    case 'LatePaymentReceived':
      return data.transactionId === undefined ? [] : [searchKey('transaction', data.transactionId)];
    default:
      return [];
  }
}

/** One row for each way to find an order, written once. */
export const searchKeys: Projection<SearchKeyRow> = {
  name: 'search-keys',
  version: 1,
  categories: ['order-'],
  indexes: [['find', 'at']],
  keys: (event: StoredEvent) => keysOf(factOf<OrderEvent>(event)).map((key) => `${idOf(event.stream)}/${key}`),
  project: (event, row, key) => row ?? { find: key.slice(key.indexOf('/') + 1), orderId: idOf(event.stream), at: fromIso(event.occurredAt) },
};
