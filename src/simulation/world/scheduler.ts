import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

/** After so many steps the real event loop has a turn, so that a program that simulates can be stopped and can tell how far it is. */
const STEPS_PER_TURN = 8_192;

interface Task {
  readonly at: number;
  readonly order: number;
  run: (() => void) | null;
}

/** Something that will happen, unless it is called off. */
export type Scheduled = { callOff(): void };

/**
 * Virtual time. Whatever waits, waits here: a step is one thing that happens and everything that follows from it without waiting.
 * Time is in milliseconds since 1970 and moves only between steps; what is due at the same moment happens in the order it was asked for.
 */
export class Scheduler {
  private readonly heap: Task[] = [];
  private order = 0;
  private stepsDone = 0;

  constructor(public now: number) {}

  get steps(): number {
    return this.stepsDone;
  }

  after(ms: number, run: () => void): Scheduled {
    const task: Task = { at: this.now + Math.max(0, ms), order: this.order++, run };
    this.push(task);
    return { callOff: () => (task.run = null) };
  }

  /** Resolves after so long. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Runs step by step until `isOver`, or until nothing is left to happen before `until`. Rejects with what a step throws. */
  run(until: number, isOver: () => boolean = () => false): Promise<void> {
    return new Promise((resolve, reject) => {
      const step = (): void => {
        try {
          if (!this.step(until, isOver)) return resolve();
        } catch (error) {
          return reject(error instanceof Error ? error : new Error(String(error)));
        }
        queueMicrotask(followed);
      };
      // Node runs what was queued for the next tick when all promise reactions are done, those that came up meanwhile included.
      const followed = (): void => {
        process.nextTick(this.stepsDone % STEPS_PER_TURN === 0 ? turn : step);
      };
      const turn = (): void => void turnOfTheLoop().then(step);
      step();
    });
  }

  /** The next thing happens; false when there is none. */
  private step(until: number, isOver: () => boolean): boolean {
    const top = this.next();
    if (top === undefined || top.at > until || isOver()) {
      if (!isOver() && Number.isFinite(until)) this.now = Math.max(this.now, until);
      return false;
    }
    this.pop();
    this.now = Math.max(this.now, top.at);
    this.stepsDone++;
    top.run?.();
    return true;
  }

  private next(): Task | undefined {
    while (this.heap[0] !== undefined && this.heap[0].run === null) this.pop();
    return this.heap[0];
  }

  private push(task: Task): void {
    const { heap } = this;
    let at = heap.push(task) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, task)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = task;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (isBefore(last, child)) break;
      heap[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = last;
  }
}

const isBefore = (a: Task, b: Task): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
