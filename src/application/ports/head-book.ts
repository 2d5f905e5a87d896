import type { StreamHead } from '../../domain/audit/merkle';
import type { Position } from '../../domain/kernel/event';

/** How far the log was read into a book. */
export interface BookPlace {
  readonly position: Position | null;
  /** Events up to there. */
  readonly events: number;
}

/**
 * The head of every stream up to a place in the log, in a file, so that memory does not grow with the log and a reader that was
 * cut off goes on where it was. It can be made again from the log at any time.
 */
export interface HeadBook {
  place(): BookPlace;
  head(stream: string): StreamHead | undefined;
  /** All heads in the order of the streams' names. */
  heads(): Iterable<StreamHead>;
  /** Heads, remarks and the place in one step. */
  write(heads: Iterable<StreamHead>, place: BookPlace, remarks?: readonly string[]): void;
  /** What was remarked so far, oldest first. */
  remarks(): readonly string[];
  close(): void;
}
