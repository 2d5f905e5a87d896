import type { Instant } from '../../domain/kernel/time';

/** Who waits for one topic, in order of waiting. Sorted only when somebody came back to an old place and the oldest are wanted. */
export class WaitQueue {
  private since = new Map<string, Instant>();
  private latest: Instant = Number.NEGATIVE_INFINITY;
  private isSorted = true;

  get size(): number {
    return this.since.size;
  }

  add(id: string, since: Instant): void {
    if (since < this.latest) this.isSorted = false;
    else this.latest = since;
    this.since.set(id, since);
  }

  remove(id: string): void {
    this.since.delete(id);
  }

  /** Takes out those who wait longest, at most so many, oldest first. */
  take(max: number): readonly string[] {
    if (!this.isSorted) this.since = new Map([...this.since].sort(([, a], [, b]) => a - b));
    this.isSorted = true;
    const taken: string[] = [];
    for (const id of this.since.keys()) {
      if (taken.length >= max) break;
      taken.push(id);
      this.since.delete(id);
    }
    return taken;
  }
}
