/** How long faults and back-off take when the rule does not say it, milliseconds before scaling. */
export const DELAY_MS = {
  hang: 60_000,
  delay: 1_000,
  pending: 2_000,
  appearsLate: 3_000,
  lateNotice: 15_000,
  refuseConnection: 1_000,
  noticeRetryFirst: 1_000,
  noticeRetryMax: 60_000,
} as const;

/** The only timers and the only clock of the sandbox. `scale` shortens every delay, so that tests do not wait and a demo can show real ones. */
export class Delays {
  private readonly timers = new Set<NodeJS.Timeout>();
  private ended = false;

  constructor(private readonly scale: number) {}

  nowMs(): number {
    return Date.now();
  }

  scaled(ms: number): number {
    return ms * this.scale;
  }

  after(ms: number, task: () => void): void {
    if (this.ended) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      task();
    }, this.scaled(ms));
    this.timers.add(timer);
  }

  /** Nothing that still waits will happen. */
  end(): void {
    this.ended = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}
