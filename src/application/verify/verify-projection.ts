import type { Position, StoredEvent } from '../../domain/kernel/event';
import { canonicalJson, sha256Hex } from '../../domain/kernel/hash';
import { idOf } from '../../domain/kernel/ids';
import type { AnyProjection, RowShape } from '../../projections/projection';
import type { EventCodec } from '../ports/event-codec';
import type { EventStore } from '../ports/event-store';
import type { Generation, ReadModels, Row } from '../ports/read-models';
import { eventsOf } from './stream-folds';

export interface VerifyProjectionOptions {
  readonly projection: AnyProjection;
  readonly store: Pick<EventStore, 'read' | 'subscribe'>;
  readonly codec: EventCodec;
  readonly readModels: ReadModels;
  readonly signal: AbortSignal;
}

export interface ProjectionReport {
  readonly projection: string;
  readonly rows: number;
  /** Up to where the live rows were compared; null when nothing was projected yet. */
  readonly position: Position | null;
  /** SHA-256 over all rows in key order, as they are and as the log says they must be. */
  readonly liveHash: string;
  readonly rebuiltHash: string;
  readonly equal: boolean;
  /** The first of them. */
  readonly differences: readonly { readonly key: string; readonly why: string }[];
  /** Rows of parked streams: known to be behind, so not compared. */
  readonly parked: number;
}

const DIFFERENCES_MAX = 100;
const SCAN_ROWS = 500;
const PARKED_MAX = 1_001;
/** Tries to read all rows of a summary between two of its writes. */
const SNAPSHOT_TRIES_MAX = 50;

/** I10: what is served equals what the log says, row by row and as one hash. Changes nothing; may run beside a live projector. */
export async function verifyProjection(options: VerifyProjectionOptions): Promise<ProjectionReport> {
  const { projection, readModels } = options;
  const generation = (await readModels.generations(projection.name)).find(({ state }) => state === 'active');
  if (generation === undefined) throw new Error(`read model ${projection.name} is not there yet`);
  if (generation.version !== projection.version)
    throw new Error(`read model ${projection.name} serves version ${generation.version}, this program projects ${projection.version}`);
  const comparison = new Comparison(options, generation);
  return projection.summary === true ? comparison.summary() : comparison.byStream();
}

class Comparison {
  private readonly differences: { key: string; why: string }[] = [];
  private live = '';
  private rebuilt = '';
  private rows = 0;

  constructor(
    private readonly options: VerifyProjectionOptions,
    private readonly generation: Generation,
  ) {}

  /** A row belongs to one stream: each is folded alone, up to the position that the row says it reflects. */
  async byStream(): Promise<ProjectionReport> {
    const { projection, readModels } = this.options;
    const parked = new Set((await readModels.parked(this.generation, PARKED_MAX)).map(({ stream }) => stream));
    const position = await readModels.checkpoint(projection.name);
    for await (const row of this.liveRows()) {
      const stream = this.streamOf(row.key);
      if (!parked.has(stream)) this.compare(row.key, row.value, await this.foldStream(stream, row.key, row.position));
    }
    await this.findMissing(position, parked);
    return this.report(position, parked.size);
  }

  /**
   * Rows of many streams are folded together, in memory: a summary has few. Where rows and checkpoint are not written in one step,
   * a row may be ahead of the checkpoint; it is compared as of where it is.
   */
  async summary(): Promise<ProjectionReport> {
    const { rows, position } = await this.snapshot();
    const furthest = [...rows.values()].reduce<Position | null>(
      (most, row) => (most === null || row.position > most ? row.position : most),
      position,
    );
    const isSeenBy = (key: string, place: Position): boolean => (position !== null && place <= position) || place <= (rows.get(key)?.position ?? '');
    const rebuilt = new Map<string, RowShape | null>();
    if (furthest !== null) await this.eachEvent(furthest, (event) => this.foldInto(rebuilt, event, (key) => isSeenBy(key, event.position)));
    const keys = new Set([...rows.keys(), ...rebuilt.keys()]);
    for (const key of [...keys].sort()) this.compare(key, rows.get(key)?.value ?? null, rebuilt.get(key) ?? null);
    return this.report(position, 0);
  }

  /** The stream that a row is of. A projection of several categories names the stream itself; ids alone would be those of two. */
  private streamOf(key: string): string {
    const { categories } = this.options.projection;
    const isNamed = categories.length > 1 && categories.some((category) => key.startsWith(category));
    return (isNamed ? '' : (categories[0] ?? '')) + streamIdOf(key);
  }

