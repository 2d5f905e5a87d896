/** Submits of new orders that one node works on at once: a few seconds of work at full speed, and flat memory. */
export const SUBMITS_MAX = 2_000;
/** When to come back after a refusal. Milliseconds. */
export const BUSY_RETRY_MS = 1_000;

/** A door that counts. Whoever does not get in is told at once; nobody waits in memory. */
export class Admission {
  private inside = 0;

  constructor(readonly max: number = SUBMITS_MAX) {}

  get inFlight(): number {
    return this.inside;
  }

  /** Runs the work, or answers null when too many are inside. */
  async admit<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.inside >= this.max) return null;
    this.inside++;
    try {
      return await work();
    } finally {
      this.inside--;
    }
  }
}
