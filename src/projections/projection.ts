import type { StoredEvent } from '../domain/kernel/event';

/** Plain JSON, as a read model keeps it. */
export type RowJson = string | number | boolean | null | readonly RowJson[] | { readonly [key: string]: RowJson | undefined };
export type RowShape = { readonly [field: string]: RowJson | undefined };

/**
 * One read model: a pure function of the log. No clock, no chance, no I/O and no memory, so that live, redelivered and rebuilt rows are equal.
 *
 * `project` gets the row as it was (null when there is none) and returns the row as it is now; null removes it. Returning the
 * very row it got means "not my concern" and costs no write. It must not change the row it was given.
 */
export interface Projection<R extends RowShape = RowShape> {
  readonly name: string;
  /** Raised with every change of shape or meaning: the model is then rebuilt beside the old one. */
  readonly version: number;
  /** Its rows are fed by many streams, so a poisoned event cannot be set aside alone: it stops the whole projection. */
  readonly summary?: true;
  /** Beginnings of the stream names it reads, such as 'order-'. */
  readonly categories: readonly string[];
  /** Each index is a list of top-level fields of the row that hold a scalar or null. Only these can be filtered and sorted by. */
  readonly indexes: readonly (readonly string[])[];
  /** The rows this event touches; none when it is of no interest. */
  keys(event: StoredEvent): readonly string[];
  project(event: StoredEvent, row: R | null, key: string): R | null;
}

/** The plain form in which projections of different rows stand in one list. */
export type AnyProjection = Projection;
