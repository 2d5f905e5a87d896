import { LaneQueues, type LaneShare } from './lane-queues';

type Go = () => void;

/**
 * Slots for calls to the outside, shared between lanes: each lane has its share while all want them, what one leaves idle is lent, and
 * returns with the next slots that fall free. Within a lane they go in the order of asking.
 */
export class LaneSlots {
  private inUse = 0;
  private readonly queues: LaneQueues<Go>;

  constructor(
    readonly max: number,
    shareOf: (lane: string) => LaneShare,
  ) {
    this.queues = new LaneQueues(shareOf);
  }

  get busy(): number {
    return this.inUse;
  }

  get queued(): number {
    return this.queues.size;
  }

  /** Of one lane. */
  countsOf(lane: string): { readonly busy: number; readonly queued: number } {
    return { busy: this.queues.heldBy(lane), queued: this.queues.waitingIn(lane) };
  }

  /** Takes a slot if there is one now for this lane. */
  tryTake(lane: string): boolean {
    if (this.inUse >= this.max || !this.queues.isFreeFor(lane)) return false;
    this.inUse++;
    this.queues.hold(lane);
    return true;
  }

  /** Resolves with a slot in hand. */
  async take(lane: string): Promise<void> {
    if (this.tryTake(lane)) return;
    await new Promise<void>((go) => this.queues.add(go, lane));
  }

  give(lane: string): void {
    this.inUse--;
    this.queues.release(lane);
    this.handOut();
  }

  /** Shares have changed: somebody who waits may have room now. */
  handOut(): void {
    while (this.inUse < this.max) {
      const next = this.queues.take();
      if (next === undefined) return;
      this.inUse++;
      next.item();
    }
  }
}
