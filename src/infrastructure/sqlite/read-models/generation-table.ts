import { assertDefinition } from '../../../application/ports/read-model-rules';
import type { Generation, ModelDefinition, ParkedSequence } from '../../../application/ports/read-models';
import type { Position } from '../../../domain/kernel/event';
import type { PreparedStatements } from './prepared-statements';
import { RowTable } from './row-table';
import type { Command } from './write-protocol';

/** Rows of retired generations that one write removes on the side. */
const RETIRED_ROWS_PER_SWEEP = 512;
const TABLES_KEPT_MAX = 256;

const COLUMNS = 'number, model, version, state, checkpoint, indexes';

/** A generation as the file keeps it; numbers are unique over all models and never used twice. */
interface StoredGeneration {
  readonly number: number;
  readonly model: string;
  readonly version: number;
  readonly state: Generation['state'];
  readonly checkpoint: Position | null;
  readonly indexes: string;
}

/** Which builds of which models there are, and what each has parked. All methods run inside the caller's transaction. */
export class GenerationTable {
  private readonly tables = new Map<number, RowTable>();

  constructor(private readonly sql: PreparedStatements) {}

  /** A model seen for the first time gets an empty active generation; a newer version, or other indexes, a build beside the old one. */
  prepare(definition: ModelDefinition): void {
    if (this.isPrepared(definition)) return;
    if (this.active(definition.name) === undefined) this.insert(definition, 'active');
    else this.startBuild(definition);
  }

  isPrepared(definition: ModelDefinition): boolean {
    assertDefinition(definition);
    const known = this.stored(definition.name);
    const isSame = (one: StoredGeneration): boolean => one.version === definition.version && one.indexes === JSON.stringify(definition.indexes);
    const active = known.find((one) => one.state === 'active');
    return active !== undefined && (definition.version < active.version || known.some(isSame));
  }

  startBuild(definition: ModelDefinition): Generation {
    assertDefinition(definition);
    this.retire(definition.name, 'building');
    return this.insert(definition, 'building');
  }

  activate({ model, number }: Pick<Generation, 'model' | 'number'>): void {
    const current = this.current(model, number);
    if (current.state === 'active') return;
    this.retire(model, 'active');
    this.sql.run(`UPDATE generations SET state = 'active' WHERE number = ?`, [number]);
  }

  list(model: string): readonly Generation[] {
    return this.stored(model).map(({ indexes: _declared, ...generation }) => generation);
  }

  private active(model: string): StoredGeneration | undefined {
    return this.sql.one<StoredGeneration>(`SELECT ${COLUMNS} FROM generations WHERE model = ? AND state = 'active'`, [model]);
  }

  /** Throws when the model was never prepared. */
  served(model: string): StoredGeneration {
    const active = this.active(model);
    if (active === undefined) throw new Error(`no such read model: "${model}" was never prepared`);
    return active;
  }

  /** Throws when the generation was dropped or replaced: whoever still feeds it must look again. */
  current(model: string, number: number): StoredGeneration {
    const found = this.stored(model).find((one) => one.number === number);
    if (found === undefined) throw new Error(`generation ${number} of read model "${model}" is gone`);
    return found;
  }

  rowsOf({ model, number, indexes }: StoredGeneration): RowTable {
    let table = this.tables.get(number);
    if (table === undefined) {
      if (this.tables.size >= TABLES_KEPT_MAX) this.tables.clear();
      table = new RowTable(this.sql, model, number, JSON.parse(indexes) as string[][]);
      this.tables.set(number, table);
    }
    return table;
  }

  /** The table of a generation that was there when it was first asked for: enough to put a row into its columns. */
  tableOf(model: string, number: number): RowTable {
    return this.tables.get(number) ?? this.rowsOf(this.current(model, number));
  }

  /** After a transaction was taken back: the next generation may get the number of one that came to nothing. */
  forgetTables(): void {
    this.tables.clear();
  }

  /** Rows, parked sequences and checkpoint in one. A batch that ends behind the stored checkpoint was applied before. */
  write({ model, number, lines, checkpoint, park, unpark }: Extract<Command, { kind: 'write' }>): void {
    const current = this.current(model, number);
    if (current.checkpoint !== null && checkpoint < current.checkpoint) return;
    const rows = this.rowsOf(current);
    for (const line of lines) rows.write(line);
    for (const stream of unpark) this.unpark(number, stream);
    for (const sequence of park) this.park(number, sequence);
    this.sql.run('UPDATE generations SET checkpoint = ? WHERE number = ?', [checkpoint, number]);
    rows.purge(checkpoint);
  }

  parked(number: number, limit: number): readonly ParkedSequence[] {
    const text = 'SELECT stream, revision, position, error, parked_at AS parkedAt FROM parked WHERE generation = ? ORDER BY position, stream LIMIT ?';
    return this.sql.all<ParkedSequence>(text, [number, limit]);
  }

  /** A sequence that is parked already stays parked from its earliest event. */
  private park(number: number, { stream, revision, position, error, parkedAt }: ParkedSequence): void {
    const text =
      'INSERT INTO parked (generation, stream, revision, position, error, parked_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (generation, stream) ' +
      'DO UPDATE SET revision = excluded.revision, position = excluded.position, error = excluded.error WHERE excluded.revision < revision';
    this.sql.run(text, [number, stream, revision, position, error, parkedAt]);
  }

  private unpark(number: number, stream: string): void {
    this.sql.run('DELETE FROM parked WHERE generation = ? AND stream = ?', [number, stream]);
  }

  /** Takes a bounded bite out of what is no longer read. */
  sweepRetired(): void {
    const retired = this.sql.one<StoredGeneration>(`SELECT ${COLUMNS} FROM generations WHERE state = 'retired' ORDER BY number LIMIT 1`);
    if (retired === undefined || !this.rowsOf(retired).shrink(RETIRED_ROWS_PER_SWEEP)) return;
    this.sql.run('DELETE FROM generations WHERE number = ?', [retired.number]);
    this.tables.delete(retired.number);
  }

  private stored(model: string): readonly StoredGeneration[] {
    return this.sql.all<StoredGeneration>(`SELECT ${COLUMNS} FROM generations WHERE model = ? AND state <> 'retired' ORDER BY number`, [model]);
  }

  private insert({ name, version, indexes }: ModelDefinition, state: Generation['state']): Generation {
    const text = `INSERT INTO generations (model, version, state, indexes) VALUES (?, ?, ?, ?) RETURNING ${COLUMNS}`;
    const stored = this.sql.one<StoredGeneration>(text, [name, version, state, JSON.stringify(indexes)]);
    if (stored === undefined) throw new Error(`read model "${name}" could not be created`);
    this.rowsOf(stored).create();
    return { model: name, version, number: stored.number, state, checkpoint: null };
  }

  private retire(model: string, state: Generation['state']): void {
    this.sql.run('DELETE FROM parked WHERE generation IN (SELECT number FROM generations WHERE model = ? AND state = ?)', [model, state]);
    this.sql.run(`UPDATE generations SET state = 'retired' WHERE model = ? AND state = ?`, [model, state]);
  }
}
