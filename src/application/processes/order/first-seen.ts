import type { Runtime } from '../../ports/runtime';
import { Recent } from '../../recent';

/** Intents and references whose first sight is remembered. */
const SEEN_KEPT_MAX = 100_000;

/** How long this process has known of something, on its own monotonic clock. What it has forgotten it sees for the first time. */
export class FirstSeen {
  private readonly since = new Recent<string, number>(SEEN_KEPT_MAX);

  constructor(private readonly runtime: Pick<Runtime, 'monotonicMs'>) {}

  /** Milliseconds; 0 at the first sight. */
  forMs(key: string): number {
    const now = this.runtime.monotonicMs();
    const since = this.since.get(key);
    if (since !== undefined) return now - since;
    this.since.set(key, now);
    return 0;
  }
}
