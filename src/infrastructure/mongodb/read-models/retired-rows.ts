import type { Db } from 'mongodb';
import { isNoCollection } from '../away';
import type { ModelDocuments, RowsCollection } from './model-documents';

/** Between two looks for rows that nobody reads any more. */
const LOOK_EVERY_MS = 30_000;

/**
 * Drops the rows of builds that no document names: replaced ones, given-up ones, and those that a slow writer brought back.
 * A reader that was told of them before needs them a while longer, so they go only after this process has seen them unnamed for
 * `keptMs` by its own clock; the clocks of several machines do not matter.
 */
export class RetiredRows {
  private readonly since = new Map<string, number>();
  private lookedMs = -Infinity;

  constructor(
    private readonly db: Db,
    private readonly documents: ModelDocuments,
    private readonly monotonicMs: () => number,
    private readonly keptMs: number,
  ) {}

  async sweepNowAndThen(): Promise<void> {
    if (this.monotonicMs() - this.lookedMs < LOOK_EVERY_MS) return;
    await this.sweep();
  }

  private async sweep(): Promise<void> {
    this.lookedMs = this.monotonicMs();
    const unnamed = await this.unnamed();
    for (const name of this.since.keys()) if (!unnamed.some((one) => one.name === name)) this.since.delete(name);
    for (const { name } of unnamed) {
      const since = this.since.get(name) ?? this.lookedMs;
      this.since.set(name, since);
      if (this.lookedMs - since < this.keptMs) continue;
      await this.drop(name);
      this.since.delete(name);
    }
  }

  private async drop(name: string): Promise<void> {
    try {
      await this.db.dropCollection(name);
    } catch (error) {
      // Another process was faster.
      if (!isNoCollection(error)) throw error;
    }
  }

  /** The documents are read after the collections: a build is named before its collection comes to be. */
  private async unnamed(): Promise<readonly RowsCollection[]> {
    const collections = await this.documents.collections();
    const heads = new Map((await this.documents.heads([...new Set(collections.map(({ model }) => model))])).map((head) => [head._id, head]));
    return collections.filter(({ model, number }) => {
      const head = heads.get(model);
      // Of a model without a document nothing is known: these rows may be of another program.
      return head !== undefined && head.builds[number] === undefined;
    });
  }
}
