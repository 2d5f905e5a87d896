import type { Position } from './event';

/**
 * Whether a place that somebody remembers can be one of the log that ends at `head`. Behind the end it is of a log that was restored;
 * with another width it is of another store, which the shop has moved away from.
 */
export const isWithinLog = (position: Position, head: Position | null): boolean =>
  head !== null && position.length === head.length && position <= head;
