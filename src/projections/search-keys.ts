import type { StoredEvent } from '../domain/kernel/event';
import { idOf } from '../domain/kernel/ids';
import { fromIso, type Instant } from '../domain/kernel/time';
import type { OrderEvent } from '../domain/order/events';
import { searchKey } from '../domain/order/search-key';
import { factOf } from './plain';
import type { Projection } from './projection';

export type SearchKeyRow = {
  /** See `searchKey`. */
  readonly find: string;
  readonly orderId: string;
  /** When the order came by this key. */
  readonly at: Instant;
};

function keysOf({ type, data }: OrderEvent): readonly string[] {
  switch (type) {
    case 'OrderSubmitted':
      return (data.buyer.contactKeys ?? []).map((key) => searchKey('contact', key));
    case 'BuyerErased':
      return data.contactKeys.map((key) => searchKey('contact', key));
    case 'PaymentConfirmed':
    case 'SurplusPaymentConfirmed':
    case 'PaymentCapturedAgain':
    case 'LatePaymentReceived':
      return data.transactionId === undefined ? [] : [searchKey('transaction', data.transactionId)];
    case 'PurchaseRequested':
      return [searchKey('request', data.requestId)];
    default:
      return [];
  }
}

/** One row for each way to find an order that its own row has no index for, written once: none costs a write per event. A buyer who is erased is found no more. */
export const searchKeys: Projection<SearchKeyRow> = {
  name: 'search-keys',
  version: 2,
  categories: ['order-'],
  indexes: [['find', 'at']],
  keys: (event: StoredEvent) => keysOf(factOf<OrderEvent>(event)).map((key) => `${idOf(event.stream)}/${key}`),
  project: (event, row, key) =>
    event.type === 'BuyerErased'
      ? null
      : (row ?? { find: key.slice(key.indexOf('/') + 1), orderId: idOf(event.stream), at: fromIso(event.occurredAt) }),
};
