import type { Position } from '../../domain/kernel/event';
import { toIso } from '../../domain/kernel/time';
import type { AnyProjection } from '../../projections/projection';
import type { Generation, ParkedSequence, ReadModels, RowWrite } from '../ports/read-models';
import type { Runtime } from '../ports/runtime';
import { changes, foldSteps, type Incoming, isAfter, type Step, stepsOf, SUM_HAS_PASSED, type Waiting } from './fold-batch';
import type { ProjectionAlert } from './projection-status';

/** Sequences that may wait at once; with one more the projection stops, since something larger is wrong. */
export const PARKED_MAX = 1_000;
/** Stands for every stream: the projection is stopped, durably and for everyone to see. */
export const EVERY_STREAM = '*';
/** Tries to load rows that no other projector changed meanwhile. */
const LOAD_TRIES_MAX = 20;

export interface TrackDependencies {
  readonly readModels: ReadModels;
  readonly runtime: Runtime;
  readonly alert: (alert: ProjectionAlert) => void;
}

/** The generation was dropped or replaced: look again what there is. */
export class GenerationGone extends Error {
  override readonly name = 'GenerationGone';
}

interface Loaded {
  readonly checkpoint: Position | null;
  readonly parked: readonly ParkedSequence[];
  readonly rows: readonly RowWrite[];
  readonly steps: readonly Step[];
}

/** The checkpoint of a generation that stopped at its very first event: before all places. */
export const BEFORE_ALL: Position = '';

/** One generation of one projection on its way along the log. */
export class Track {
  /** How far the log was read. What is stored of it may be behind by events that change no row of this projection. */
  position: Position | null;
  parked: readonly ParkedSequence[] = [];
  /** All that was stored had been read when the last batch was. */
  caughtUp = false;
  /** When the newest event that was read had been stored. */
  lastRecordedAt: string | undefined;
  /** Events read by this process since `startedMs` (monotonic). */
  eventsRead = 0;
  readonly startedMs: number;
  /** Why it is not fed for now, although nothing is wrong with the log: a defect or a foreign version. */
  failure: string | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  /** The checkpoint as this process last stored or read it. */
  private stored: Position | null;

  constructor(
    readonly projection: AnyProjection,
    public generation: Generation,
    private readonly deps: TrackDependencies,
  ) {
    this.position = generation.checkpoint;
    this.stored = generation.checkpoint;
    this.startedMs = deps.runtime.monotonicMs();
  }

  /** The entry that says why nothing is fed, if it is so. */
  get stop(): ParkedSequence | undefined {
    return this.parked.find(({ stream }) => stream === EVERY_STREAM);
  }

  /** F14: the log is sound, only this sum is not. It serves until a new one is whole. */
  get hasToBeReplaced(): boolean {
    return this.stop?.error.endsWith(SUM_HAS_PASSED) === true;
  }

  get isFed(): boolean {
    return this.stop === undefined && this.failure === undefined;
  }

  /** Brings in what the durable state says. */
  async refresh(): Promise<void> {
    this.generation = await this.current();
    this.reach(this.generation.checkpoint);
    this.parked = await this.deps.readModels.parked(this.generation, PARKED_MAX + 1);
  }

  /**
   * Projects the events and moves the checkpoint to `upTo` in one write. Repeating it, or crashing anywhere in it, changes nothing.
   * Events that change no row of this projection are only passed; `settle` stores that.
   */
  apply(incoming: readonly Incoming[], upTo: Position): Promise<void> {
    return this.alone(async () => {
      if (this.mayPass(incoming)) {
        if (isAfter(upTo, this.position)) this.position = upTo;
        return;
      }
      const { readModels } = this.deps;
      const { checkpoint, parked, rows, steps } = await this.load(incoming);
      this.assertNotPutBack(checkpoint);
      this.parked = parked;
      this.reach(checkpoint);
      if (this.stop !== undefined || (!isAfter(upTo, checkpoint) && steps.length === 0)) return;
      const fold = foldSteps(this.projection, steps, rows, parked);
      const stop = fold.stoppedAt ?? this.tooMany(fold.waiting);
      if (stop !== undefined) {
        await this.stopAt(stop, fold.writes, lastBefore(stop.position, steps, checkpoint));
        if (stop.error === SUM_HAS_PASSED) throw new GenerationGone(`"${this.projection.name}" has to be built anew`);
        return;
      }
      const target = isAfter(upTo, checkpoint) || checkpoint === null ? upTo : checkpoint;
      const park = fold.waiting.map((waiting) => this.stamp(waiting));
      await readModels.write(this.generation, { rows: fold.writes, checkpoint: target, ...(park.length > 0 && { park }) });
      this.reach(target);
      this.noteParked(park);
    });
  }

