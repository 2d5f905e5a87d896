import type { Instant } from '../../domain/kernel/time';
import { Heap } from './heap';

/** Places that count nothing any more may be so many times as many as those that do. */
const STALE_SHARE_MAX = 4;
const SMALL = 1_024;

interface Place<T> {
  readonly item: T;
  readonly since: Instant;
  /** In the order of coming. */
  readonly n: number;
}

/** Who waits: the longest waiting first, among those of one moment in the order of coming. */
export class WaitQueue<T> {
  private readonly places = new Map<T, Place<T>>();
  private readonly heap = new Heap<Place<T>>((a, b) => a.since < b.since || (a.since === b.since && a.n < b.n));
  private coming = 0;

  get size(): number {
    return this.places.size;
  }

  add(item: T, since: Instant): void {
    if (this.heap.size > SMALL && this.heap.size > STALE_SHARE_MAX * this.places.size) this.heap.keep((place) => this.counts(place));
    const place = { item, since, n: ++this.coming };
    this.places.set(item, place);
    this.heap.push(place);
  }

  remove(item: T): boolean {
    return this.places.delete(item);
  }

  /** Whoever waits longest. */
  get first(): { readonly item: T; readonly since: Instant } | undefined {
    for (let top = this.heap.top; top !== undefined; top = this.heap.top) {
      if (this.counts(top)) return top;
      this.heap.pop();
    }
    return undefined;
  }

  private counts(place: Place<T>): boolean {
    return this.places.get(place.item) === place;
  }
}
