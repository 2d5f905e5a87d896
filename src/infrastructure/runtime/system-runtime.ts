import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { v7 } from 'uuid';
import type { Runtime } from '../../application/ports/runtime';

/** The widest range that `randomInt` takes, as a power of two. */
const RANDOM_STEPS = 2 ** 47;
/** A longer `setTimeout` would fire at once, so longer sleeps are made of several. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** The clock and the chance of this machine. Nothing else in the program asks for them. */
export class SystemRuntime implements Runtime {
  wallMs(): number {
    return Date.now();
  }

  monotonicMs(): number {
    return performance.now();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const until = this.monotonicMs() + ms;
    for (let left = ms; left > 0 && signal?.aborted !== true; left = until - this.monotonicMs()) await pause(Math.min(left, TIMER_MS_MAX), signal);
  }

  turn(): Promise<void> {
    return turnOfTheLoop();
  }

  random(): number {
    return randomInt(RANDOM_STEPS) / RANDOM_STEPS;
  }

  newId(): string {
    return v7();
  }
}

/** Node's timers may fire a little early; whoever needs the full time asks again. */
function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.ceil(ms));
    signal?.addEventListener('abort', end, { once: true });
  });
}
