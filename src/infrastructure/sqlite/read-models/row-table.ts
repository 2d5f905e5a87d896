import { assertKey, cellOfRow } from '../../../application/ports/read-model-rules';
import type { FindOptions, Filter, Row, RowValue, RowWrite } from '../../../application/ports/read-models';
import type { Position } from '../../../domain/kernel/event';
import type { PreparedStatements, SqlValue } from './prepared-statements';
import { columnOf, pageScans, whereOf } from './row-query';
import type { RowLine } from './write-protocol';

/** Tombstones that one write sweeps away at most: bounded work beside the batch itself. */
const PURGED_PER_WRITE = 256;

interface StoredRow {
  readonly key: string;
  readonly position: Position;
  readonly value: string | null;
}

/** Rows that readers see. A column of its own, so that the partial indexes are left alone when only the text of a row changes. */
const LIVE = 'live = 1';

/**
 * The rows of one generation: one table, JSON text as the row, and a column of its own for every declared index field.
 * A write sets only the columns that have changed: SQLite rewrites every index of a column that is set, changed or not.
 */
export class RowTable {
  private readonly name: string;
  private readonly fieldNames: readonly string[];
  /** What a write may have to set besides position and value, in the order of `cellsOf`. */
  private readonly columns: readonly string[];
  private readonly selectGuardSql: string;
  /** Takes a line as it is. */
  private readonly insertSql: string;
  readonly fields: ReadonlySet<string>;

  constructor(
    private readonly sql: PreparedStatements,
    model: string,
    number: number,
    private readonly indexes: readonly (readonly string[])[],
  ) {
    this.name = `rows_${model}_${number}`;
    this.fields = new Set(indexes.flat());
    this.fieldNames = [...this.fields];
    this.columns = ['live', ...this.fieldNames.map(columnOf)];
    this.selectGuardSql = `SELECT ${['position', ...this.columns].join(', ')} FROM "${this.name}" WHERE key = ?`;
    const inserted = ['key', 'position', 'value', ...this.columns];
    this.insertSql = `INSERT INTO "${this.name}" (${inserted.join(', ')}) VALUES (${inserted.map(() => '?').join(', ')})`;
  }

  /**
   * An index of one field holds every row: lists are sorted by it, and end with the rows that lack it. One of several fields is there to
   * find rows by the first, and those without it are left out: most orders have no checkout and no channel.
   */
  create(): void {
    // Index columns have no type on purpose: a value keeps the kind it came with.
    const columns = ['key TEXT PRIMARY KEY NOT NULL', 'position TEXT NOT NULL', ...this.columns, 'value TEXT'];
    this.sql.db.exec(`CREATE TABLE "${this.name}" (${columns.join(', ')})`);
    this.sql.db.exec(`CREATE INDEX "${this.name}_tombstones" ON "${this.name}" (live) WHERE live IS NULL`);
    for (const [i, index] of this.indexes.entries()) {
      const columns = index.map(columnOf);
      const indexed = index.length > 1 ? `${LIVE} AND ${columns[0]} IS NOT NULL` : LIVE;
      this.sql.db.exec(`CREATE INDEX "${this.name}_${i}" ON "${this.name}" (${[...columns, 'key'].join(', ')}) WHERE ${indexed}`);
    }
  }

  get(key: string): Row | null {
    const row = this.stored(key);
    return row === undefined || row.value === null ? null : toRow(row);
  }

  /** With its position, also when it is a tombstone. */
  guarded(key: string): RowWrite | null {
    const row = this.stored(key);
    return row === undefined ? null : { key, position: row.position, value: row.value === null ? null : parse(row.value) };
  }

  /** The row as `write` takes it. Throws TypeError when it cannot be stored. */
  lineOf({ key, position, value }: RowWrite): RowLine {
    assertKey(key);
    return [key, position, value === null ? null : JSON.stringify(value), ...this.cellsOf(value)];
  }

  /** Changes nothing when the stored row reflects this position or a later one. */
  write(line: RowLine): void {
    const [key, position, text, ...cells] = line;
    const stored = this.sql.values(this.selectGuardSql, [key]);
    if (stored === undefined) {
      this.sql.run(this.insertSql, line);
    } else if (position > String(stored[0])) {
      const changed = this.columns
        .map((column, i) => ({ column, cell: cells[i] ?? null, before: stored[i + 1] }))
        .filter(({ cell, before }) => cell !== before);
      const set = ['position', 'value', ...changed.map(({ column }) => column)].map((column) => `${column} = ?`);
      this.sql.run(`UPDATE "${this.name}" SET ${set.join(', ')} WHERE key = ?`, [position, text, ...changed.map(({ cell }) => cell), key]);
    }
  }

  find(options: FindOptions): readonly Row[] {
    const found: Row[] = [];
    for (const scan of pageScans(options, this.fields)) {
      const text = `SELECT key, position, value FROM "${this.name}" WHERE ${LIVE} AND ${scan.sql} ORDER BY ${scan.order} LIMIT ?`;
      const rows = this.sql.all<StoredRow>(text, [...scan.values, options.limit - found.length]);
      for (const row of rows) found.push(toRow(row));
      if (found.length === options.limit) break;
    }
    return found;
  }

  count(filter: Filter, cap: number): number {
    const where = whereOf(filter, this.fields);
    const text = `SELECT count(*) AS count FROM (SELECT 1 FROM "${this.name}" WHERE ${LIVE} AND ${where.sql} LIMIT ?)`;
    return this.sql.one<{ count: number }>(text, [...where.values, cap])?.count ?? 0;
  }

  /** Tombstones that no delivery can meet any more. */
  purge(passed: Position): void {
    const passedBy = `SELECT key FROM "${this.name}" WHERE live IS NULL AND position <= ? LIMIT ${PURGED_PER_WRITE}`;
    this.sql.run(`DELETE FROM "${this.name}" WHERE key IN (${passedBy})`, [passed]);
  }

  /** Takes away a few rows and, when none are left, the table. True when it is gone. Dropping a large table at once would block readers. */
  shrink(rows: number): boolean {
    const deleted = this.sql.run(`DELETE FROM "${this.name}" WHERE rowid IN (SELECT rowid FROM "${this.name}" LIMIT ?)`, [rows]);
    if (deleted > 0) return false;
    this.sql.db.exec(`DROP TABLE "${this.name}"`);
    return true;
  }

  private cellsOf(value: RowValue | null): readonly SqlValue[] {
    return [value === null ? null : 1, ...this.fieldNames.map((field) => (value === null ? null : cellOfRow(value, field)))];
  }

  private stored(key: string): StoredRow | undefined {
    return this.sql.one<StoredRow>(`SELECT key, position, value FROM "${this.name}" WHERE key = ?`, [key]);
  }
}

const parse = (text: string): RowValue => JSON.parse(text) as RowValue;

function toRow({ key, position, value }: StoredRow): Row {
  return { key, position, value: parse(value ?? 'null') };
}
