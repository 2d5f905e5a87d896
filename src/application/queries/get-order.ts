import type { Caller, Rights } from '../caller';
import { readOrder, type OrderAsked, type OrderReaderPorts } from './order-access';
import { orderView, type OrderView } from './order-view';
import { Query, type QueryHandler } from './query';

/** Waits until the order's stream has reached a revision, at most so long. False: not yet. */
export type WaitForRevision = (orderId: string, revision: number, timeoutMs: number) => Promise<boolean>;

/** A read that asks for a revision waits at most so long for it, and then answers with what there is. */
export const MIN_REVISION_WAIT_MS = 2_000;

export interface OrderAnswer {
  /** Null: there is no such order, or none that the caller may see. */
  readonly order: OrderView | null;
  /** The revision asked for had not come when the wait ended. */
  readonly lagging: boolean;
}

/** One order as it is now. */
export class GetOrder extends Query<OrderAnswer> implements OrderAsked {
  static readonly operation = 'order';
  static readonly rights: Rights = { roles: ['STOREFRONT', 'BUYER', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
    readonly accessToken?: string,
    readonly minRevision?: number,
  ) {
    super();
  }
}

/** Answers from the order's own stream: never behind, and also while the read models are away. */
export class GetOrderHandler implements QueryHandler<GetOrder> {
  readonly query = GetOrder;
  constructor(
    private readonly ports: OrderReaderPorts,
    private readonly waitFor: WaitForRevision,
  ) {}

  async execute(query: GetOrder): Promise<OrderAnswer> {
    const { orderId, minRevision = 0 } = query;
    let found = await readOrder(this.ports, GetOrder, query);
    if (found !== null && found.revision < minRevision) {
      await this.waitFor(orderId, minRevision, MIN_REVISION_WAIT_MS);
      found = await readOrder(this.ports, GetOrder, query);
    }
    if (found === null) return { order: null, lagging: false };
    return { order: orderView(found.state, found.revision), lagging: found.revision < minRevision };
  }
}
