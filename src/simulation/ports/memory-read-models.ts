import { assertDefinition } from '../../application/ports/read-model-rules';
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
} from '../../application/ports/read-models';
import type { Position } from '../../domain/kernel/event';
import { compareCells } from './row-order';
import { MemoryRows } from './memory-rows';

interface KeptGeneration {
  readonly generation: Omit<Generation, 'state' | 'checkpoint'>;
  readonly indexes: string;
  readonly rows: MemoryRows;
  readonly parked: Map<string, ParkedSequence>;
  state: Generation['state'];
  checkpoint: Position | null;
}

/** Read models in memory that answer at once: rows as text, and generations as the port has them. */
export class MemoryReadModels implements ReadModels {
  private readonly kept = new Map<string, readonly KeptGeneration[]>();
  private lastNumber = 0;

  async prepare(definitions: readonly ModelDefinition[]): Promise<void> {
    for (const definition of definitions) {
      assertDefinition(definition);
      const known = this.of(definition.name);
      const active = known.find(({ state }) => state === 'active');
      const isSame = (one: KeptGeneration): boolean =>
        one.generation.version === definition.version && one.indexes === JSON.stringify(definition.indexes);
      if (active === undefined) this.add(definition, 'active');
      else if (definition.version >= active.generation.version && !known.some(isSame)) await this.startBuild(definition);
    }
  }

  async get<R = RowValue>(model: string, key: string): Promise<Row<R> | null> {
    return this.active(model).rows.get(key) as Row<R> | null;
  }

  async getMany<R = RowValue>(model: string, keys: readonly string[]): Promise<readonly Row<R>[]> {
    const { rows } = this.active(model);
    return keys.map((key) => rows.get(key)).filter((row) => row !== null) as Row<unknown>[] as Row<R>[];
  }

  async find<R = RowValue>(model: string, options: FindOptions): Promise<readonly Row<R>[]> {
    return this.active(model).rows.find(options) as readonly Row<unknown>[] as readonly Row<R>[];
  }

  async count(model: string, filter: Filter, cap: number): Promise<number> {
    return this.active(model).rows.count(filter, cap);
  }

  async checkpoint(model: string): Promise<Position | null> {
    return this.active(model).checkpoint;
  }

  async generations(...models: readonly string[]): Promise<readonly Generation[]> {
    return models.flatMap((model) => this.of(model).map(({ generation, state, checkpoint }) => ({ ...generation, state, checkpoint })));
  }

  async startBuild(definition: ModelDefinition): Promise<Generation> {
    assertDefinition(definition);
    this.drop(definition.name, 'building');
    return this.add(definition, 'building');
  }

  async activate(generation: Generation): Promise<void> {
    const next = this.current(generation);
    if (next.state === 'active') return;
    this.drop(generation.model, 'active');
    next.state = 'active';
  }

  async rows(generation: Generation, keys: readonly string[]): Promise<readonly RowWrite[]> {
    const { rows } = this.current(generation);
    return keys.map((key) => rows.guarded(key)).filter((row) => row !== null);
  }

  async write(generation: Generation, batch: WriteBatch): Promise<void> {
    const current = this.current(generation);
    if (current.checkpoint !== null && batch.checkpoint < current.checkpoint) return;
    const rows = batch.rows.map((row) => current.rows.kept(row));
    for (const row of rows) current.rows.put(row);
    for (const stream of batch.unpark ?? []) current.parked.delete(stream);
    for (const sequence of batch.park ?? []) {
      const before = current.parked.get(sequence.stream);
      if (before === undefined || sequence.revision < before.revision) current.parked.set(sequence.stream, sequence);
    }
    current.checkpoint = batch.checkpoint;
    current.rows.purge(batch.checkpoint);
  }

  async parked(generation: Generation, limit: number): Promise<readonly ParkedSequence[]> {
    const parked =
      this.of(generation.model)
        .find((one) => one.generation.number === generation.number)
        ?.parked.values() ?? [];
    return [...parked].sort((a, b) => compareCells(a.position, b.position) || compareCells(a.stream, b.stream)).slice(0, limit);
  }

  async scan(generation: Generation, afterKey: string | null, limit: number): Promise<readonly Row[]> {
    return this.current(generation).rows.find({ limit, ...(afterKey === null ? {} : { after: { value: null, key: afterKey } }) });
  }

  /** F23: everything as it was in an old backup, the checkpoint with it. Here the backup is from before the first event. */
  restoreBackup(): void {
    const emptied = (one: KeptGeneration): KeptGeneration => ({
      ...one,
      rows: new MemoryRows(JSON.parse(one.indexes) as string[][]),
      parked: new Map(),
      checkpoint: null,
    });
    for (const [model, generations] of this.kept) this.kept.set(model, generations.map(emptied));
  }

  async close(): Promise<void> {
    this.kept.clear();
  }

  private add({ name, version, indexes }: ModelDefinition, state: Generation['state']): Generation {
    const generation = { model: name, version, number: ++this.lastNumber };
    const rows = new MemoryRows(indexes);
    const made = { generation, indexes: JSON.stringify(indexes), rows, parked: new Map(), state, checkpoint: null };
    this.kept.set(name, [...this.of(name), made]);
    return { ...generation, state, checkpoint: null };
  }

  private of(model: string): readonly KeptGeneration[] {
    return this.kept.get(model) ?? [];
  }

  private drop(model: string, state: Generation['state']): void {
    this.kept.set(
      model,
      this.of(model).filter((one) => one.state !== state),
    );
  }

  private active(model: string): KeptGeneration {
    const active = this.of(model).find(({ state }) => state === 'active');
    if (active === undefined) throw new Error(`no such read model: "${model}" was never prepared`);
    return active;
  }

  private current({ model, number }: Generation): KeptGeneration {
    const found = this.of(model).find(({ generation }) => generation.number === number);
    if (found === undefined) throw new Error(`generation ${number} of read model "${model}" is gone`);
    return found;
  }
}
