import type { Transaction } from 'better-sqlite3';
import type { Generation } from '../../../application/ports/read-models';
import { type Sqlite, sqliteCode } from '../open-database';
import { GenerationTable } from './generation-table';
import { PreparedStatements } from './prepared-statements';
import type { Command, Outcome } from './write-protocol';

/**
 * Writes groups of commands, each in one transaction: committing is most of what a small write costs.
 * A command that is refused takes nothing back of its neighbours; when the file fails, all of them fail.
 */
export class Writer {
  private readonly generations: GenerationTable;
  /** Made once: wrapping a function in a transaction costs more than most of what is done inside. Nested, it takes back only itself. */
  private readonly inTransaction: Transaction<(work: () => unknown) => unknown>;

  constructor(db: Sqlite) {
    this.generations = new GenerationTable(new PreparedStatements(db));
    this.inTransaction = db.transaction((work: () => unknown) => work());
  }

  /** Throws what SQLite says when the file fails: then nothing of it was written. */
  commit(commands: readonly Command[]): readonly Outcome[] {
    const outcomes: Outcome[] = [];
    try {
      this.inTransaction.immediate(() => {
        for (const command of commands) outcomes.push(this.attempt(command));
        this.generations.sweepRetired();
      });
    } catch (error) {
      this.generations.forgetTables();
      throw error;
    }
    return outcomes;
  }

  private attempt(command: Command): Outcome {
    try {
      return { done: this.inTransaction(() => this.perform(command)) as Generation | null };
    } catch (error) {
      if (sqliteCode(error) !== undefined) throw error;
      this.generations.forgetTables();
      return { refused: error instanceof Error ? error.message : String(error) };
    }
  }

  private perform(command: Command): Generation | null {
    switch (command.kind) {
      case 'write':
        this.generations.write(command);
        return null;
      case 'start-build':
        return this.generations.startBuild(command.definition);
      case 'activate':
        this.generations.activate(command);
        return null;
    }
  }
}
