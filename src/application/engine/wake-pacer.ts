import { SECOND_MS, type Instant } from '../../domain/kernel/time';
import { LaneQueues, type LaneShare } from './lane-queues';

/** What may be woken at one moment, as a part of a second's worth. */
const BURST_SHARE = 0.1;

/**
 * Those who waited for something that has come are looked at again one after the other, so that a channel that is back, or a delivery of
 * cards, is not met by everybody at once. Within a lane the longest waiting goes first; lanes take turns by weight. In memory: whoever is
 * here still has its time and its wish in the wake index.
 */
export class WakePacer {
  private readonly waiting: LaneQueues<string>;
  private readonly burst: number;
  private tokens: number;
  private atMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly perSecond: number,
    shareOf: (lane: string) => LaneShare,
  ) {
    this.waiting = new LaneQueues((lane) => ({ ...shareOf(lane), max: Number.MAX_SAFE_INTEGER }));
    this.burst = Math.max(1, perSecond * BURST_SHARE);
    this.tokens = this.burst;
  }

  get size(): number {
    return this.waiting.size;
  }

  add(id: string, lane: string, since: Instant): void {
    this.waiting.add(id, lane, since);
  }

  /** Whose turn has come by now. */
  take(nowMs: number): readonly string[] {
    if (nowMs > this.atMs) {
      this.tokens = Math.min(this.burst, this.tokens + ((nowMs - Math.max(this.atMs, nowMs - SECOND_MS)) * this.perSecond) / SECOND_MS);
      this.atMs = nowMs;
    }
    const taken: string[] = [];
    for (; this.tokens >= 1; this.tokens--) {
      const next = this.waiting.take();
      if (next === undefined) break;
      this.waiting.release(next.lane);
      taken.push(next.item);
    }
    return taken;
  }

  /** How long nobody's turn will come. Milliseconds; Infinity while nobody waits. */
  idleMs(): number {
    if (this.waiting.size === 0) return Infinity;
    return Math.max(1, ((1 - this.tokens) * SECOND_MS) / this.perSecond);
  }
}
