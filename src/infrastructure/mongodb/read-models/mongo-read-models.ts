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
import { MongoConnection, type MongoPlace } from '../connect';
import { BuildRegister } from './build-register';
import { KnownBuilds } from './known-builds';
import { activeBuild, currentBuild, earliestParked, generationsOf } from './model-document';
import { ModelDocuments } from './model-documents';
import { Pointers } from './pointers';
import { Progress } from './progress';
import { RetiredRows } from './retired-rows';
import type { RowCollection } from './row-collection';

export interface MongoReadModelsOptions extends MongoPlace {
  /** A clock that is never set; that of this process by default. */
  readonly monotonicMs?: () => number;
}

/** The rows of a replaced build stay so long for readers that are still on them: longer than any call lasts, see connect.ts. */
const RETIRED_KEPT_MS = 30_000;
/** Work of a projector is many calls, each of which has its own time: what has not ended by then is begun anew. Nobody waits for it. */
const WORK_MS = 120_000;

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
  private readonly connection: MongoConnection;
  private readonly documents: ModelDocuments;
  private readonly known: KnownBuilds;
  private readonly register: BuildRegister;
  private readonly progress: Progress;
  private readonly pointers: Pointers;
  private readonly retired: RetiredRows;

  constructor(options: MongoReadModelsOptions) {
    const { monotonicMs = () => performance.now() } = options;
    this.connection = new MongoConnection(options);
    const { database } = this.connection;
    this.documents = new ModelDocuments(database);
    this.known = new KnownBuilds(database);
    this.register = new BuildRegister(this.documents, this.known);
    this.progress = new Progress(this.documents);
    this.retired = new RetiredRows(database, this.documents, monotonicMs, RETIRED_KEPT_MS);
    this.pointers = new Pointers({
      headOf: (model) => this.register.headOf(model),
      rowsOf: (head) => this.known.noted(head, head.active).rows,
      monotonicMs,
      usableMs: RETIRED_KEPT_MS,
    });
    this.connection.onLost(() => {
      this.pointers.forget();
      this.register.forgetIndexes();
    });
  }

  prepare(definitions: readonly ModelDefinition[]): Promise<void> {
    return this.answered(async () => {
      await this.register.prepare(definitions);
      await this.retired.sweepNowAndThen();
    }, WORK_MS);
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
    return this.answered(async () => {
      const moment = this.pointers.now();
      const head = await this.register.headOf(model);
      this.pointers.note(head, moment);
      return activeBuild(head).checkpoint;
    });
  }

  generations(...models: readonly string[]): Promise<readonly Generation[]> {
    return this.answered(async () => {
      const moment = this.pointers.now();
      const heads = await this.documents.heads(models);
      for (const head of heads) this.pointers.note(head, moment);
      return heads.flatMap(generationsOf);
    });
  }

  startBuild(definition: ModelDefinition): Promise<Generation> {
    return this.answered(() => this.register.start(definition), WORK_MS);
  }

  activate({ model, number }: Generation): Promise<void> {
    return this.answered(async () => {
      const head = await this.register.activate(model, number);
      this.pointers.note(head, this.pointers.now());
    }, WORK_MS);
  }

  rows({ model, number }: Generation, keys: readonly string[]): Promise<readonly RowWrite[]> {
    return this.readBuild(model, number, (rows) => rows.guarded(keys));
  }

  write({ model, number }: Generation, batch: WriteBatch): Promise<void> {
    return this.answered(async () => {
      const build = await this.register.current(model, number);
      if (!(await this.progress.isAhead(build, batch))) return;
      await build.rows.write(build.rows.documentsOf(batch.rows));
      await this.progress.advance(build, batch);
      await this.retired.sweepNowAndThen();
    }, WORK_MS);
  }

  parked({ model, number }: Generation, limit: number): Promise<readonly ParkedSequence[]> {
    return this.answered(async () => {
      const document = await this.documents.whole(model);
      return document === null ? [] : earliestParked(document, number, limit);
    });
  }

  scan({ model, number }: Generation, afterKey: string | null, limit: number): Promise<readonly Row[]> {
    const after = afterKey === null ? {} : { after: { value: null, key: afterKey } };
    return this.readBuild(model, number, (rows) => rows.find({ limit, ...after }));
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private read<T>(model: string, look: (rows: RowCollection) => Promise<T>): Promise<T> {
    return this.answered(() => this.pointers.read(model, look));
  }

  /** Rows of one build, and proof that it was still one, in the time of one answer. */
  private readBuild<T>(model: string, number: number, look: (rows: RowCollection) => Promise<T>): Promise<T> {
    return this.answered(async () => {
      const { rows } = await this.register.current(model, number);
      const [answer, head] = await Promise.all([look(rows), this.documents.head(model)]);
      currentBuild(head, number, model);
      return answer;
    });
  }

  private async answered<T>(work: () => Promise<T>, withinMs?: number): Promise<T> {
    try {
      return await this.connection.answer(work, withinMs);
    } catch (error) {
      if (isAway(error)) throw new ReadModelsUnavailable(error.message, { cause: error });
      throw error;
    }
  }
}
