import { LRUCache } from 'lru-cache';
import type { Runtime } from '../../application/ports/runtime';

const WINDOW_MS = 1_000;
/** Subjects remembered at once. Whoever is forgotten early is only treated too kindly. */
const SUBJECTS_MAX = 50_000;

interface Window {
  readonly startedAtMs: number;
  used: number;
}

/** So many per second and subject, counted in windows that begin with a subject's first request. No timers, bounded memory. */
export class RateLimit {
  private readonly windows: LRUCache<string, Window> | null;

  /** `perSecond` 0 switches it off. */
  constructor(
    private readonly perSecond: number,
    private readonly runtime: Pick<Runtime, 'monotonicMs'>,
  ) {
    this.windows = perSecond === 0 ? null : new LRUCache({ max: SUBJECTS_MAX });
  }

  /** Counts one; null when it may pass, else after how many milliseconds to try again. */
  take(subject: string): number | null {
    if (this.windows === null) return null;
    const now = this.runtime.monotonicMs();
    const window = this.windows.get(subject);
    if (window === undefined || now - window.startedAtMs >= WINDOW_MS) {
      this.windows.set(subject, { startedAtMs: now, used: 1 });
      return null;
    }
    window.used++;
    return window.used <= this.perSecond ? null : Math.ceil(window.startedAtMs + WINDOW_MS - now);
  }
}
