import type { Scheduled, Scheduler } from '../world/scheduler';

/**
 * One life of a process. Everything it waits for comes back through here: not at all once it is dead, and only when it wakes
 * while it stands still. What it sent before it died is on its way all the same.
 */
export class Life {
  private isOver = false;
  private asleepUntil = 0;

  constructor(
    readonly name: string,
    private readonly scheduler: Scheduler,
    readonly bornAt: number,
  ) {}

  get isAlive(): boolean {
    return !this.isOver;
  }

  /** kill -9: whatever it waits for never comes. */
  end(): void {
    this.isOver = true;
  }

  /** SIGSTOP: nothing of it moves for so long, while the world and its monotonic clock go on. */
  standStill(ms: number): void {
    this.asleepUntil = Math.max(this.asleepUntil, this.scheduler.now + ms);
  }

  /** Something reaches this process after so long. */
  later(ms: number, run: () => void): Scheduled {
    return this.scheduler.after(ms, () => this.reach(run));
  }

  private reach(run: () => void): void {
    if (this.isOver) return;
    if (this.asleepUntil > this.scheduler.now) this.scheduler.after(this.asleepUntil - this.scheduler.now, () => this.reach(run));
    else run();
  }

  /** A question that changes nothing where it arrives. */
  look<T>(ms: number, at: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.isOver) return;
      this.later(ms, () => {
        try {
          resolve(at());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        timer.callOff();
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = this.later(ms, end);
      signal?.addEventListener('abort', end, { once: true });
    });
  }
}
