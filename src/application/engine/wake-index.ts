import type { Instant } from '../../domain/kernel/time';
import type { WakeEntry } from '../ports/wake-snapshots';
import { WaitQueue } from './wait-queue';

interface Timer {
  readonly wakeAt: Instant;
  readonly id: string;
}

/**
 * Who waits, until when, and for what. Timers are data: a heap by time with lazy deletion, and a queue per topic in order of
 * waiting. Bounded by the number of orders that have not come to rest. `patienceMs` is how much later than its time somebody is woken.
 */
export class WakeIndex {
  private readonly entries = new Map<string, WakeEntry>();
  /** The one timer of each entry that counts. */
  private readonly wakeAt = new Map<string, Instant>();
  private readonly topics = new Map<string, WaitQueue>();
  private heap: Timer[] = [];

  constructor(private readonly patienceMs: (id: string) => number = () => 0) {}

  get size(): number {
    return this.entries.size;
  }

  /** `place`: since when it counts as waiting; kept from before, or now, unless told. */
  set(id: string, dueAt: Instant | null, waitsFor: readonly string[], now: Instant, place?: Instant): void {
    const before = this.entries.get(id);
    const sameWish = before !== undefined && before.waitsFor.join() === waitsFor.join();
    const since = place ?? (sameWish ? before.since : now);
    this.remove(id);
    const entry: WakeEntry = { id, dueAt, waitsFor, since };
    this.entries.set(id, entry);
    for (const topic of waitsFor) this.queue(topic).add(id, since);
    this.time(entry);
  }

  /** Is to be looked at from this time on, whatever it waits for; its place in the queues stays. */
  hasten(id: string, dueAt: Instant, now: Instant): void {
    const entry: WakeEntry = { ...(this.entries.get(id) ?? { id, waitsFor: [], since: now }), dueAt };
    this.entries.set(id, entry);
    this.time(entry);
  }

  /** Patience has changed: every timer is set anew. */
  retime(): void {
    this.heap = [];
    this.wakeAt.clear();
    for (const { id, dueAt } of this.entries.values()) if (dueAt !== null) this.heap.push(this.timerOf(id, dueAt));
    this.heap.sort((a, b) => a.wakeAt - b.wakeAt);
  }

  remove(id: string): void {
    const before = this.entries.get(id);
    if (before === undefined) return;
    this.entries.delete(id);
    this.wakeAt.delete(id);
    for (const topic of before.waitsFor) {
      this.topics.get(topic)?.remove(id);
      this.forgetIfEmpty(topic);
    }
  }

  /** Those whose time has come, oldest first, at most so many. They stay in the index until they are set anew or removed. */
  takeDue(now: Instant, max: number): readonly string[] {
    const due: string[] = [];
    for (let top = this.heap[0]; top !== undefined && top.wakeAt <= now && due.length < max; top = this.heap[0]) {
      this.pop();
      if (this.wakeAt.get(top.id) === top.wakeAt) due.push(top.id);
    }
    return due;
  }

  nextDue(): Instant | null {
    for (let top = this.heap[0]; top !== undefined; top = this.heap[0]) {
      if (this.wakeAt.get(top.id) === top.wakeAt) return top.wakeAt;
      this.pop();
    }
    return null;
  }

  /**
   * Takes the oldest waiters of a topic out of its queue: what comes next wakes the next ones. Their time and their place stay,
   * for when they are set anew and still wait for it.
   */
  takeWaiting(topic: string, max: number): readonly string[] {
    const taken = this.topics.get(topic)?.take(max) ?? [];
    this.forgetIfEmpty(topic);
    return taken;
  }

  countWaiting(topic: string): number {
    return this.topics.get(topic)?.size ?? 0;
  }

  find(id: string): WakeEntry | undefined {
    return this.entries.get(id);
  }

  all(): readonly WakeEntry[] {
    return [...this.entries.values()];
  }

  restore(entries: readonly WakeEntry[]): void {
    for (const entry of entries) {
      this.entries.set(entry.id, entry);
      for (const topic of entry.waitsFor) this.queue(topic).add(entry.id, entry.since);
      this.time(entry);
    }
  }

  private time({ id, dueAt }: WakeEntry): void {
    if (dueAt === null) this.wakeAt.delete(id);
    else this.push(this.timerOf(id, dueAt));
  }

  private timerOf(id: string, dueAt: Instant): Timer {
    const wakeAt = dueAt + this.patienceMs(id);
    this.wakeAt.set(id, wakeAt);
    return { wakeAt, id };
  }

  private queue(topic: string): WaitQueue {
    const there = this.topics.get(topic);
    if (there !== undefined) return there;
    const made = new WaitQueue();
    this.topics.set(topic, made);
    return made;
  }

  private forgetIfEmpty(topic: string): void {
    if (this.topics.get(topic)?.size === 0) this.topics.delete(topic);
  }

  private push(item: Timer): void {
    // Entries that were set anew leave their old item behind; when those are the most, sort them out.
    if (this.heap.length > 1_024 && this.heap.length > 4 * this.entries.size) {
      this.heap = this.heap.filter(({ id, wakeAt }) => this.wakeAt.get(id) === wakeAt).sort((a, b) => a.wakeAt - b.wakeAt);
    }
    const { heap } = this;
    let at = heap.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.wakeAt <= item.wakeAt) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = item;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const [l, r] = [heap[left], heap[right]];
      if (l === undefined) break;
      const [child, least] = r !== undefined && r.wakeAt < l.wakeAt ? [right, r] : [left, l];
      if (last.wakeAt <= least.wakeAt) break;
      heap[at] = least;
      at = child;
    }
    heap[at] = last;
  }
}
