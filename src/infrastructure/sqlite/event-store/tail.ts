import type { StoredEvent } from '../../../domain/kernel/event';

/** Events kept: a second of a busy shop. */
export const TAIL_EVENTS_MAX = 4_096;

/**
 * The newest events of the log, once for all subscriptions of this process: parsed when another one has stored them, at hand when we have. Positions are gapless, so a place in the
 * log is a place in the ring.
 */
export class Tail {
  private readonly ring: (StoredEvent | undefined)[] = new Array<StoredEvent | undefined>(TAIL_EVENTS_MAX);
  /** Position of the newest event here; 0 when there is none. */
  private newest = 0;
  /** Position of the oldest. */
  private oldest = 1;

  /** Every event behind this position is here or newer than what is here. */
  reaches(after: number): boolean {
    return after + 1 >= this.oldest && after <= this.newest;
  }

  get end(): number {
    return this.newest;
  }

  /** Begins anew behind a position. */
  restart(after: number): void {
    this.newest = after;
    this.oldest = after + 1;
  }

  /** The next event of the log. */
  push(event: StoredEvent): void {
    this.newest++;
    this.ring[this.newest % TAIL_EVENTS_MAX] = event;
    this.oldest = Math.max(this.oldest, this.newest - TAIL_EVENTS_MAX + 1);
  }

  at(position: number): StoredEvent | undefined {
    return position >= this.oldest && position <= this.newest ? this.ring[position % TAIL_EVENTS_MAX] : undefined;
  }
}
