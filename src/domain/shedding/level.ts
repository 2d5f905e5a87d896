import { SECOND_MS, type Instant } from '../kernel/time';
import type { SheddingSetting } from './decide';
import type { Sheddable } from './events';

/** When a loaded process does without more, and when without less. All configurable. */
export interface SheddingPolicy {
  /** Load, as a share of what the process can take, from which on it does without one thing more. */
  readonly above: number;
  /** Load down to which it takes one thing back. In between nothing changes. */
  readonly below: number;
  /** For so long it has to last, for each step. */
  readonly raiseAfterMs: number;
  readonly lowerAfterMs: number;
}

export const defaultSheddingPolicy: SheddingPolicy = { above: 0.8, below: 0.5, raiseAfterMs: 2 * SECOND_MS, lowerAfterMs: 10 * SECOND_MS };

/** How many things a process does without, and since when its load asks for another step. */
export interface SheddingLevel {
  readonly level: number;
  readonly highSince?: Instant;
  readonly lowSince?: Instant;
}

export const noShedding: SheddingLevel = { level: 0 };

/** One more look at the load. One step at a time, each after its time: what wavers between the two marks changes nothing. */
export function nextLevel(before: SheddingLevel, load: number, now: Instant, policy: SheddingPolicy, levelMax: number): SheddingLevel {
  const level = Math.min(before.level, levelMax);
  if (load >= policy.above) {
    const highSince = before.highSince ?? now;
    return level < levelMax && now >= highSince + policy.raiseAfterMs ? { level: level + 1, highSince: now } : { level, highSince };
  }
  if (load <= policy.below) {
    const lowSince = before.lowSince ?? now;
    return level > 0 && now >= lowSince + policy.lowerAfterMs ? { level: level - 1, lowSince: now } : { level, lowSince };
  }
  return { level };
}

/** What a process does without now. */
export const shedNow = ({ mode, shed, order }: SheddingSetting, { level }: SheddingLevel): readonly Sheddable[] =>
  mode === 'MANUAL' ? shed : order.slice(0, level);
