import { statSync } from 'node:fs';
import type { Transaction } from 'better-sqlite3';
import type { ModelDefinition } from '../../../application/ports/read-models';
import { dataVersionOf, type Sqlite } from '../open-database';
import { GenerationTable } from './generation-table';
import { type OnSetAside, openReadModelsFile } from './open-read-models-file';
import { PreparedStatements } from './prepared-statements';
import type { RowTable } from './row-table';

/**
 * The connection on the event loop, which reads: what it does is synchronous, and sees what was committed before it began. It makes the
 * tables of new models, too, before anybody asks for them: once in the life of a version.
 */
export class ReadConnection {
  readonly generations: GenerationTable;
  /** Tells this file from one that takes its place. */
  readonly inode: bigint;
  /** Tables of the generations that served when they were last looked for. */
  private readonly active = new Map<string, RowTable>();
  private seenVersion: unknown;
  /** Another value whenever another connection has written to the file. */
  private readonly dataVersion: () => unknown;
  /** Made once: wrapping a function in a transaction costs more than most of what is done inside. */
  private readonly inTransaction: Transaction<(look: () => unknown) => unknown>;

  constructor(
    private readonly db: Sqlite,
    file: string,
  ) {
    this.dataVersion = dataVersionOf(db);
    this.generations = new GenerationTable(new PreparedStatements(db));
    this.inTransaction = db.transaction((look: () => unknown) => look());
    this.inode = statSync(file, { bigint: true }).ino;
    this.neverWrite();
  }

  get isOpen(): boolean {
    return this.db.open;
  }

  close(): void {
    this.db.close();
  }

  /** For looks of several statements: all of them see one moment. */
  inSnapshot<T>(look: () => T): T {
    return this.inTransaction(look) as T;
  }

  /** Mostly everything is there, and nothing is written. */
  prepare(definitions: readonly ModelDefinition[]): void {
    const missing = this.inSnapshot(() => definitions.filter((definition) => !this.generations.isPrepared(definition)));
    if (missing.length === 0) return;
    this.db.pragma('query_only = OFF');
    try {
      this.inTransaction.immediate(() => missing.forEach((definition) => this.generations.prepare(definition)));
    } finally {
      this.generations.forgetTables();
      if (this.db.open) this.neverWrite();
    }
  }

  /**
   * Looks at the active generation as it was last seen, as long as nobody has written to the file since; else, or when its
   * table is gone, resolves it anew in one snapshot with the look, so that a switch in between is not seen half.
   */
  lookAtActive<T>(model: string, look: (rows: RowTable) => T): T {
    const known = this.knownRows(model);
    if (known !== undefined) {
      try {
        return look(known);
      } catch {
        this.active.clear();
      }
    }
    return this.inSnapshot(() => {
      const rows = this.generations.rowsOf(this.generations.served(model));
      this.active.set(model, rows);
      return look(rows);
    });
  }

  private neverWrite(): void {
    this.db.pragma('query_only = ON');
  }

  private knownRows(model: string): RowTable | undefined {
    const version = this.dataVersion();
    if (version !== this.seenVersion) this.active.clear();
    this.seenVersion = version;
    return this.active.get(model);
  }
}

/** Opens the file, or begins an empty one in which these models are prepared. Throws when it is of another make, or out of reach. */
export function openToRead(file: string, onSetAside: OnSetAside, definitions: readonly ModelDefinition[]): ReadConnection {
  const db = openReadModelsFile(file, onSetAside);
  try {
    const connection = new ReadConnection(db, file);
    connection.prepare(definitions);
    return connection;
  } catch (error) {
    db.close();
    throw error;
  }
}
