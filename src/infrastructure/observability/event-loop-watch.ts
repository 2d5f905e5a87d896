import type { Runtime } from '../../application/ports/runtime';

export interface EventLoopWatchSettings {
  /** How often to look, milliseconds. */
  readonly everyMs: number;
  /** Waking up later than this is a stall. */
  readonly stallMs: number;
  readonly signal: AbortSignal;
  /** Told after each stall how late the loop woke up, milliseconds. */
  readonly onStall: (lateMs: number) => void;
}

/**
 * Tells when something kept the event loop busy for too long. Resolves when the signal aborts.
 * It can only speak once the loop runs again; a loop that never does is for whoever watches the process from outside.
 */
export async function watchEventLoop(runtime: Runtime, { everyMs, stallMs, signal, onStall }: EventLoopWatchSettings): Promise<void> {
  while (!signal.aborted) {
    const sleepsAt = runtime.monotonicMs();
    await runtime.sleep(everyMs, signal);
    const lateMs = runtime.monotonicMs() - sleepsAt - everyMs;
    if (lateMs > stallMs) onStall(lateMs);
  }
}
