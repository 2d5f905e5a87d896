import type { Position } from '../../domain/kernel/event';
import type { Instant } from '../../domain/kernel/time';

/** One process instance that waits, as a snapshot keeps it. */
export interface WakeEntry {
  readonly id: string;
  readonly dueAt: Instant | null;
  readonly waitsFor: readonly string[];
  /** Since when it waits for what it waits for: the oldest is woken first. */
  readonly since: Instant;
}

export interface WakeSnapshot {
  readonly position: Position | null;
  readonly entries: readonly WakeEntry[];
}

/** Where the wake index is kept between runs. Losing it costs a walk through the log, never an order. */
export interface WakeSnapshots {
  /** Null when there is none, or none that can be read. */
  load(): Promise<WakeSnapshot | null>;
  /** All or nothing: a crash leaves the snapshot before. */
  save(snapshot: WakeSnapshot): Promise<void>;
}
