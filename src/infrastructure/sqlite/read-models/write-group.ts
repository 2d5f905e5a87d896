import { sqliteCode } from '../open-database';
import type { GenerationTable } from './generation-table';

/** What is done inside a transaction. */
export type Work<T> = (generations: GenerationTable) => T;

interface Member {
  readonly work: Work<void>;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Writes that are asked for in one turn of the event loop share a transaction: committing is most of what a small write costs.
 * A member that is refused takes nothing back of its neighbours; when the file fails, all of them fail.
 */
export class WriteGroup {
  private members: Member[] = [];

  constructor(
    private readonly transact: (work: Work<void>) => void,
    /** Inside a transaction: takes back what this work did, and only that, when it throws. */
    private readonly nested: (work: Work<void>) => void,
  ) {}

  join(work: Work<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.members.push({ work, resolve, reject }) === 1) setImmediate(() => this.commit());
    });
  }

  /** Writes what has joined so far. */
  commit(): void {
    const members = this.members;
    if (members.length === 0) return;
    this.members = [];
    const refused = new Map<Member, unknown>();
    try {
      this.transact((generations) => {
        for (const member of members) this.write(member, refused);
        generations.sweepRetired();
      });
    } catch (error) {
      return members.forEach((member) => member.reject(error));
    }
    for (const member of members) {
      if (refused.has(member)) member.reject(refused.get(member));
      else member.resolve();
    }
  }

  private write(member: Member, refused: Map<Member, unknown>): void {
    try {
      this.nested(member.work);
    } catch (error) {
      if (sqliteCode(error) !== undefined) throw error;
      refused.set(member, error);
    }
  }
}
