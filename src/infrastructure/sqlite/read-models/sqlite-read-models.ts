import type {
  Filter,
  FindOptions,
  Generation,
  ModelDefinition,
  ParkedSequence,
  ReadModels,
  Row,
  RowValue,
  RowWrite,
  WriteBatch,
} from '../../../application/ports/read-models';
import { assertDefinition } from '../../../application/ports/read-model-rules';
import type { Position } from '../../../domain/kernel/event';
import { ExchangeableFile } from './exchangeable-file';
import type { OnSetAside } from './open-read-models-file';
import type { startWriter } from './start-writer';
import type { Command } from './write-protocol';

export interface SqliteReadModelsOptions {
  readonly file: string;
  /** Told when a damaged file was set aside, or one of a newer program; the models are then empty and have to be projected again. */
  readonly onSetAside?: OnSetAside;
  /** Starts the thread that writes; for tests that take it away. */
  readonly startWriter?: typeof startWriter;
}

export function openSqliteReadModels(options: SqliteReadModelsOptions): SqliteReadModels {
  return new SqliteReadModels(options);
}

/**
 * Read models in one SQLite file, written by one thread per process, read where it is asked. Rows and checkpoint share a transaction, so
 * a checkpoint never runs ahead of its rows, and whoever has awaited a write reads it. A batch that ends behind the stored checkpoint
 * changes nothing: all of it was applied before. That is also why tombstones may go as soon as the checkpoint has passed them.
 * Reading is synchronous underneath and bounded per call.
 */
export class SqliteReadModels implements ReadModels {
  private readonly definitions = new Map<string, ModelDefinition>();
  private readonly file: ExchangeableFile;

  constructor({ file, onSetAside = () => undefined, startWriter }: SqliteReadModelsOptions) {
    this.file = new ExchangeableFile(file, onSetAside, () => [...this.definitions.values()], startWriter);
  }

  async prepare(definitions: readonly ModelDefinition[]): Promise<void> {
    await this.file.read((reader) => reader.prepare(definitions));
    for (const definition of definitions) this.definitions.set(definition.name, definition);
  }

  async get<R = RowValue>(model: string, key: string): Promise<Row<R> | null> {
    return (await this.file.read((reader) => reader.lookAtActive(model, (rows) => rows.get(key)))) as Row<R> | null;
  }

  /** In the order asked; what is missing is left out. */
  async getMany<R = RowValue>(model: string, keys: readonly string[]): Promise<readonly Row<R>[]> {
    const found = await this.file.read((reader) => reader.lookAtActive(model, (rows) => keys.map((key) => rows.get(key))));
    return found.filter((row) => row !== null) as Row<unknown>[] as Row<R>[];
  }

  async find<R = RowValue>(model: string, options: FindOptions): Promise<readonly Row<R>[]> {
    const found = await this.file.read((reader) => reader.lookAtActive(model, (rows) => rows.find(options)));
    return found as readonly Row<unknown>[] as readonly Row<R>[];
  }

  async count(model: string, filter: Filter, cap: number): Promise<number> {
    return this.file.read((reader) => reader.lookAtActive(model, (rows) => rows.count(filter, cap)));
  }

  async checkpoint(model: string): Promise<Position | null> {
    return this.file.read(({ generations }) => generations.served(model).checkpoint);
  }

  async generations(...models: readonly string[]): Promise<readonly Generation[]> {
    const [first = '', ...others] = models;
    // One statement sees one moment by itself.
    if (others.length === 0) return this.file.read(({ generations }) => generations.list(first));
    return this.file.read((reader) => reader.inSnapshot(() => models.flatMap((model) => reader.generations.list(model))));
  }

  async startBuild(definition: ModelDefinition): Promise<Generation> {
    assertDefinition(definition);
    const { name, version, indexes } = definition;
    const generation = await this.order({ kind: 'start-build', definition: { name, version, indexes } });
    if (generation === null) throw new Error(`a build of read model "${name}" began without a generation`);
    return generation;
  }

  async activate({ model, number }: Generation): Promise<void> {
    await this.order({ kind: 'activate', model, number });
  }

  async rows({ model, number }: Generation, keys: readonly string[]): Promise<readonly RowWrite[]> {
    return this.file.read((reader) =>
      reader.inSnapshot(() => {
        const rows = reader.generations.rowsOf(reader.generations.current(model, number));
        return keys.map((key) => rows.guarded(key)).filter((row) => row !== null);
      }),
    );
  }

  /** Shares its transaction with the other writes of this turn of the event loop. */
  async write({ model, number }: Generation, { rows, checkpoint, park = [], unpark = [] }: WriteBatch): Promise<void> {
    await this.file.write(({ generations }) => {
      const table = generations.tableOf(model, number);
      const lines = rows.map((row) => table.lineOf(row));
      const chars = lines.reduce((sum, [, , text]) => sum + (text?.length ?? 0), 0);
      return { command: { kind: 'write', model, number, lines, checkpoint, park, unpark }, chars };
    });
  }

  async parked({ number }: Generation, limit: number): Promise<readonly ParkedSequence[]> {
    return this.file.read(({ generations }) => generations.parked(number, limit));
  }

  async scan({ model, number }: Generation, afterKey: string | null, limit: number): Promise<readonly Row[]> {
    const after = afterKey === null ? {} : { after: { value: null, key: afterKey } };
    return this.file.read((reader) =>
      reader.inSnapshot(() => reader.generations.rowsOf(reader.generations.current(model, number)).find({ limit, ...after })),
    );
  }

  /** What was accepted is written first. */
  close(): Promise<void> {
    return this.file.close();
  }

  /** What holds no rows. */
  private order(command: Exclude<Command, { readonly kind: 'write' }>): Promise<Generation | null> {
    return this.file.write(() => ({ command, chars: 0 }));
  }
}
