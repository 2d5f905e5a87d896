import type { Position } from '../../domain/kernel/event';

/** One event on its way out: `open` counts the messages of it that have not come to their end. */
export interface Entry {
  readonly position: Position;
  open: number;
}

/** Knows up to which position everything is settled, however messages overtake each other. Bounded by the messages under way. */
export class Settled {
  private entries: Entry[] = [];
  private from = 0;
  private onMoved: () => void = () => undefined;

  constructor(public position: Position | null) {}

  /** Resolves when the position is another one than this, or the signal aborts. One waits at a time. */
  movedFrom(position: Position | null, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        this.onMoved = () => undefined;
        signal.removeEventListener('abort', end);
        resolve();
      };
      if (this.position !== position || signal.aborted) return end();
      this.onMoved = end;
      signal.addEventListener('abort', end, { once: true });
    });
  }

  /** Adds what comes next in the log. */
  add(position: Position, open: number): Entry {
    const entry = { position, open };
    this.entries.push(entry);
    this.advance();
    return entry;
  }

  done(entry: Entry): void {
    entry.open--;
    this.advance();
  }

  private advance(): void {
    for (let entry = this.entries[this.from]; entry?.open === 0; entry = this.entries[this.from]) {
      this.position = entry.position;
      this.from++;
      this.onMoved();
    }
    if (this.from < 1_024 && this.from < this.entries.length) return;
    this.entries = this.entries.slice(this.from);
    this.from = 0;
  }
}
