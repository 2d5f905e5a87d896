import type { Statement } from 'better-sqlite3';
import type { Sqlite } from '../open-database';

/** Texts vary with filters and generations; when there are more, all are compiled anew. */
const STATEMENTS_MAX = 512;

/** What SQLite takes as a value. Booleans are kept as 0 and 1. */
export type SqlValue = string | number | null;

/** Compiles each text once. */
export class PreparedStatements {
  private readonly statements = new Map<string, Statement<SqlValue[]>>();

  constructor(readonly db: Sqlite) {}

  of(sql: string): Statement<SqlValue[]> {
    const known = this.statements.get(sql);
    if (known !== undefined) return known;
    if (this.statements.size >= STATEMENTS_MAX) this.statements.clear();
    const statement = this.db.prepare<SqlValue[]>(sql);
    this.statements.set(sql, statement);
    return statement;
  }

  run(sql: string, values: readonly SqlValue[] = []): number {
    return this.of(sql).run(...values).changes;
  }

  all<T>(sql: string, values: readonly SqlValue[] = []): readonly T[] {
    return this.of(sql).all(...values) as T[];
  }

  one<T>(sql: string, values: readonly SqlValue[] = []): T | undefined {
    return this.of(sql).get(...values) as T | undefined;
  }

  /** One row as a list of its values. */
  values(sql: string, values: readonly SqlValue[]): readonly SqlValue[] | undefined {
    return this.of(sql)
      .raw()
      .get(...values) as readonly SqlValue[] | undefined;
  }
}