  /** Stores how far the log was read, for other processes to see and for the next start to begin at. */
  settle(): Promise<void> {
    return this.alone(async () => {
      const { position } = this;
      if (position === null || position === this.stored || !this.isFed) return;
      const checkpoint = await this.checkpoint();
      this.assertNotPutBack(checkpoint);
      if (isAfter(position, checkpoint)) await this.deps.readModels.write(this.generation, { rows: [], checkpoint: position });
      this.reach(isAfter(position, checkpoint) ? position : checkpoint);
    });
  }

  private reach(checkpoint: Position | null): void {
    this.position = checkpoint;
    this.stored = checkpoint;
  }

  /** A first checkpoint is stored at once: until then nobody can tell an empty model from one that was never fed. */
  private mayPass(incoming: readonly Incoming[]): boolean {
    return this.stored !== null && this.isFed && !incoming.some((one) => changes(this.projection, one));
  }

  /** Whether these are rows from an older copy: they lack what lies between their place and ours. */
  wasPutBack(checkpoint: Position | null): boolean {
    return this.stored !== null && (checkpoint === null || this.stored > checkpoint);
  }

  /** A new round begins where the rows are. */
  private assertNotPutBack(checkpoint: Position | null): void {
    if (this.wasPutBack(checkpoint)) throw new GenerationGone(`"${this.generation.model}" was put back to an older copy`);
  }

  /** One thing at a time: batches and retries of the same rows never interleave. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work);
    this.queue = done.catch(() => undefined);
    return done;
  }

  /** Stops durably; `before` is the last place that is wholly applied. */
  async stopAt(why: Waiting, writes: readonly RowWrite[], before: Position | null): Promise<void> {
    const sequence = this.stamp({ ...why, stream: EVERY_STREAM, error: `${why.stream}@${why.revision}: ${why.error}` });
    await this.deps.readModels.write(this.generation, { rows: writes, checkpoint: before ?? BEFORE_ALL, park: [sequence] });
    this.reach(before);
    this.parked = [...this.parked, sequence];
    this.deps.alert({ kind: 'stopped', projection: this.projection.name, error: sequence.error });
  }

  stamp(waiting: Waiting): ParkedSequence {
    return { ...waiting, parkedAt: toIso(this.deps.runtime.wallMs()) };
  }

  async checkpoint(): Promise<Position | null> {
    return (await this.current()).checkpoint;
  }

  /**
   * Checkpoint, parked and rows as of one moment. Read models have no snapshot across calls, so the checkpoint is asked for when the others
   * have been read: is it where this process last saw it, nobody wrote meanwhile; else another projector did, and all is loaded again.
   */
  async load(incoming: readonly Incoming[]): Promise<Loaded> {
    const { readModels } = this.deps;
    let checkpoint = this.stored;
    for (let tries = 0; tries < LOAD_TRIES_MAX; tries++) {
      const steps = stepsOf(this.projection, incoming, checkpoint);
      const keys = new Set(steps.flatMap((step) => step.keys));
      const [parked, rows] = await Promise.all([
        readModels.parked(this.generation, PARKED_MAX + 1),
        keys.size === 0 ? [] : readModels.rows(this.generation, [...keys]),
      ]);
      const now = await this.checkpoint();
      if (now === checkpoint) return { checkpoint, parked, rows, steps };
      checkpoint = now;
    }
    throw new GenerationGone(`generation ${this.generation.number} of "${this.generation.model}" is being written by others`);
  }

  private async current(): Promise<Generation> {
    const { model, number } = this.generation;
    const found = (await this.deps.readModels.generations(model)).find((one) => one.number === number);
    if (found === undefined) throw new GenerationGone(`generation ${number} of "${model}" is gone`);
    return found.checkpoint === BEFORE_ALL ? { ...found, checkpoint: null } : found;
  }

  private tooMany(waiting: readonly Waiting[]): Waiting | undefined {
    const known = new Set(this.parked.map(({ stream }) => stream));
    const added = waiting.filter(({ stream }) => !known.has(stream));
    return known.size + added.length > PARKED_MAX ? added[PARKED_MAX - known.size] : undefined;
  }

  private noteParked(park: readonly ParkedSequence[]): void {
    const known = new Set(this.parked.map(({ stream }) => stream));
    for (const sequence of park) {
      if (known.has(sequence.stream)) continue;
      this.parked = [...this.parked, sequence];
      const { stream, revision, error } = sequence;
      this.deps.alert({ kind: 'parked', projection: this.projection.name, stream, revision, error });
    }
  }
}

function lastBefore(position: Position, steps: readonly Step[], checkpoint: Position | null): Position | null {
  return steps.reduce((last, { event }) => (event.position < position && isAfter(event.position, last) ? event.position : last), checkpoint);
}
