import type { Db, MongoClient } from 'mongodb';
import { assertDefinition } from '../../../application/ports/read-model-rules';
import {
  type Filter,
  type FindOptions,
  type Generation,
  type ModelDefinition,
  type ParkedSequence,
  type ReadModels,
  ReadModelsUnavailable,
  type Row,
  type RowValue,
  type RowWrite,
  type WriteBatch,
} from '../../../application/ports/read-models';
import type { Position } from '../../../domain/kernel/event';
import { isAway } from '../away';
import { databaseName, mongoClient, type MongoPlace } from '../connect';
import { type KnownBuild, KnownBuilds } from './known-builds';
import * as modelDocument from './model-document';
import type { ModelHead } from './model-document';
import { ModelDocuments } from './model-documents';
import { Pointers } from './pointers';
import { RetiredRows } from './retired-rows';
import type { RowCollection } from './row-collection';

export interface MongoReadModelsOptions extends MongoPlace {
  /** How long the rows of a replaced build stay for readers that are still on them. Milliseconds; half a minute by default. */
  readonly retiredKeptMs?: number;
  readonly monotonicMs?: () => number;
}

/** Longer than any single call lasts, see connect.ts. */
const RETIRED_KEPT_MS = 30_000;
/** Tries to move a checkpoint that others move at the same time. */
const TRIES_MAX = 20;

/** Connects with the first call, so a server that is away keeps nobody from starting. */
export function openMongoReadModels(options: MongoReadModelsOptions): MongoReadModels {
  return new MongoReadModels(options);
}

/**
 * Read models in MongoDB, the same on a single server and on a replica set.
 *
 * Rows are written first, each guarded by its position; then the document of the model moves the checkpoint, parks and lets go in
 * one step. A crash in between leaves rows that are ahead of the checkpoint: they are met again and change nothing. Tombstones stay
 * until the next build, since a writer that was asleep could otherwise bring a removed row back.
 */
export class MongoReadModels implements ReadModels {
  private readonly client: MongoClient;
  private readonly db: Db;
  private readonly documents: ModelDocuments;
  private readonly pointers: Pointers;
  private readonly retired: RetiredRows;
  private readonly builds: KnownBuilds;
  /** Builds whose indexes this process has seen to, on this server. */
  private indexed = new WeakSet<KnownBuild>();
  /** Models that were there: one that is missing now was lost, not forgotten. */
  private readonly prepared = new Set<string>();

  constructor(options: MongoReadModelsOptions) {
    const { retiredKeptMs = RETIRED_KEPT_MS, monotonicMs = () => performance.now() } = options;
    this.client = mongoClient(options);
    this.db = this.client.db(databaseName(options));
    this.documents = new ModelDocuments(this.db);
    this.builds = new KnownBuilds(this.db);
    this.retired = new RetiredRows(this.db, this.documents, monotonicMs, retiredKeptMs);
    this.pointers = new Pointers({
      headOf: (model) => this.headOf(model),
      rowsOf: (head) => this.activeRows(head),
      monotonicMs,
      usableMs: retiredKeptMs,
    });
    this.client.on('connectionPoolCleared', () => this.forget());
  }

  prepare(definitions: readonly ModelDefinition[]): Promise<void> {
    return this.asked(async () => {
      for (const definition of definitions) assertDefinition(definition);
      const heads = new Map((await this.documents.heads(definitions.map(({ name }) => name))).map((head) => [head._id, head]));
      for (const definition of definitions) await this.prepareOne(definition, heads.get(definition.name));
      await this.retired.sweepNowAndThen();
    });
  }

  async get<R = RowValue>(model: string, key: string): Promise<Row<R> | null> {
    const [row] = await this.getMany<R>(model, [key]);
    return row ?? null;
  }

  getMany<R = RowValue>(model: string, keys: readonly string[]): Promise<readonly Row<R>[]> {
    return this.read(model, (rows) => rows.getMany(keys)) as Promise<readonly Row<unknown>[]> as Promise<readonly Row<R>[]>;
  }

