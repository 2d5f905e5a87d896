import type { Collection, Db } from 'mongodb';
import { ReadModelsUnavailable } from '../../../application/ports/read-models';
import type { Position } from '../../../domain/kernel/event';
import { isDuplicateKey } from '../away';
import { buildOfCollection, type Change, type ModelDocument, type ModelHead } from './model-document';

const COLLECTION = 'models';
/** Tries to change a document that others change at the same time. */
const TRIES_MAX = 50;
/** Parked sequences can be many and few ask for them. */
const HEAD = { parked: 0 } as const;

/** The documents of all models: reading them, and changing one in a single step although several processes do. */
export class ModelDocuments {
  private readonly documents: Collection<ModelDocument>;

  constructor(private readonly db: Db) {
    this.documents = db.collection(COLLECTION);
  }

  async heads(models: readonly string[]): Promise<readonly ModelHead[]> {
    return this.documents.find<ModelHead>({ _id: { $in: [...models] } }, { projection: HEAD }).toArray();
  }

  async head(model: string): Promise<ModelHead | null> {
    return this.documents.findOne<ModelHead>({ _id: { $eq: model } }, { projection: HEAD });
  }

  async whole(model: string): Promise<ModelDocument | null> {
    return this.documents.findOne({ _id: { $eq: model } });
  }

  async insert(document: ModelDocument): Promise<void> {
    try {
      await this.documents.insertOne(document);
    } catch (error) {
      // Another process was faster, and its document is as good.
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /** The document as it is afterwards; null when there is none. */
  async change(model: string, change: Change): Promise<ModelDocument | null> {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const read = await this.whole(model);
      const next = read === null ? null : change(read);
      if (read === null || next === null) return read;
      const stored = { ...next, edition: read.edition + 1 };
      const { matchedCount } = await this.documents.replaceOne({ _id: { $eq: model }, edition: { $eq: read.edition } }, stored);
      if (matchedCount === 1) return stored;
    }
    throw new ReadModelsUnavailable(`read model "${model}" is being changed by too many at once`);
  }

  /** Moves a checkpoint that stands at `seen` or beyond, and not beyond `to`. False: it stands elsewhere, or the build is gone. */
  async moveCheckpoint(model: string, number: number, seen: Position | null, to: Position): Promise<boolean> {
    const checkpoint = `builds.${number}.checkpoint`;
    const places = [{ [checkpoint]: { $gte: seen ?? '', $lte: to } }, ...(seen === null ? [{ [checkpoint]: { $eq: null } }] : [])];
    const { matchedCount } = await this.documents.updateOne(
      // "Equal null" also finds what is absent, so the build itself must be there.
      { _id: { $eq: model }, [`builds.${number}.version`]: { $gte: 1 }, $or: places },
      { $set: { [checkpoint]: to }, $inc: { edition: 1 } },
    );
    return matchedCount === 1;
  }

  /** Collections of rows that are there, whether a document names them or not. */
  async collections(): Promise<readonly RowsCollection[]> {
    const all = await this.db.listCollections({}, { nameOnly: true }).toArray();
    return all.flatMap(({ name }) => {
      const build = buildOfCollection(name);
      return build === null ? [] : [{ name, ...build }];
    });
  }
}

export interface RowsCollection {
  readonly name: string;
  readonly model: string;
  readonly number: number;
}
