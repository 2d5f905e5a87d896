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

  constructor(public position: Position | null) {}

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
    }
    if (this.from < 1_024 && this.from < this.entries.length) return;
    this.entries = this.entries.slice(this.from);
    this.from = 0;
  }
}
