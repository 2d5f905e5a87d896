import type { Position, StoredEvent } from '../../domain/kernel/event';
import type { AnyProjection } from '../../projections/projection';
import type { ParkedSequence, RowValue, RowWrite } from '../ports/read-models';

/** An event on its way to the projections. */
export interface Incoming {
  readonly event: StoredEvent;
  /** Why it must not be projected: unknown type, newer schema, or events missing before it. */
  readonly problem?: string;
  /** The first revision that waits because of the problem, when it lies before this event. */
  readonly since?: number;
  /**
   * Skipped by the subscription and read again from its stream: it may lie behind the checkpoint. `shownAt` is the place of the event that followed on
   * the gap: a checkpoint that has reached it has what lay in the gap, and a row that was deleted since must not come back.
   */
  readonly recovered?: { readonly shownAt?: Position };
}

/** An event with the rows it touches. */
export interface Step extends Omit<Incoming, 'recovered'> {
  readonly keys: readonly string[];
}

/** A sequence that waits, without the time at which it began to: the fold has no clock. */
export type Waiting = Omit<ParkedSequence, 'parkedAt'>;

export interface Fold {
  readonly writes: readonly RowWrite[];
  /**
   * Streams that wait. A stream that waited before is named again with the first event skipped here: should another
   * projector have let it go meanwhile, it is parked from that event on and nothing is lost.
   */
  readonly waiting: readonly Waiting[];
  /** The event at which a summary stops; what lies before it is in `writes`. */
  readonly stoppedAt?: Waiting;
}

/** Of a summary: what was skipped cannot be put back into a sum that went on without it. Only a new build heals that. */
export const SUM_HAS_PASSED = 'the subscription skipped this event, and its place in the sum has passed';

const LONE_SURROGATE = /\p{Surrogate}/u;

export const isAfter = (position: Position, checkpoint: Position | null): boolean => checkpoint === null || position > checkpoint;

const concerns = (projection: AnyProjection, stream: string): boolean => projection.categories.some((prefix) => stream.startsWith(prefix));

/** Whether this event may change a row here, or cannot be projected. */
export function changes(projection: AnyProjection, incoming: Incoming): boolean {
  if (!concerns(projection, incoming.event.stream)) return false;
  const { keys, problem } = withKeys(projection, incoming, null);
  return keys.length > 0 || problem !== undefined;
}

function isToCome({ event, recovered }: Incoming, checkpoint: Position | null): boolean {
  if (recovered === undefined) return isAfter(event.position, checkpoint);
  return recovered.shownAt === undefined || isAfter(recovered.shownAt, checkpoint);
}

/** The events that this projection has yet to see, each with its keys. */
export function stepsOf(projection: AnyProjection, incoming: readonly Incoming[], checkpoint: Position | null): readonly Step[] {
  return incoming
    .filter((one) => isToCome(one, checkpoint) && concerns(projection, one.event.stream))
    .map((one) => withKeys(projection, one, checkpoint));
}

function withKeys(projection: AnyProjection, { event, problem, since }: Incoming, checkpoint: Position | null): Step {
  const refused = (why: string): Step => ({ event, keys: [], problem: why, ...(since !== undefined && { since }) });
  if (problem !== undefined) return refused(problem);
  if (projection.summary === true && !isAfter(event.position, checkpoint)) {
    return refused(SUM_HAS_PASSED);
  }
  try {
    const keys = projection.keys(event);
    return keys.some((key) => LONE_SURROGATE.test(key)) ? refused('a row key is not well-formed Unicode') : { event, keys };
  } catch (error) {
    return refused(reasonOf(error));
  }
}

/** Folds the steps over the rows as they were loaded. Pure: the same steps and rows give the same writes, however they were delivered. */
export function foldSteps(projection: AnyProjection, steps: readonly Step[], loaded: readonly RowWrite[], parked: readonly ParkedSequence[]): Fold {
  const rows = new Map(loaded.map((row) => [row.key, row]));
  const errors = new Map(parked.map(({ stream, error }) => [stream, error]));
  const waiting = new Map<string, Waiting>();
  const changed = new Set<string>();
  for (const step of steps) {
    const { stream, position } = step.event;
    const revision = step.since ?? step.event.revision;
    const error = errors.get(stream) ?? step.problem ?? apply(projection, step, rows, changed);
    if (error === null) continue;
    const sequence = { stream, revision, position, error };
    if (projection.summary === true) return { writes: writesOf(rows, changed), waiting: [], stoppedAt: sequence };
    errors.set(stream, error);
    if (!waiting.has(stream)) waiting.set(stream, sequence);
  }
  return { writes: writesOf(rows, changed), waiting: [...waiting.values()] };
}

/** All rows of the event or none; the reason when it cannot be projected. */
function apply(projection: AnyProjection, { event, keys }: Step, rows: Map<string, RowWrite>, changed: Set<string>): string | null {
  const next: RowWrite[] = [];
  try {
    for (const key of keys) {
      const row = rows.get(key);
      if (row !== undefined && event.position <= row.position) continue;
      const before = row?.value ?? null;
      const value = projection.project(event, before, key);
      if (value === before) continue;
      assertIndexable(projection, value);
      next.push({ key, value, position: event.position });
    }
  } catch (error) {
    return reasonOf(error);
  }
  for (const row of next) {
    rows.set(row.key, row);
    changed.add(row.key);
  }
  return null;
}

function assertIndexable(projection: AnyProjection, value: RowValue | null): void {
  if (value === null) return;
  for (const index of projection.indexes) {
    for (const field of index) {
      const member = value[field];
      const fits = member === undefined || member === null || (typeof member === 'number' ? Number.isFinite(member) : typeof member !== 'object');
      if (!fits) throw new TypeError(`index field "${field}" must hold a scalar or null`);
    }
  }
}

function writesOf(rows: ReadonlyMap<string, RowWrite>, changed: ReadonlySet<string>): readonly RowWrite[] {
  return [...changed].map((key) => rows.get(key)).filter((row) => row !== undefined);
}

const REASON_CHARACTERS_MAX = 300;

/** Short enough to keep a thousand of. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, REASON_CHARACTERS_MAX);
