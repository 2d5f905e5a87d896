import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { parseOrderNumber } from '../../domain/kernel/ids';
import type { Position } from '../../domain/kernel/event';
import type { Caller, Rights } from '../caller';
import type { EventStore } from '../ports/event-store';
import type { ReadModels } from '../ports/read-models';
import { readOrder, type OrderReaderPorts } from './order-access';
import { orderView, type OrderView } from './order-view';

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

/** The order id behind a number, or null. The number is not the whole id, so this needs the read model. */
export async function orderIdOfNumber({ readModels, store, waitForPosition }: NumberLookupPorts, typed: string): Promise<string | null> {
  const orderNumber = parseOrderNumber(typed);
  if (orderNumber === null) return null;
  const find = async (): Promise<string | null> =>
    (await readModels.find('orders', { filter: { orderNumber: { eq: orderNumber } }, limit: 1 }))[0]?.key ?? null;
  const found = await find();
  if (found !== null) return found;
  const head = await store.head();
  const checkpoint = await readModels.checkpoint('orders');
  if (head === null || (checkpoint !== null && checkpoint >= head)) return null;
  await waitForPosition('orders', head, CATCH_UP_WAIT_MS);
  return find();
}

@QueryHandler(GetOrderByNumber)
export class GetOrderByNumberHandler implements IQueryHandler<GetOrderByNumber, OrderView | null> {
  constructor(private readonly ports: NumberLookupPorts & OrderReaderPorts) {}

  async execute({ caller, orderNumber, accessToken }: GetOrderByNumber): Promise<OrderView | null> {
    const orderId = await orderIdOfNumber(this.ports, orderNumber);
    const found = orderId === null ? null : await readOrder(this.ports, GetOrderByNumber, { caller, orderId, accessToken });
    return found === null ? null : orderView(found.state, found.revision);
  }
}
