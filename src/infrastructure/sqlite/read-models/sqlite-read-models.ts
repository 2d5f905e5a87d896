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
import { ReadModelsUnavailable } from '../../../application/ports/read-models';
import type { Transaction } from 'better-sqlite3';
import type { Position } from '../../../domain/kernel/event';
import { type Sqlite, sqliteCode } from '../open-database';
import { GenerationTable } from './generation-table';
import { isDamage, type OnSetAside, openReadModelsFile, setAside } from './open-read-models-file';
import { PreparedStatements } from './prepared-statements';
import type { RowTable } from './row-table';
import { type Work, WriteGroup } from './write-group';

export interface SqliteReadModelsOptions {
  readonly file: string;
  /** Told when a damaged file was set aside, or one of a newer program; the models are then empty and have to be projected again. */
  readonly onSetAside?: OnSetAside;
}

/** Trouble that passes: another writer, a full disk, a medium that does not answer. */
const AWAY = /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|READONLY|NOMEM|PROTOCOL)/;

export function openSqliteReadModels(options: SqliteReadModelsOptions): SqliteReadModels {
  return new SqliteReadModels(options);
}

/**
 * Read models in one SQLite file. Rows and checkpoint share a transaction, so a checkpoint never runs ahead of its rows.
 * A batch that ends behind the stored checkpoint changes nothing: all of it was applied before. That is also why tombstones
 * may go as soon as the checkpoint has passed them. Work is synchronous underneath and bounded per call.
 */
export class SqliteReadModels implements ReadModels {
  private readonly file: string;
  private readonly onSetAside: OnSetAside;
  private readonly definitions = new Map<string, ModelDefinition>();
  /** Tables of the generations that served when they were last looked for. */
  private readonly active = new Map<string, RowTable>();
  private seenVersion: unknown;
  private readonly writes = new WriteGroup(
    (work) => this.transact('immediate', work),
    (work) => this.opened.inTransaction(work),
  );
  private opened: OpenedFile;

  constructor({ file, onSetAside = () => undefined }: SqliteReadModelsOptions) {
    this.file = file;
    this.onSetAside = onSetAside;
    this.opened = openFile(file, onSetAside);
  }

  async prepare(definitions: readonly ModelDefinition[]): Promise<void> {
    this.transact('immediate', (generations) => definitions.forEach((definition) => generations.prepare(definition)));
    for (const definition of definitions) this.definitions.set(definition.name, definition);
  }

  async get<R = RowValue>(model: string, key: string): Promise<Row<R> | null> {
    return this.read(model, (rows) => rows.get(key)) as Row<R> | null;
  }

  /** In the order asked; what is missing is left out. */
  async getMany<R = RowValue>(model: string, keys: readonly string[]): Promise<readonly Row<R>[]> {
    const found = this.read(model, (rows) => keys.map((key) => rows.get(key)));
    return found.filter((row) => row !== null) as Row<unknown>[] as Row<R>[];
  }

  async find<R = RowValue>(model: string, options: FindOptions): Promise<readonly Row<R>[]> {
    return this.read(model, (rows) => rows.find(options)) as readonly Row<unknown>[] as readonly Row<R>[];
  }

  async count(model: string, filter: Filter, cap: number): Promise<number> {
    return this.read(model, (rows) => rows.count(filter, cap));
  }

  async checkpoint(model: string): Promise<Position | null> {
    return this.transact('single', (generations) => activeOf(generations, model).checkpoint);
  }

  async generations(...models: readonly string[]): Promise<readonly Generation[]> {
    return this.transact(models.length === 1 ? 'single' : 'deferred', (generations) => models.flatMap((model) => generations.list(model)));
  }

  async startBuild(definition: ModelDefinition): Promise<Generation> {
    return this.transact('immediate', (generations) => generations.startBuild(definition));
  }

  async activate(generation: Generation): Promise<void> {
    this.transact('immediate', (generations) => generations.activate(generation));
  }

