import type { Runtime } from '../../application/ports/runtime';

/** Our own timer ran out: nobody knows what became of the call. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

interface Waiting {
  readonly untilMs: number;
  expire(): void;
}

/**
 * Ends the wait for calls that all have the same time, with one timer for all of them: the first to begin is the first to run out.
 * Nothing else may be relied on, for an append without an answer stays pending for ever, and so does a read.
 */
export class Deadline {
  private readonly waiting = new Set<Waiting>();
  private watching: Promise<void> | undefined;
  private readonly awake = new AbortController();

  constructor(
    private readonly runtime: Runtime,
    readonly ms: number,
  ) {}

  /** Rejects with TimedOut when the time is over, and tells the call so by its signal. */
  run<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const controller = new AbortController();
      const waiting: Waiting = {
        untilMs: this.runtime.monotonicMs() + this.ms,
        expire: () => {
          reject(new TimedOut(`no answer within ${this.ms} ms`));
          controller.abort();
        },
      };
      this.waiting.add(waiting);
      call(controller.signal)
        .then(resolve, reject)
        .finally(() => this.waiting.delete(waiting));
      this.watching ??= this.watch();
    });
  }

  /** Everything that still waits runs out now. */
  async close(): Promise<void> {
    this.awake.abort();
    for (const waiting of this.waiting) waiting.expire();
    this.waiting.clear();
    await this.watching;
  }

  private async watch(): Promise<void> {
    for (let [first] = this.waiting; first !== undefined && !this.awake.signal.aborted; [first] = this.waiting) {
      const leftMs = first.untilMs - this.runtime.monotonicMs();
      if (leftMs > 0) {
        await this.runtime.sleep(leftMs, this.awake.signal);
      } else {
        this.waiting.delete(first);
        first.expire();
      }
    }
    this.watching = undefined;
  }
}
