import { assertDeclared, assertKey, assertLimit, cellOfRow } from '../../application/ports/read-model-rules';
import type { FindOptions, Filter, Row, RowValue, RowWrite } from '../../application/ports/read-models';
import type { Position } from '../../domain/kernel/event';
import { cellOf, compareCells, testsOf, type Cell, type FieldTest } from './row-order';

interface KeptRow {
  readonly key: string;
  readonly position: Position;
  /** The row is its text; null is a tombstone. */
  readonly text: string | null;
  /** What it holds in each index field, in the order of the fields. */
  readonly cells: readonly Cell[];
}

/** The rows of one generation, kept as the text that was written. */
export class MemoryRows {
  private readonly rows = new Map<string, KeptRow>();
  private readonly tombstones = new Set<string>();
  /** Keys by the value of a field, for the fields that somebody has asked for by value. */
  private readonly byValue = new Map<string, Map<Cell, Set<string>>>();
  private readonly fields: readonly string[];
  /** Of each index field, where it stands in `cells`. */
  private readonly places: ReadonlyMap<string, number>;

  constructor(indexes: readonly (readonly string[])[]) {
    this.fields = [...new Set(indexes.flat())];
    this.places = new Map(this.fields.map((field, place) => [field, place]));
  }

  get(key: string): Row | null {
    const row = this.rows.get(key);
    return row === undefined || row.text === null ? null : shown(row);
  }

  guarded(key: string): RowWrite | null {
    const row = this.rows.get(key);
    return row === undefined ? null : { key, position: row.position, value: row.text === null ? null : (JSON.parse(row.text) as RowValue) };
  }

  /** A row as it would be kept; throws TypeError when it cannot be. */
  kept({ key, position, value }: RowWrite): KeptRow {
    assertKey(key);
    const cells = this.fields.map((field) => (value === null ? null : cellOfRow(value, field)));
    return { key, position, text: value === null ? null : JSON.stringify(value), cells };
  }

  put(row: KeptRow): void {
    const before = this.rows.get(row.key);
    if (before !== undefined && row.position <= before.position) return;
    this.rows.set(row.key, row);
    if (row.text === null) this.tombstones.add(row.key);
    else this.tombstones.delete(row.key);
    for (const [field, keys] of this.byValue) {
      if (before !== undefined) keys.get(this.cell(before, field))?.delete(row.key);
      keysAt(keys, this.cell(row, field)).add(row.key);
    }
  }

  purge(passed: Position): void {
    for (const key of this.tombstones) {
      const row = this.rows.get(key);
      if (row === undefined || row.position > passed) continue;
      this.tombstones.delete(key);
      this.rows.delete(key);
      for (const [field, keys] of this.byValue) keys.get(this.cell(row, field))?.delete(key);
    }
  }

  count(filter: Filter, cap: number): number {
    return Math.min(cap, this.matching(filter).length);
  }

  find({ filter = {}, sort, after, limit }: FindOptions): readonly Row[] {
    assertLimit(limit);
    if (sort !== undefined) this.declared(sort.field);
    const direction = sort?.direction === 'desc' ? -1 : 1;
    const valueOf = (row: KeptRow): Cell => (sort === undefined ? null : this.cell(row, sort.field));
    const compare = (a: Cell, aKey: string, b: Cell, bKey: string): number => direction * (compareCells(a, b) || compareCells(aKey, bKey));
    const begin = after === undefined ? undefined : { value: sort === undefined ? null : cellOf(after.value), key: after.key };
    return this.matching(filter)
      .filter((row) => begin === undefined || compare(valueOf(row), row.key, begin.value, begin.key) > 0)
      .sort((a, b) => compare(valueOf(a), a.key, valueOf(b), b.key))
      .slice(0, limit)
      .map(shown);
  }

  private matching(filter: Filter): KeptRow[] {
    const tests = testsOf(filter, (field) => this.declared(field));
    const found: KeptRow[] = [];
    for (const row of this.candidates(tests)) {
      if (row.text !== null && tests.every(({ field, holds }) => holds(this.cell(row, field)))) found.push(row);
    }
    return found;
  }

  private *candidates(tests: readonly FieldTest[]): Iterable<KeptRow> {
    const narrow = tests.find(({ among }) => among !== undefined);
    if (narrow?.among === undefined) return yield* this.rows.values();
    const keys = this.keysOf(narrow.field);
    for (const cell of new Set(narrow.among)) {
      for (const key of keys.get(cell) ?? []) {
        const row = this.rows.get(key);
        if (row !== undefined) yield row;
      }
    }
  }

  private keysOf(field: string): ReadonlyMap<Cell, ReadonlySet<string>> {
    const there = this.byValue.get(field);
    if (there !== undefined) return there;
    const made = new Map<Cell, Set<string>>();
    for (const row of this.rows.values()) keysAt(made, this.cell(row, field)).add(row.key);
    this.byValue.set(field, made);
    return made;
  }

  private cell(row: KeptRow, field: string): Cell {
    return row.cells[this.places.get(field) ?? -1] ?? null;
  }

  private declared(field: string): void {
    assertDeclared(field, this.places);
  }
}

function keysAt(keys: Map<Cell, Set<string>>, cell: Cell): Set<string> {
  const there = keys.get(cell) ?? new Set<string>();
  keys.set(cell, there);
  return there;
}

const shown = ({ key, position, text }: KeptRow): Row => ({ key, position, value: JSON.parse(text ?? 'null') as RowValue });
