import type { Position } from '../../domain/kernel/event';
import type { ReadModels } from '../ports/read-models';
import type { Runtime } from '../ports/runtime';

/** Waits until a read model reflects a position, at most so long. False: not yet. Rejects with ReadModelsUnavailable. */
export interface PositionWaiter {
  waitFor(name: string, position: Position, timeoutMs: number): Promise<boolean>;
}

const POLL_MIN_MS = 5;
const POLL_MAX_MS = 80;

/** Told by the projector when it keeps the read model in this process, else by asking for the checkpoint again and again. */
export function positionWaiter(
  readModels: ReadModels,
  runtime: Runtime,
  projector?: { of(name: string): PositionWaiter | undefined },
): PositionWaiter {
  return {
    waitFor: (name, position, timeoutMs) =>
      projector?.of(name)?.waitFor(name, position, timeoutMs) ?? poll(readModels, runtime, name, position, timeoutMs),
  };
}

async function poll(readModels: ReadModels, runtime: Runtime, name: string, position: Position, timeoutMs: number): Promise<boolean> {
  const deadline = runtime.monotonicMs() + timeoutMs;
  for (let pauseMs = POLL_MIN_MS; ; pauseMs = Math.min(pauseMs * 2, POLL_MAX_MS)) {
    const checkpoint = await readModels.checkpoint(name);
    if (checkpoint !== null && checkpoint >= position) return true;
    const leftMs = deadline - runtime.monotonicMs();
    if (leftMs <= 0) return false;
    await runtime.sleep(Math.min(pauseMs, leftMs));
  }
}

/** More waiters than this, and the next one is sent on with what is there. */
const WAITERS_MAX = 4_096;

interface Waiter {
  readonly name: string;
  readonly position: Position;
  readonly wake: AbortController;
  reached: boolean;
}

/** Those who wait for a position inside the projector's own process. */
export class Waiters {
  private readonly waiting = new Set<Waiter>();

  constructor(private readonly runtime: Runtime) {}

  async waitFor(name: string, position: Position, timeoutMs: number): Promise<boolean> {
    if (this.waiting.size >= WAITERS_MAX || timeoutMs <= 0) return false;
    const waiter: Waiter = { name, position, wake: new AbortController(), reached: false };
    this.waiting.add(waiter);
    await this.runtime.sleep(timeoutMs, waiter.wake.signal);
    this.waiting.delete(waiter);
    return waiter.reached;
  }

  reached(name: string, position: Position): void {
    for (const waiter of this.waiting) {
      if (waiter.name !== name || waiter.position > position) continue;
      waiter.reached = true;
      waiter.wake.abort();
    }
  }

  /** Nothing more will be reached. */
  dismissAll(): void {
    for (const waiter of this.waiting) waiter.wake.abort();
  }
}