  find<R = RowValue>(model: string, options: FindOptions): Promise<readonly Row<R>[]> {
    return this.read(model, (rows) => rows.find(options)) as Promise<readonly Row<unknown>[]> as Promise<readonly Row<R>[]>;
  }

  count(model: string, filter: Filter, cap: number): Promise<number> {
    return this.read(model, (rows) => rows.count(filter, cap));
  }

  checkpoint(model: string): Promise<Position | null> {
    return this.asked(async () => {
      const head = await this.headOf(model);
      this.note(head);
      return modelDocument.activeBuild(head).checkpoint;
    });
  }

  generations(model: string): Promise<readonly Generation[]> {
    return this.asked(async () => {
      const head = await this.documents.head(model);
      if (head === null) return [];
      this.note(head);
      return modelDocument.generationsOf(head);
    });
  }

  startBuild(definition: ModelDefinition): Promise<Generation> {
    return this.asked(async () => {
      assertDefinition(definition);
      const { lastNumber } = await this.beginBuild(definition, () => true);
      return { model: definition.name, version: definition.version, number: lastNumber, state: 'building', checkpoint: null };
    });
  }

  activate({ model, number }: Generation): Promise<void> {
    return this.asked(async () => {
      const document = await this.documents.change(model, (read) => modelDocument.activated(read, number));
      modelDocument.currentBuild(document, number, model);
      if (document !== null) this.note(document);
    });
  }

  rows({ model, number }: Generation, keys: readonly string[]): Promise<readonly RowWrite[]> {
    return this.readBuild(model, number, (rows) => rows.guarded(keys));
  }

  write({ model, number }: Generation, batch: WriteBatch): Promise<void> {
    return this.asked(async () => {
      const build = this.builds.of(model, number) ?? (await this.currentBuild(model, number));
      if (build.isBeyond(batch.checkpoint)) return this.confirmBeyond(model, number, build, batch.checkpoint);
      await build.rows.write(build.rows.documentsOf(batch.rows));
      const { checkpoint, park = [], unpark = [] } = batch;
      if (park.length + unpark.length === 0) await this.moveCheckpoint(model, number, build, checkpoint);
      else await this.advance(model, number, build, { checkpoint, park, unpark });
      await this.retired.sweepNowAndThen();
    });
  }

  parked({ model, number }: Generation, limit: number): Promise<readonly ParkedSequence[]> {
    return this.asked(async () => {
      const document = await this.documents.whole(model);
      return document === null ? [] : modelDocument.earliestParked(document, number, limit);
    });
  }

  scan({ model, number }: Generation, afterKey: string | null, limit: number): Promise<readonly Row[]> {
    const after = afterKey === null ? {} : { after: { value: null, key: afterKey } };
    return this.readBuild(model, number, (rows) => rows.find({ limit, ...after }));
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  private async prepareOne(definition: ModelDefinition, known: ModelHead | undefined): Promise<void> {
    const { name } = definition;
    const head = known ?? (await this.create(definition));
    if (modelDocument.needsBuild(head, definition)) await this.beginBuild(definition, (read) => modelDocument.needsBuild(read, definition));
    else await this.ensureIndexes(head);
    this.prepared.add(name);
  }

  private async create(definition: ModelDefinition): Promise<ModelHead> {
    await this.documents.insert(modelDocument.newModel(definition, await this.numbersTaken(definition.name)));
    return this.headOf(definition.name);
  }

  /** The build is named before its collection comes to be: what nobody names may be dropped. */
  private async beginBuild(definition: ModelDefinition, isNeeded: (head: ModelHead) => boolean): Promise<ModelHead> {
    const taken = await this.numbersTaken(definition.name);
    const document = await this.documents.change(definition.name, (read) =>
      isNeeded(read) ? modelDocument.withNewBuild(read, definition, taken) : null,
    );
    const head = document ?? (await this.headOf(definition.name));
    await this.ensureIndexes(head);
    return head;
  }

  private async ensureIndexes(head: ModelHead): Promise<void> {
    for (const build of this.note(head).values()) {
      if (this.indexed.has(build)) continue;
      await build.rows.ensureIndexes();
      this.indexed.add(build);
    }
  }

  /** An older copy of the document may know lower numbers than there are collections. */
  private async numbersTaken(model: string): Promise<number> {
    return (await this.documents.collections()).reduce((most, one) => (one.model === model ? Math.max(most, one.number) : most), 0);
  }

  private async moveCheckpoint(model: string, number: number, build: KnownBuild, to: Position): Promise<void> {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      if (await this.documents.moveCheckpoint(model, number, build.checkpoint, to)) return build.reached(to);
      const { checkpoint } = modelDocument.currentBuild(await this.documents.head(model), number, model);
      build.assertNotPutBack(checkpoint);
      build.reached(checkpoint);
      // Another projector is further on: all of this batch was applied before.
      if (build.isBeyond(to)) return;
    }
    throw new ReadModelsUnavailable(`the checkpoint of "${model}" is being moved by too many at once`);
  }

