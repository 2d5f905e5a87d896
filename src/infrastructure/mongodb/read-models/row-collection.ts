import { type Collection, type Db, MongoBulkWriteError } from 'mongodb';
import type { Filter, FindOptions, Row, RowWrite } from '../../../application/ports/read-models';
import { ReadModelsUnavailable } from '../../../application/ports/read-models';
import { DUPLICATE_KEY, isAway, writeErrorsOf } from '../away';
import { collectionOf } from './model-document';
import { documentOf, guardedWrite, indexesOf, type RowDocument, rowOf, rowWriteOf } from './row-document';
import { keyQuery, pageOf, queryOf } from './row-query';

/** Rounds of a batch whose keys others insert at the same moment. Each round at least one writer wins, so few are ever needed. */
const ROUNDS_MAX = 20;
const SHOWN = { position: 1, value: 1 } as const;

/** The rows of one build: one collection, one index for every declared list of fields. */
export class RowCollection {
  private readonly rows: Collection<RowDocument>;
  private readonly fields: ReadonlySet<string>;

  constructor(
    db: Db,
    model: string,
    number: number,
    private readonly indexes: readonly (readonly string[])[],
  ) {
    this.rows = db.collection(collectionOf(model, number));
    this.fields = new Set(indexes.flat());
  }

  /** Repeating it changes nothing. */
  async ensureIndexes(): Promise<void> {
    if (this.indexes.length > 0) await this.rows.createIndexes(indexesOf(this.indexes));
  }

  /** In the order asked; what is missing is left out. */
  async getMany(keys: readonly string[]): Promise<readonly Row[]> {
    const found = await this.byKey(keys);
    return keys.flatMap((key) => {
      const row = found.get(key);
      return row?.live === true ? [rowOf(row)] : [];
    });
  }

  /** With their positions, tombstones too. */
  async guarded(keys: readonly string[]): Promise<readonly RowWrite[]> {
    return [...(await this.byKey(keys)).values()].map(rowWriteOf);
  }

  async find(options: FindOptions): Promise<readonly Row[]> {
    const { query, sort } = pageOf(options, this.fields);
    const found = await this.rows.find(query, { sort, limit: options.limit, projection: SHOWN }).toArray();
    return found.map(rowOf);
  }

  async count(filter: Filter, cap: number): Promise<number> {
    const query = queryOf(filter, this.fields);
    return cap < 1 ? 0 : this.rows.countDocuments(query, { limit: cap });
  }

  /** What is to be written, or the reason why it cannot be, before anything is sent. */
  documentsOf(rows: readonly RowWrite[]): readonly RowDocument[] {
    return rows.map((row) => documentOf(row, this.fields));
  }

  /** One bulk write. Rows that are not newer than the stored ones change nothing. */
  async write(documents: readonly RowDocument[]): Promise<void> {
    let left = documents;
    for (let round = 0; round < ROUNDS_MAX && left.length > 0; round++) left = await this.stillNewer(await this.writeOnce(left));
    if (left.length > 0) throw new ReadModelsUnavailable('too many processes write the same rows');
  }

  /** Those that met a key which is there, so that the guard did not find it older, or it came at the same moment. */
  private async writeOnce(documents: readonly RowDocument[]): Promise<readonly RowDocument[]> {
    try {
      await this.rows.bulkWrite(documents.map(guardedWrite), { ordered: false });
      return [];
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError)) throw error;
      const failed = writeErrorsOf(error);
      if (failed.length === 0 || isAway(error) || failed.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
      return failed.flatMap(({ index }) => documents[index] ?? []);
    }
  }

  private async stillNewer(documents: readonly RowDocument[]): Promise<readonly RowDocument[]> {
    if (documents.length === 0) return [];
    const stored = await this.byKey(documents.map(({ _id }) => _id));
    return documents.filter(({ _id, position }) => position > (stored.get(_id)?.position ?? ''));
  }

  private async byKey(keys: readonly string[]): Promise<ReadonlyMap<string, RowDocument>> {
    if (keys.length === 0) return new Map();
    const found = await this.rows.find(keyQuery(keys), { projection: { ...SHOWN, live: 1 } }).toArray();
    return new Map(found.map((row) => [row._id, row]));
  }
}
