import type { Instant } from '../../domain/kernel/time';
import { turnsAtEntry, turnTaken, whoseTurn, type Contender } from '../../domain/routing/fair-share';
import { WaitQueue } from './wait-queue';

export interface LaneShare {
  /** Its share while others want the same. */
  readonly weight: number;
  /** Held at once at most. */
  readonly max: number;
}

interface Queue<T> {
  readonly waiting: WaitQueue<T>;
  held: number;
  turns: number;
}

/** Who waits in which lane, the longest waiting first within a lane and else first come first served, and whose turn it is between them. In memory; see `whoseTurn`. */
export class LaneQueues<T> {
  private readonly queues = new Map<string, Queue<T>>();
  private readonly laneOf = new Map<T, string>();
  /** The turns of whoever was served last, before that turn. */
  private lastServed = 0;

  /** `shareOf` is asked each time: shares may change while work goes on. */
  constructor(private readonly shareOf: (lane: string) => LaneShare) {}

  get size(): number {
    return this.laneOf.size;
  }

  waitingIn(lane: string): number {
    return this.queues.get(lane)?.waiting.size ?? 0;
  }

  heldBy(lane: string): number {
    return this.queues.get(lane)?.held ?? 0;
  }

  has(item: T): boolean {
    return this.laneOf.has(item);
  }

  items(): IterableIterator<T> {
    return this.laneOf.keys();
  }

  /** Joins its lane at its place, which is a time; at its end where there is none. Who waits already keeps its place, in the lane where it is. */
  add(item: T, lane: string, since: Instant = 0): void {
    if (this.laneOf.has(item)) return;
    const queue = this.queue(lane);
    if (queue.waiting.size === 0) queue.turns = turnsAtEntry(queue.turns, this.lastServed);
    queue.waiting.add(item, since);
    this.laneOf.set(item, lane);
  }

  delete(item: T): boolean {
    const lane = this.laneOf.get(item);
    if (lane === undefined) return false;
    this.laneOf.delete(item);
    return this.queue(lane).waiting.remove(item);
  }

  /** Whether `take` would give somebody. */
  get isAnyonesTurn(): boolean {
    return this.laneOf.size > 0 && whoseTurn(this.contenders()) !== undefined;
  }

  /** The next, and its lane, which holds one more from now on until `release`. */
  take(): { readonly item: T; readonly lane: string } | undefined {
    const lane = this.laneOf.size === 0 ? undefined : whoseTurn(this.contenders());
    if (lane === undefined) return undefined;
    const first = this.queue(lane).waiting.first;
    if (first === undefined) return undefined;
    this.hold(lane);
    this.delete(first.item);
    return { item: first.item, lane };
  }

  /** Since when the longest waiting of a lane does. */
  longestIn(lane: string): Instant | undefined {
    return this.queues.get(lane)?.waiting.first?.since;
  }

  /** Whether nobody waits in this lane, and it may hold one more. */
  isFreeFor(lane: string): boolean {
    return this.waitingIn(lane) === 0 && this.heldBy(lane) < this.shareOf(lane).max;
  }

  hold(lane: string): void {
    const queue = this.queue(lane);
    queue.held++;
    const turns = queue.waiting.size === 0 ? turnsAtEntry(queue.turns, this.lastServed) : queue.turns;
    this.lastServed = Math.max(this.lastServed, turns);
    queue.turns = turnTaken({ turns, weight: this.shareOf(lane).weight });
  }

  release(lane: string): void {
    const queue = this.queue(lane);
    queue.held = Math.max(0, queue.held - 1);
  }

  private contenders(): ReadonlyMap<string, Contender> {
    const contenders = new Map<string, Contender>();
    for (const [lane, { waiting, held, turns }] of this.queues) contenders.set(lane, { ...this.shareOf(lane), held, turns, waits: waiting.size > 0 });
    return contenders;
  }

  private queue(lane: string): Queue<T> {
    const there = this.queues.get(lane);
    if (there !== undefined) return there;
    const made: Queue<T> = { waiting: new WaitQueue(), held: 0, turns: 0 };
    this.queues.set(lane, made);
    return made;
  }
}
