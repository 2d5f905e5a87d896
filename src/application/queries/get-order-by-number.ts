import { orderIdPrefixOf, orderNumberFor, parseOrderNumber } from '../../domain/kernel/ids';
import type { Position } from '../../domain/kernel/event';
import type { Caller, Rights } from '../caller';
import type { EventStore } from '../ports/event-store';
import type { ReadModels } from '../ports/read-models';
import { readOrder, type OrderReaderPorts } from './order-access';
import { orderView, type OrderView } from './order-view';
import { Query, type QueryHandler } from './query';

/** Waits until a read model reflects a position, at most so long. False: not yet. */
export type WaitForPosition = (model: string, position: Position, timeoutMs: number) => Promise<boolean>;

/** A number that is not known yet may belong to an order of this moment: the look-up waits so long for the read model. */
const CATCH_UP_WAIT_MS = 500;

/** One order by the number that a person reads out. */
export class GetOrderByNumber extends Query<OrderView | null> {
  static readonly operation = 'orderByNumber';
  static readonly rights: Rights = { roles: ['STOREFRONT', 'BUYER', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    /** As typed: case, blanks and look-alike letters do not matter. */
    readonly orderNumber: string,
    readonly accessToken?: string,
  ) {
    super();
  }
}

export interface NumberLookupPorts {
  readonly readModels: Pick<ReadModels, 'find' | 'checkpoint'>;
  readonly store: Pick<EventStore, 'head'>;
  readonly waitForPosition: WaitForPosition;
}

/** Ids that share the beginning of one number; there is one, but for a chance of 1 in 2^60. */
const SAME_BEGINNING_MAX = 4;

/** The order behind a number, from the read model. A number is the beginning of its id, so the rows' own key order finds it. */
export async function findByNumber(readModels: Pick<ReadModels, 'find'>, orderNumber: string): Promise<string | null> {
  const rows = await readModels.find('orders', { after: { value: null, key: orderIdPrefixOf(orderNumber) }, limit: SAME_BEGINNING_MAX });
  return rows.find(({ key }) => orderNumberFor(key) === orderNumber)?.key ?? null;
}

/** The order id behind a number, or null. The number is not the whole id, so this needs the read model. */
export async function orderIdOfNumber(
  { readModels, store, waitForPosition }: NumberLookupPorts,
  typed: string,
  options: { readonly checkOptional?: boolean } = {},
): Promise<string | null> {
  const orderNumber = parseOrderNumber(typed, options);
  if (orderNumber === null) return null;
  const found = await findByNumber(readModels, orderNumber);
  // Asked whether it was found or not: how long an answer takes must not say which orders there are.
  const head = await store.head();
  const checkpoint = await readModels.checkpoint('orders');
  if (found !== null || head === null || (checkpoint !== null && checkpoint >= head)) return found;
  await waitForPosition('orders', head, CATCH_UP_WAIT_MS);
  return findByNumber(readModels, orderNumber);
}

/** No order has this id: ids are derived. */
export const NO_ORDER = '00000000-0000-0000-0000-000000000000';

export class GetOrderByNumberHandler implements QueryHandler<GetOrderByNumber> {
  readonly query = GetOrderByNumber;
  constructor(private readonly ports: NumberLookupPorts & OrderReaderPorts) {}

  async execute({ caller, orderNumber, accessToken }: GetOrderByNumber): Promise<OrderView | null> {
    const orderId = await orderIdOfNumber(this.ports, orderNumber);
    // A number of no order is looked at like one of a foreign order: one read of a stream, and one comparison of a token.
    const found = await readOrder(this.ports, GetOrderByNumber, { caller, orderId: orderId ?? NO_ORDER, accessToken });
    return found === null ? null : orderView(found.state, found.revision);
  }
}
