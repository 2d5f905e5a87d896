import { LRUCache } from 'lru-cache';
import type { Runtime } from '../../application/ports/runtime';

const SECOND_MS = 1_000;
/** Subjects remembered at once. Whoever is forgotten early is only treated too kindly. */
const SUBJECTS_MAX = 50_000;

interface Window {
  readonly startedAtMs: number;
  used: number;
}

/** So many per window and subject; a window begins with a subject's first request. No timers, bounded memory. */
export class RateLimit {
  private readonly windows: LRUCache<string, Window> | null;

  /** `perWindow` 0 switches it off. A window is a second unless told. */
  constructor(
    private readonly perWindow: number,
    private readonly runtime: Pick<Runtime, 'monotonicMs'>,
    private readonly windowMs: number = SECOND_MS,
  ) {
    this.windows = perWindow === 0 ? null : new LRUCache({ max: SUBJECTS_MAX });
  }

  /** Counts nothing; null when one more may pass, else after how many milliseconds to try again. */
  waitMs(subject: string): number | null {
    const window = this.windows?.get(subject);
    const now = this.runtime.monotonicMs();
    if (window === undefined || now - window.startedAtMs >= this.windowMs || window.used < this.perWindow) return null;
    return Math.ceil(window.startedAtMs + this.windowMs - now);
  }

  /** Counts one; null when it may pass, else after how many milliseconds to try again. */
  take(subject: string): number | null {
    if (this.windows === null) return null;
    const now = this.runtime.monotonicMs();
    const window = this.windows.get(subject);
    if (window === undefined || now - window.startedAtMs >= this.windowMs) {
      this.windows.set(subject, { startedAtMs: now, used: 1 });
      return null;
    }
    window.used++;
    return window.used <= this.perWindow ? null : Math.ceil(window.startedAtMs + this.windowMs - now);
  }
}
