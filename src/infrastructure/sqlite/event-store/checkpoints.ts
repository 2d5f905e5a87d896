import type { Statement } from 'better-sqlite3';
import type { Sqlite } from '../open-database';

/** Pages in the write-ahead log, and how many of them are in the file. */
interface WalProgress {
  readonly busy: number;
  readonly log: number;
  readonly checkpointed: number;
}

/**
 * Copies the write-ahead log into the file when it has grown long. Left to itself SQLite does that inside the commit that finds it long:
 * whoever waits for that commit waits for the copy too, and a disk that fails meanwhile is kept a secret.
 */
export class Checkpoints {
  private readonly look: Statement<[], WalProgress>;
  private readonly copy: Statement<[], WalProgress>;

  /** The connection was opened without automatic checkpoints. */
  constructor(
    db: Sqlite,
    private readonly pages: number,
  ) {
    this.look = db.prepare<[], WalProgress>('PRAGMA wal_checkpoint(NOOP)');
    this.copy = db.prepare<[], WalProgress>('PRAGMA wal_checkpoint(PASSIVE)');
  }

  /** Copies what no reader holds, unless another process is at it. Throws when the disk does not take it, or its sync fails. */
  copyWhenLong(): void {
    const progress = this.look.get();
    if (progress !== undefined && progress.log - progress.checkpointed >= this.pages) this.copy.get();
  }
}
