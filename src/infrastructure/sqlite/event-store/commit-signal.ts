import type { Runtime } from '../../../application/ports/runtime';

/** How often other processes' commits are looked for while somebody waits; 5 ms is promised. */
const POLL_MS = 4;

/** Wakes whoever waits for new events: at once after a commit of this process, by polling after one of another. */
export class CommitSignal {
  private commits = 0;
  private seenVersion: unknown;
  private readonly waiters = new Set<() => void>();
  private polling: Promise<void> | undefined;

  constructor(
    private readonly runtime: Runtime,
    private readonly dataVersion: () => unknown,
  ) {}

  /** Take it before reading: a commit that comes between the reading and the waiting is then not missed. */
  get ticket(): number {
    return this.commits;
  }

  announce(): void {
    this.commits++;
    for (const wake of [...this.waiters]) wake();
  }

  /** Resolves when something was committed after the ticket was taken, or when the signal aborts. */
  async changed(ticket: number, signal: AbortSignal): Promise<void> {
    if (ticket !== this.commits || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.waiters.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.waiters.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      this.polling ??= this.poll();
    });
  }

  /** Wakes all and resolves when nothing polls any more. */
  async close(): Promise<void> {
    this.announce();
    await this.polling;
  }

  private async poll(): Promise<void> {
    while (this.waiters.size > 0) {
      await this.runtime.sleep(POLL_MS);
      if (!this.hasChanged()) continue;
      // Mostly it was our own writer, whose word is on its way: what it brings need not be read again.
      await this.runtime.turn();
      this.announce();
    }
    this.polling = undefined;
  }

  /** When the file cannot be read the waiters are woken too: their own reading finds out and says so. */
  private hasChanged(): boolean {
    try {
      const version = this.dataVersion();
      const changed = version !== this.seenVersion;
      this.seenVersion = version;
      return changed;
    } catch {
      return true;
    }
  }
}
