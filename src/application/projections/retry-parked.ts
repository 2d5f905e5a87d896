import type { StoredEvent } from '../../domain/kernel/event';
import type { EventCodec } from '../ports/event-codec';
import { type EventStore, READ_LIMIT_MAX } from '../ports/event-store';
import type { ParkedSequence, ReadModels } from '../ports/read-models';
import { decodeEvent } from './decode-event';
import { foldSteps, type Incoming, isAfter } from './fold-batch';
import { BEFORE_ALL, EVERY_STREAM, PARKED_MAX, type Track } from './track';

export interface RetryDependencies {
  readonly store: EventStore;
  readonly codec: EventCodec;
  readonly readModels: ReadModels;
}

export interface RetryOptions {
  /** Only these; all that wait when absent. */
  readonly streams?: readonly string[];
  /** Goes on behind the event that cannot be projected: its effect on the rows is given up for good. */
  readonly skipPoisoned?: boolean;
}

export interface RetryResult {
  readonly stream: string;
  readonly outcome: 'released' | 'still-parked';
  /** Why it waits now. */
  readonly error?: string;
}

/** Tries against a projector elsewhere that moves the checkpoint meanwhile. */
const TRIES_MAX = 10;

/** Reads parked sequences again, in order, and lets those go that can be projected now. */
export async function retryParked(track: Track, deps: RetryDependencies, options: RetryOptions): Promise<readonly RetryResult[]> {
  const parked = await deps.readModels.parked(track.generation, PARKED_MAX + 1);
  const chosen = parked.filter(({ stream }) => options.streams?.includes(stream) ?? true);
  const results: RetryResult[] = [];
  for (const sequence of chosen) {
    results.push(await track.alone(() => (sequence.stream === EVERY_STREAM ? resume(track, deps, sequence) : retry(track, deps, sequence, options))));
  }
  await track.refresh();
  return results;
}

/** A stopped projection goes on from its checkpoint; one whose stop lies behind the checkpoint can only be rebuilt. */
async function resume(track: Track, { readModels }: RetryDependencies, stop: ParkedSequence): Promise<RetryResult> {
  const checkpoint = await track.checkpoint();
  if (!isAfter(stop.position, checkpoint)) return stillParked(stop);
  await readModels.write(track.generation, { rows: [], checkpoint: checkpoint ?? BEFORE_ALL, unpark: [EVERY_STREAM] });
  return { stream: EVERY_STREAM, outcome: 'released' };
}

/**
 * The stream is projected up to the checkpoint, and let go in the same write. Read models ignore a batch that ends behind
 * their checkpoint, so when another projector moved on meanwhile nothing happens and it is tried again.
 */
async function retry(track: Track, deps: RetryDependencies, sequence: ParkedSequence, options: RetryOptions): Promise<RetryResult> {
  const { stream } = sequence;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const checkpoint = await track.checkpoint();
    const events = (await readOn(deps.store, sequence)).filter(({ position }) => !isAfter(position, checkpoint));
    if (events[0]?.revision !== sequence.revision) return stillParked(sequence);
    const incoming = events
      .slice(options.skipPoisoned === true ? 1 : 0)
      .map((event): Incoming => ({ ...decodeEvent(deps.codec, event), recovered: {} }));
    const loaded = await track.load(incoming);
    if (loaded.checkpoint !== checkpoint || checkpoint === null) continue;
    const others = loaded.parked.filter((one) => one.stream !== stream);
    const { writes, waiting } = foldSteps(track.projection, loaded.steps, loaded.rows, others);
    const park = waiting.map((one) => track.stamp(one));
    await deps.readModels.write(track.generation, { rows: writes, checkpoint, unpark: [stream], park });
    const left = (await deps.readModels.parked(track.generation, PARKED_MAX + 1)).find((one) => one.stream === stream);
    if (left === undefined) return { stream, outcome: 'released' };
    if (left.revision === park[0]?.revision) return stillParked(left);
  }
  return stillParked(sequence);
}

const stillParked = ({ stream, error }: ParkedSequence): RetryResult => ({ stream, outcome: 'still-parked', error });

async function readOn(store: EventStore, { stream, revision }: ParkedSequence): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (;;) {
    const page = await store.read(stream, { from: revision + events.length, limit: READ_LIMIT_MAX });
    events.push(...page);
    if (page.length < READ_LIMIT_MAX) return events;
  }
}
