import type { Position } from '../../domain/kernel/event';

/** Plain JSON. The text of a row is its only form: what a store gives back is what `project` returned. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
export type RowValue = { readonly [key: string]: Json | undefined };
export type Scalar = string | number | boolean;

export interface Row<R = RowValue> {
  readonly key: string;
  /** The position of the newest event this row reflects. */
  readonly position: Position;
  readonly value: R;
}

/** Declared beside the projection. A field is a top-level member of the row that holds a scalar (or null: then it is not indexed). */
export interface ModelDefinition {
  readonly name: string;
  readonly version: number;
  /** Each index is a list of fields; the row key is always the last tie-breaker. */
  readonly indexes: readonly (readonly string[])[];
}

/** All conditions must hold. The vocabulary ends here: no store's own operators pass. */
export interface Condition {
  readonly eq?: Scalar | null;
  readonly in?: readonly Scalar[];
  readonly gte?: Scalar;
  readonly gt?: Scalar;
  readonly lte?: Scalar;
  readonly lt?: Scalar;
  readonly prefix?: string;
}
export type Filter = Readonly<Record<string, Condition>>;

export interface FindOptions {
  readonly filter?: Filter;
  /** One field and the key as tie-breaker; by key ascending when absent. */
  readonly sort?: { readonly field: string; readonly direction: 'asc' | 'desc' };
  /** The last row of the page before: its sort value and key. */
  readonly after?: { readonly value: Scalar | null; readonly key: string };
  /** 1–1000. */
  readonly limit: number;
}

/** One build of one model. The active one serves; one may be built beside it. */
export interface Generation {
  readonly model: string;
  readonly version: number;
  readonly number: number;
  readonly state: 'active' | 'building';
  readonly checkpoint: Position | null;
}

export interface RowWrite {
  readonly key: string;
  /** null = a tombstone: the row is gone for readers and stays guarded by its position. */
  readonly value: RowValue | null;
  readonly position: Position;
}

export interface WriteBatch {
  readonly rows: readonly RowWrite[];
  readonly checkpoint: Position;
  /** Park these sequences, or let them go: written in the same breath as the rows. */
  readonly park?: readonly ParkedSequence[];
  readonly unpark?: readonly string[];
}

/** A stream whose event could not be projected: it and all that follow on the stream wait. */
export interface ParkedSequence {
  readonly stream: string;
  readonly revision: number;
  readonly position: Position;
  readonly error: string;
  readonly parkedAt: string;
}

/**
 * Disposable rows, a pure function of the log. Reads answer from the active generation of a model.
 * `write` is atomic with its checkpoint, or guarded row by row: a row not newer than the stored one changes nothing.
 * Everything rejects with ReadModelsUnavailable while the store is away.
 */
export interface ReadModels {
  /** Creates what is missing: for a new model an empty active generation, for a new version a building one beside the old. */
  prepare(definitions: readonly ModelDefinition[]): Promise<void>;
  get<R = RowValue>(model: string, key: string): Promise<Row<R> | null>;
  getMany<R = RowValue>(model: string, keys: readonly string[]): Promise<readonly Row<R>[]>;
  find<R = RowValue>(model: string, options: FindOptions): Promise<readonly Row<R>[]>;
  /** Counts up to `cap` and stops there. */
  count(model: string, filter: Filter, cap: number): Promise<number>;
  /** Position up to which the active generation is complete. */
  checkpoint(model: string): Promise<Position | null>;

  /** Of each of these models the active one and the one that is built beside it, as they are now, in one go. */
  generations(...models: readonly string[]): Promise<readonly Generation[]>;
  /** Starts (or restarts from empty) a building generation beside the active one. */
  startBuild(definition: ModelDefinition): Promise<Generation>;
  /** The building generation becomes the active one in one step; the old one is dropped. */
  activate(generation: Generation): Promise<void>;
  /** For the projector: rows of one generation, tombstones included (value null). */
  rows(generation: Generation, keys: readonly string[]): Promise<readonly RowWrite[]>;
  write(generation: Generation, batch: WriteBatch): Promise<void>;
  parked(generation: Generation, limit: number): Promise<readonly ParkedSequence[]>;
  /** All rows in key order without tombstones, for hashing and export. */
  scan(generation: Generation, afterKey: string | null, limit: number): Promise<readonly Row[]>;
  close(): Promise<void>;
}

export class ReadModelsUnavailable extends Error {
  override readonly name = 'ReadModelsUnavailable';
}
