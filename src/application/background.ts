/**
 * Work that nobody waits for where it begins. It belongs to its owner, who ends it: by the signal, which each piece of work is given and ends soon
 * after, and by waiting for all of it. Pieces of work must not reject: a defect there is nobody's to answer, and ends the process.
 */
export class Background {
  private readonly running = new Set<Promise<void>>();
  private readonly ending = new AbortController();

  /** Pieces of work that have not ended. */
  get size(): number {
    return this.running.size;
  }

  /** After the end nothing is begun any more. */
  run(work: (signal: AbortSignal) => Promise<void>): void {
    const { signal } = this.ending;
    if (signal.aborted) return;
    const piece: Promise<void> = work(signal).finally(() => this.running.delete(piece));
    this.running.add(piece);
  }

  /** Resolves when nothing of it runs any more. */
  async end(): Promise<void> {
    this.ending.abort();
    await Promise.allSettled(this.running);
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
