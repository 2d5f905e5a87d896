import type { Instant } from '../../domain/kernel/time';
import type { WakeEntry } from '../ports/wake-snapshots';
import { Heap } from './heap';
import { LaneQueues, type LaneShare } from './lane-queues';

interface Timer {
  readonly wakeAt: Instant;
  readonly id: string;
}

/** The lanes of those who wait, and the weight of each. */
export interface WakeLanes {
  laneOf(id: string): string;
  shareOf(lane: string): Pick<LaneShare, 'weight'>;
}

const oneLane: WakeLanes = { laneOf: () => 'default', shareOf: () => ({ weight: 1 }) };

/**
 * Who waits, until when, and for what. Timers are data: a heap by time with lazy deletion, and a queue per topic: lanes by weight, each in order of
 * waiting. Bounded by the number of orders that have not come to rest. `patienceMs` is how much later than its time somebody is woken.
 */
export class WakeIndex {
  private readonly entries = new Map<string, WakeEntry>();
  /** Of each entry that has one, the timer that stands in the heap and counts. */
  private readonly wakeAt = new Map<string, Instant>();
  private readonly topics = new Map<string, LaneQueues<string>>();
  private readonly heap = new Heap<Timer>((a, b) => a.wakeAt < b.wakeAt);

  constructor(
    private readonly patienceMs: (id: string) => number = () => 0,
    private readonly lanes = oneLane,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  /** `place`: since when it counts as waiting; kept from before, or now, unless told. */
  set(id: string, dueAt: Instant | null, waitsFor: readonly string[], now: Instant, place?: Instant): void {
    const before = this.entries.get(id);
    const sameWish = before !== undefined && before.waitsFor.join() === waitsFor.join();
    const since = place ?? (sameWish ? before.since : now);
    this.leaveQueues(id);
    const entry: WakeEntry = { id, dueAt, waitsFor, since };
    this.entries.set(id, entry);
    for (const topic of waitsFor) this.queue(topic).add(id, this.lanes.laneOf(id), since);
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
    for (const { id, dueAt } of this.entries.values()) if (dueAt !== null) this.wakeAt.set(id, dueAt + this.patienceMs(id));
    this.tidy();
  }

  remove(id: string): void {
    this.leaveQueues(id);
    this.entries.delete(id);
    this.wakeAt.delete(id);
  }

  /** Is being looked at: nobody waits behind it meanwhile. Its time and its wish stay. */
  leaveQueues(id: string): void {
    for (const topic of this.entries.get(id)?.waitsFor ?? []) {
      this.topics.get(topic)?.delete(id);
      this.forgetIfEmpty(topic);
    }
  }

  /** Those whose time has come, oldest first, at most so many. They stay in the index until they are set anew or removed. */
  takeDue(now: Instant, max: number): readonly string[] {
    const due: string[] = [];
    for (let top = this.heap.top; top !== undefined && top.wakeAt <= now && due.length < max; top = this.heap.top) {
      this.heap.pop();
      if (this.wakeAt.get(top.id) !== top.wakeAt) continue;
      this.wakeAt.delete(top.id);
      due.push(top.id);
    }
    return due;
  }

  nextDue(): Instant | null {
    for (let top = this.heap.top; top !== undefined; top = this.heap.top) {
      if (this.wakeAt.get(top.id) === top.wakeAt) return top.wakeAt;
      this.heap.pop();
    }
    return null;
  }

  /**
   * Takes the oldest waiters of a topic out of its queue, lanes by weight: what comes next wakes the next ones. Their time and their place stay,
   * for when they are set anew and still wait for it.
   */
  takeWaiting(topic: string, max: number): readonly string[] {
    const queue = this.topics.get(topic);
    const taken: string[] = [];
    while (taken.length < max) {
      const next = queue?.take();
      if (next === undefined) break;
      queue?.release(next.lane);
      taken.push(next.item);
    }
    this.forgetIfEmpty(topic);
    return taken;
  }

  /** Since when the longest waiting of a lane waits for it. */
  longestWaiting(topic: string, lane: string): Instant | undefined {
    return this.topics.get(topic)?.longestIn(lane);
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
      for (const topic of entry.waitsFor) this.queue(topic).add(entry.id, this.lanes.laneOf(entry.id), entry.since);
      this.time(entry);
    }
  }

  private time({ id, dueAt }: WakeEntry): void {
    if (dueAt === null) {
      this.wakeAt.delete(id);
      return;
    }
    const wakeAt = dueAt + this.patienceMs(id);
    // Who is looked at again and again, and waits for the same time each time, has one timer all the same.
    if (this.wakeAt.get(id) === wakeAt) return;
    this.wakeAt.set(id, wakeAt);
    this.heap.push({ wakeAt, id });
    // Entries that were set anew leave their old timers behind; when those are the most, sort them out.
    if (this.heap.size > 1_024 && this.heap.size > 4 * this.wakeAt.size) this.tidy();
  }

  private tidy(): void {
    this.heap.reset([...this.wakeAt].map(([id, wakeAt]) => ({ wakeAt, id })));
  }

  private queue(topic: string): LaneQueues<string> {
    const there = this.topics.get(topic);
    if (there !== undefined) return there;
    const made = new LaneQueues<string>((lane) => ({ ...this.lanes.shareOf(lane), max: Number.MAX_SAFE_INTEGER }));
    this.topics.set(topic, made);
    return made;
  }

  private forgetIfEmpty(topic: string): void {
    if (this.topics.get(topic)?.size === 0) this.topics.delete(topic);
  }
}