  async rows({ model, number }: Generation, keys: readonly string[]): Promise<readonly RowWrite[]> {
    return this.transact('deferred', (generations) => {
      const rows = generations.rowsOf(generations.current(model, number));
      return keys.map((key) => rows.guarded(key)).filter((row) => row !== null);
    });
  }

  /** Shares its transaction with the other writes of this turn of the event loop. */
  write(generation: Generation, batch: WriteBatch): Promise<void> {
    return this.writes.join((generations) => generations.write(generation, batch));
  }

  async parked({ number }: Generation, limit: number): Promise<readonly ParkedSequence[]> {
    return this.transact('single', (generations) => generations.parked(number, limit));
  }

  async scan({ model, number }: Generation, afterKey: string | null, limit: number): Promise<readonly Row[]> {
    const after = afterKey === null ? {} : { after: { value: null, key: afterKey } };
    return this.transact('deferred', (generations) => generations.rowsOf(generations.current(model, number)).find({ limit, ...after }));
  }

  async close(): Promise<void> {
    this.writes.commit();
    this.opened.db.close();
  }

  /**
   * Looks at the active generation as it was last seen, as long as nobody else has written to the file since; else, or when its
   * table is gone, resolves it anew in one snapshot with the look, so that a switch in between is not seen half.
   */
  private read<T>(model: string, look: (rows: RowTable) => T): T {
    const known = this.knownRows(model);
    if (known !== undefined) {
      try {
        return look(known);
      } catch {
        this.active.clear();
      }
    }
    return this.transact('deferred', (generations) => {
      const rows = generations.rowsOf(activeOf(generations, model));
      this.active.set(model, rows);
      return look(rows);
    });
  }

  private knownRows(model: string): RowTable | undefined {
    if (!this.opened.db.open) return undefined;
    const version = this.opened.dataVersion();
    if (version !== this.seenVersion) this.active.clear();
    this.seenVersion = version;
    return this.active.get(model);
  }

  /** 'single' is for work that is one statement, which sees one moment by itself. */
  private transact<T>(mode: 'single' | 'deferred' | 'immediate', work: Work<T>): T {
    const { db, generations, inTransaction } = this.opened;
    // What is written here may be a switch, and this file's data_version only tells of others.
    if (mode === 'immediate') this.active.clear();
    try {
      return mode === 'single' ? work(generations) : (inTransaction[mode](work) as T);
    } catch (error) {
      if (isDamage(error)) this.startAfresh(error);
      if (isDamage(error) || !db.open || AWAY.test(sqliteCode(error) ?? '')) throw new ReadModelsUnavailable(messageOf(error), { cause: error });
      throw error;
    }
  }

  /** Nothing in a damaged file is worth a guess. The models that were prepared are there again, empty. */
  private startAfresh(damage: Error): void {
    this.opened.db.close();
    this.active.clear();
    setAside(this.file, damage, this.onSetAside);
    this.opened = openFile(this.file, this.onSetAside);
    this.transact('immediate', (generations) => this.definitions.forEach((definition) => generations.prepare(definition)));
  }
}

interface OpenedFile {
  readonly db: Sqlite;
  readonly generations: GenerationTable;
  /** Another number whenever another connection has written to the file. */
  dataVersion(): unknown;
  /** Made once: wrapping a function in a transaction costs more than most of what is done inside. */
  readonly inTransaction: Transaction<(work: Work<unknown>) => unknown>;
}

function openFile(file: string, onSetAside: OnSetAside): OpenedFile {
  const db = openReadModelsFile(file, onSetAside);
  const generations = new GenerationTable(new PreparedStatements(db));
  const dataVersion = db.prepare('PRAGMA data_version').pluck();
  return { db, generations, dataVersion: () => dataVersion.get(), inTransaction: db.transaction((work: Work<unknown>) => work(generations)) };
}

function activeOf(generations: GenerationTable, model: string): NonNullable<ReturnType<GenerationTable['active']>> {
  const active = generations.active(model);
  if (active === undefined) throw new Error(`no such read model: "${model}" was never prepared`);
  return active;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
