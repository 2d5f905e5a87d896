import { Recent } from '../../recent';
import { isSubmitted, type OrderState, type SubmittedOrder } from '../../../domain/order/state';
import { aggregates } from '../../aggregates';
import type { CommandHandling } from '../../handle-command';
import { ReadModelsUnavailable } from '../../ports/read-models';
import type { OrderSeen } from '../result';

/** Whose order it is and for what: two open ones of these are probably one wish. */
export interface Wish {
  readonly clientId: string;
  readonly buyerRef: string;
  readonly skuId: string;
  readonly quantity: number;
}

/** An unpaid open order for the same wish as the read model has it, by id. It may be behind or away: its answer is a hint. */
export type FindOpenOrder = (wish: Wish) => Promise<string | null>;

/** Wishes remembered per node: what was stored faster than the read model tells. */
const RECENT_MAX = 8_192;

const keyOf = ({ clientId, buyerRef, skuId, quantity }: Wish): string => JSON.stringify([clientId, buyerRef, skuId, quantity]);

/** Money may still come for it, and nobody has called it off. */
export const isOpenUnpaid = (state: OrderState): state is SubmittedOrder =>
  isSubmitted(state) && state.end === undefined && state.paidAt === undefined && state.cancelRequestedAt === undefined;

/** Finds the open order that a buyer seems to have forgotten: best effort across nodes, exact within one. */
export class OpenOrders {
  private readonly recent = new Recent<string, string>(RECENT_MAX);
  /** The last of those who submit the same wish at this moment; as many as admission lets in. */
  private readonly tails = new Map<string, Promise<unknown>>();

  constructor(
    private readonly commands: CommandHandling,
    private readonly findOpenOrder: FindOpenOrder,
  ) {}

  /** One after the other for the same wish, so that the second sees what the first has stored. */
  async inTurn<T>(wish: Wish, work: () => Promise<T>): Promise<T> {
    const key = keyOf(wish);
    const mine = (this.tails.get(key) ?? Promise.resolve()).then(work);
    const tail = mine.catch(() => undefined);
    this.tails.set(key, tail);
    try {
      return await mine;
    } finally {
      if (this.tails.get(key) === tail) this.tails.delete(key);
    }
  }

  noteStored(wish: Wish, orderId: string): void {
    this.recent.set(keyOf(wish), orderId);
  }

  /** The open order for the same wish, as its own stream has it; null when there is none but `orderId` itself. */
  async find(wish: Wish, orderId: string): Promise<OrderSeen | null> {
    const candidates = new Set([this.recent.get(keyOf(wish)), await this.asked(wish)]);
    for (const candidate of candidates) {
      if (candidate === undefined || candidate === null || candidate === orderId) continue;
      const { state, revision } = await this.commands.load(aggregates.order, candidate, true);
      if (isOpenUnpaid(state) && isFor(state, wish)) return { state, revision };
    }
    return null;
  }

  private async asked(wish: Wish): Promise<string | null> {
    try {
      return await this.findOpenOrder(wish);
    } catch (error) {
      // Orders are taken while read models are away; a second one is the smaller harm.
      if (error instanceof ReadModelsUnavailable) return null;
      throw error;
    }
  }
}

function isFor({ submitted }: SubmittedOrder, { clientId, buyerRef, skuId, quantity }: Wish): boolean {
  return submitted.clientId === clientId && submitted.buyer.ref === buyerRef && submitted.skuId === skuId && submitted.quantity === quantity;
}
