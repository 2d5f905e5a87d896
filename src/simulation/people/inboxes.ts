import type { Surroundings } from '../world/surroundings';

/** What buyers hold in their hands: the order ids they were told, and the codes they were shown. One of the independent ledgers. */
export class Inboxes {
  /** Order id → the buyer who was told it. */
  readonly acks = new Map<string, number>();
  readonly refusals = new Map<string, number>();
  /** Code → who was shown it, and for which order. */
  private readonly codes = new Map<string, { readonly buyer: number; readonly orderId: string }>();
  private readonly byOrder = new Map<string, Set<string>>();

  constructor(private readonly around: Pick<Surroundings, 'violated' | 'story'>) {}

  /** Every code that anybody was shown. */
  get shown(): ReadonlyMap<string, { readonly buyer: number; readonly orderId: string }> {
    return this.codes;
  }

  acknowledged(orderId: string, buyer: number): void {
    const before = this.acks.get(orderId);
    if (before !== undefined && before !== buyer) this.around.violated('I6', `order ${orderId} was given to two buyers`, orderId);
    if (before === undefined) this.around.story.tell(`buyer ${buyer} is told of ${orderId}`);
    this.acks.set(orderId, buyer);
  }

  refused(buyer: number, code: string): void {
    this.around.story.tell(`buyer ${buyer} is refused ${code}`);
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }

  received(buyer: number, orderId: string, cards: readonly { readonly id: string; readonly code: string }[]): void {
    for (const { id, code } of cards) {
      const before = this.codes.get(code);
      if (before !== undefined && before.orderId !== orderId)
        this.around.violated('I2', `the code of card ${id} was shown for ${before.orderId} and for ${orderId}`, orderId);
      this.codes.set(code, { buyer, orderId });
      const shown = this.byOrder.get(orderId) ?? new Set<string>();
      this.byOrder.set(orderId, shown.add(id));
    }
    this.around.story.tell(`buyer ${buyer} sees ${cards.map(({ id }) => id).join(' ')} of ${orderId}`);
  }

  /** Cards whose codes the buyer of this order has seen. */
  cardsSeen(orderId: string): ReadonlySet<string> {
    return this.byOrder.get(orderId) ?? new Set();
  }
}
