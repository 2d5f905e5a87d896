import type { Likeness, UnpaidAlike } from '../../domain/buyer/limits';

type Likenesses = readonly (readonly [Likeness, string])[];

/** Unpaid open orders by what they have in common. Bounded by the number of unpaid open orders. */
export class UnpaidOrders {
  private readonly byOrder = new Map<string, readonly string[]>();
  private readonly counts = new Map<string, number>();

  has(orderId: string): boolean {
    return this.byOrder.has(orderId);
  }

  /** The same order again counts once. */
  add(orderId: string, likenesses: Likenesses): void {
    if (this.has(orderId)) return;
    const keys = likenesses.map(keyOf);
    this.byOrder.set(orderId, keys);
    for (const key of keys) this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  remove(orderId: string): void {
    for (const key of this.byOrder.get(orderId) ?? []) {
      const left = (this.counts.get(key) ?? 1) - 1;
      if (left > 0) this.counts.set(key, left);
      else this.counts.delete(key);
    }
    this.byOrder.delete(orderId);
  }

  /** The most there are of each kind of likeness. */
  alike(likenesses: Likenesses): UnpaidAlike {
    const alike: Partial<Record<Likeness, number>> = {};
    for (const likeness of likenesses) {
      const [kind] = likeness;
      alike[kind] = Math.max(alike[kind] ?? 0, this.counts.get(keyOf(likeness)) ?? 0);
    }
    return alike;
  }
}

const keyOf = ([kind, value]: readonly [Likeness, string]): string => `${kind} ${value}`;
