import type { StreamHead } from '../../domain/audit/merkle';
import type { Position } from '../../domain/kernel/event';

/** How far the log was read into a book. */
export interface BookPlace {
  readonly position: Position | null;
  /** Events up to there. */
  readonly events: number;
}

/** Two read into one book: the one that was faster goes on, the other begins again from where the book is. */
export class BookMoved extends Error {
  override readonly name = 'BookMoved';
  constructor() {
    super('another process reads the log into the same book; run it again');
  }
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
  /** Heads, remarks and the place in one step. Throws BookMoved when somebody else has written since this one last looked at the place. */
  write(heads: Iterable<StreamHead>, place: BookPlace, remarks?: readonly string[]): void;
  /** What was remarked so far, oldest first. */
  remarks(): readonly string[];
  close(): void;
}
