import type { Runtime } from './ports/runtime';

export interface RepeatKit {
  readonly runtime: Pick<Runtime, 'sleep'>;
  /** From the end of one time to the beginning of the next. Milliseconds. */
  readonly waitMs: () => number;
  /** Told when one time fails; the next one comes all the same. Must not throw. */
  readonly onFailed: (error: unknown) => void;
}

/** Does the work again and again until the signal aborts; at once for the first time. Never rejects. */
export async function repeat(work: () => Promise<unknown>, { runtime, waitMs, onFailed }: RepeatKit, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await work();
    } catch (error) {
      onFailed(error);
    }
    await runtime.sleep(waitMs(), signal);
  }
}
