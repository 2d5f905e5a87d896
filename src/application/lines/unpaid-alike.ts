import type { Likeness, UnpaidAlike } from '../../domain/buyer/limits';
import type { Likenesses } from './alike';

/** Unpaid open orders by what they have in common. Bounded by the number of unpaid open orders. */
export class UnpaidOrders {
  private readonly byOrder = new Map<string, Likenesses>();
  private readonly counts: Readonly<Record<Likeness, Map<string, number>>> = {
    BUYER: new Map(),
    CONTACT: new Map(),
    ADDRESS: new Map(),
    DEVICE: new Map(),
  };

  /** The same order again counts once. */
  add(orderId: string, likenesses: Likenesses): void {
    if (this.byOrder.has(orderId)) return;
    this.byOrder.set(orderId, likenesses);
    for (const [kind, key] of likenesses) this.counts[kind].set(key, this.countOf(kind, key) + 1);
  }

  remove(orderId: string): void {
    for (const [kind, key] of this.byOrder.get(orderId) ?? []) {
      const left = this.countOf(kind, key) - 1;
      if (left > 0) this.counts[kind].set(key, left);
      else this.counts[kind].delete(key);
    }
    this.byOrder.delete(orderId);
  }

  countOf(kind: Likeness, key: string): number {
    return this.counts[kind].get(key) ?? 0;
  }

  /** The most there are of each kind of likeness. */
  alike(likenesses: Likenesses): UnpaidAlike {
    const alike: Partial<Record<Likeness, number>> = {};
    for (const [kind, key] of likenesses) alike[kind] = Math.max(alike[kind] ?? 0, this.countOf(kind, key));
    return alike;
  }
}
