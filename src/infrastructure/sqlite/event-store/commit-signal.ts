import type { Runtime } from '../../../application/ports/runtime';

/** How often other processes' commits are looked for while somebody waits; 5 ms is promised. */
const POLL_MS = 4;

/** The log as the connection that polls sees it. */
interface LogSeen {
  /** Changes whenever another connection has committed. */
  dataVersion(): unknown;
  /** True when there is more than this process was told. */
  looksAgain(): boolean;
}

/** Wakes whoever waits for new events: at once after a commit of this process, by polling after one of another. */
export class CommitSignal {
  private commits = 0;
  private seenVersion: unknown;
  private readonly waiters = new Set<() => void>();
  private polling: Promise<void> | undefined;

  constructor(
    private readonly runtime: Runtime,
    private readonly log: LogSeen,
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
      if (!(await this.hasNews())) continue;
      this.announce();
    }
    this.polling = undefined;
  }

  /** When the file cannot be read the waiters are woken too: their own reading finds out and says so. */
  private async hasNews(): Promise<boolean> {
    try {
      const version = this.log.dataVersion();
      if (version === this.seenVersion) return false;
      this.seenVersion = version;
      // Mostly it was our own writer, whose word is on its way: what it brings need not be looked for.
      await this.runtime.turn();
      return this.log.looksAgain();
    } catch {
      return true;
    }
  }
}
