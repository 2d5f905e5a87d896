/**
 * Work that nobody waits for where it begins. It belongs to its owner, who ends it: by the signal, which each piece of work is given and ends soon
 * after, and by waiting for all of it. Pieces of work must not reject: a defect there is nobody's to answer, and ends the process.
 */
export class Background {
  /** Pieces of work, each with a signal of its own: one for all would have as many listeners as there are pieces. */
  private readonly running = new Map<Promise<void>, AbortController>();
  private isOver = false;

  /** Pieces of work that have not ended. */
  get size(): number {
    return this.running.size;
  }

  /** After the end nothing is begun any more. */
  run(work: (signal: AbortSignal) => Promise<void>): void {
    if (this.isOver) return;
    const ending = new AbortController();
    const piece: Promise<void> = work(ending.signal).finally(() => this.running.delete(piece));
    this.running.set(piece, ending);
  }

  /** Resolves when nothing of it runs any more. */
  async end(): Promise<void> {
    this.isOver = true;
    for (const ending of this.running.values()) ending.abort();
    await Promise.allSettled(this.running.keys());
  }
}

/**
 * The answer, or undefined when the signal aborts first: whoever asked has gone, and what becomes of the answer concerns nobody. For questions
 * that cannot be taken back.
 */
export function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const leave = (): void => resolve(undefined);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    const over = (): void => signal.removeEventListener('abort', leave);
    answer.then(
      (value) => (over(), resolve(value)),
      (error: unknown) => (over(), reject(error as Error)),
    );
  });
}
