/** Whoever comes before all others is on top. */
export class Heap<T> {
  private items: T[] = [];

  constructor(private readonly isBefore: (a: T, b: T) => boolean) {}

  get size(): number {
    return this.items.length;
  }

  get top(): T | undefined {
    return this.items[0];
  }

  /** Holds these and no others from now on. */
  reset(items: readonly T[]): void {
    this.items = [...items].sort((a, b) => Number(this.isBefore(b, a)) - Number(this.isBefore(a, b)));
  }

  /** Forgets all others. */
  keep(isKept: (item: T) => boolean): void {
    this.reset(this.items.filter(isKept));
  }

  push(item: T): void {
    const { items } = this;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent];
      if (above === undefined || !this.isBefore(item, above)) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  pop(): T | undefined {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const [l, r] = [items[left], items[right]];
      if (l === undefined) break;
      const [child, least] = r !== undefined && this.isBefore(r, l) ? [right, r] : [left, l];
      if (!this.isBefore(least, last)) break;
      items[at] = least;
      at = child;
    }
    items[at] = last;
    return top;
  }
}