  private async advance(model: string, number: number, build: KnownBuild, step: modelDocument.Step): Promise<void> {
    const document = await this.documents.change(model, (read) => {
      build.assertNotPutBack(modelDocument.currentBuild(read, number).checkpoint);
      return modelDocument.advanced(read, number, step);
    });
    build.reached(modelDocument.currentBuild(document, number, model).checkpoint);
  }

  /** A batch behind the checkpoint changes nothing, if the checkpoint still stands where it was seen. */
  private async confirmBeyond(model: string, number: number, build: KnownBuild, place: Position): Promise<void> {
    const { checkpoint } = modelDocument.currentBuild(await this.documents.head(model), number, model);
    if (checkpoint === null || checkpoint <= place) build.assertNotPutBack(checkpoint);
  }

  private read<T>(model: string, look: (rows: RowCollection) => Promise<T>): Promise<T> {
    return this.asked(() => this.pointers.read(model, look));
  }

  /** Rows of one build, and proof that it was still one, in the time of one answer. */
  private readBuild<T>(model: string, number: number, look: (rows: RowCollection) => Promise<T>): Promise<T> {
    return this.asked(async () => {
      const known = this.builds.of(model, number) ?? (await this.currentBuild(model, number));
      const [answer, head] = await Promise.all([look(known.rows), this.documents.head(model)]);
      modelDocument.currentBuild(head, number, model);
      return answer;
    });
  }

  private async currentBuild(model: string, number: number): Promise<KnownBuild> {
    const head = await this.documents.head(model);
    modelDocument.currentBuild(head, number, model);
    const build = head === null ? undefined : this.note(head).get(number);
    if (build === undefined) throw new Error(`generation ${number} of read model "${model}" is gone`);
    return build;
  }

  private async headOf(model: string): Promise<ModelHead> {
    const head = await this.documents.head(model);
    if (head !== null) return head;
    if (this.prepared.has(model)) throw new ReadModelsUnavailable(`read model "${model}" is not there any more; the projector builds it anew`);
    throw new Error(`no such read model: "${model}" was never prepared`);
  }

  private note(head: ModelHead): ReadonlyMap<number, KnownBuild> {
    const builds = this.builds.note(head);
    this.pointers.note(head);
    return builds;
  }

  private activeRows(head: ModelHead): RowCollection {
    const active = this.builds.note(head).get(head.active);
    if (active === undefined) throw new Error(`read model "${head._id}" names a build that is not there`);
    return active.rows;
  }

  /** Connections were lost, so this may be another server, or the same one with other data. */
  private forget(): void {
    this.pointers.forget();
    this.indexed = new WeakSet();
  }

  private async asked<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isAway(error)) throw new ReadModelsUnavailable(error.message, { cause: error });
      throw error;
    }
  }
}