  private async foldStream(stream: string, key: string, upTo: Position): Promise<RowShape | null> {
    const rows = new Map<string, RowShape | null>();
    for await (const stored of eventsOf(this.options.store, stream)) {
      if (stored.position > upTo) break;
      this.foldInto(rows, stored);
    }
    return rows.get(key) ?? null;
  }

  private foldInto(rows: Map<string, RowShape | null>, stored: StoredEvent, concerns: (key: string) => boolean = () => true): void {
    const { projection, codec } = this.options;
    const decoded = codec.decode(stored);
    if (decoded.outcome !== 'read') return;
    for (const key of projection.keys(decoded.event).filter(concerns)) rows.set(key, projection.project(decoded.event, rows.get(key) ?? null, key));
  }

  /** Every row that an event before the checkpoint makes is there. */
  private async findMissing(checkpoint: Position | null, parked: ReadonlySet<string>): Promise<void> {
    const { readModels } = this.options;
    if (checkpoint === null) return;
    const missing = new Set<string>();
    await this.eachEvent(checkpoint, async (stored) => {
      const { stream, revision } = stored;
      const decoded = this.options.codec.decode(stored);
      if (decoded.outcome !== 'read' || parked.has(stream)) return;
      for (const key of this.options.projection.keys(decoded.event)) {
        // The row that a whole stream has is there from its first event on.
        if (missing.has(key) || (key === idOf(stream) && revision !== 0)) continue;
        const [row] = await readModels.rows(this.generation, [key]);
        if (row !== undefined && row.value !== null) continue;
        const expected = await this.foldStream(stream, key, checkpoint);
        if (expected === null) continue;
        missing.add(key);
        this.compare(key, null, expected);
      }
    });
  }

  private async eachEvent(upTo: Position, look: (event: StoredEvent) => void | Promise<void>): Promise<void> {
    const { store, projection, signal } = this.options;
    for await (const batch of store.subscribe({ after: null, streamPrefixes: projection.categories, signal })) {
      for (const event of batch.events) if (event.position <= upTo) await look(event);
      if (batch.position >= upTo) return;
    }
  }

  private async *liveRows(): AsyncGenerator<Row> {
    for (let after: string | null = null; ;) {
      const page: readonly Row[] = await this.options.readModels.scan(this.generation, after, SCAN_ROWS);
      yield* page;
      if (page.length < SCAN_ROWS) return;
      after = page.at(-1)?.key ?? null;
    }
  }

  private async snapshot(): Promise<{ readonly rows: ReadonlyMap<string, Row>; readonly position: Position | null }> {
    const { readModels, projection } = this.options;
    for (let tries = 0; tries < SNAPSHOT_TRIES_MAX; tries++) {
      const position = await readModels.checkpoint(projection.name);
      const rows = new Map<string, Row>();
      for await (const row of this.liveRows()) rows.set(row.key, row);
      if ((await readModels.checkpoint(projection.name)) === position) return { rows, position };
    }
    throw new Error(`the rows of ${projection.name} change too fast to be compared`);
  }

  private compare(key: string, live: RowShape | null, rebuilt: RowShape | null): void {
    const [liveText, rebuiltText] = [canonicalJson(live), canonicalJson(rebuilt)];
    this.rows++;
    this.live = sha256Hex(`${this.live}${key}${liveText}`);
    this.rebuilt = sha256Hex(`${this.rebuilt}${key}${rebuiltText}`);
    if (liveText === rebuiltText || this.differences.length >= DIFFERENCES_MAX) return;
    this.differences.push({
      key,
      why: live === null ? 'is missing' : rebuilt === null ? 'is not in the log' : `differs in ${differingFields(live, rebuilt)}`,
    });
  }

  private report(position: Position | null, parked: number): ProjectionReport {
    const { live, rebuilt, rows, differences } = this;
    return {
      projection: this.options.projection.name,
      rows,
      position,
      liveHash: live,
      rebuiltHash: rebuilt,
      equal: live === rebuilt,
      differences,
      parked,
    };
  }
}

/** Where a stream has several rows, the key of each begins with the stream's id, or its whole name, and a slash. */
const streamIdOf = (key: string): string => key.split('/', 1)[0] ?? key;

function differingFields(a: RowShape, b: RowShape): string {
  const fields = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...fields].filter((field) => canonicalJson(a[field]) !== canonicalJson(b[field])).join(', ');
}
