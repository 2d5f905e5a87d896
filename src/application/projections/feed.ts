import type { Position, StoredEvent } from '../../domain/kernel/event';
import type { EventCodec } from '../ports/event-codec';
import { type EventStore, StoreUnavailable } from '../ports/event-store';
import { ReadModelsUnavailable } from '../ports/read-models';
import type { Runtime } from '../ports/runtime';
import { Continuity, type Gap, isWhole } from './continuity';
import { decodeEvent } from './decode-event';
import { type Incoming, reasonOf } from './fold-batch';
import type { ProjectionAlert } from './projection-status';
import { GenerationGone, type Track } from './track';

const BATCH_EVENTS_MAX = 1_024;
/**
 * Events per write. The more, the seldomer a row that several of them touch is written. Projecting them and making their text holds up an API
 * in the same process during a rebuild; the embedded read models write on a thread of their own.
 */
const SLICE_EVENTS_MAX = 512;
/** After so long the event loop gets its turn, so that an API in the same process stays quick during a rebuild. */
const TURN_MS = 5;
/**
 * At the end of the log events come by ones and twos, and a write of many costs little more than a write of one: the next batch is
 * read no sooner than so long after the last. After a pause, the first event is not held up.
 */
const BEAT_MS = 50;
/** The shortest sleep that lets timers and sockets have their turn. */
const PAUSE_MS = 1;

export interface FeedDependencies {
  readonly store: EventStore;
  readonly codec: EventCodec;
  readonly runtime: Runtime;
  readonly alert: (alert: ProjectionAlert) => void;
  /** A track has moved on. */
  readonly onMoved: (track: Track) => void;
  /** Everything stored was read when the last batch was; for the first time since the feed began, or again. */
  readonly onCaughtUp: (feed: Feed, isFirst: boolean) => Promise<void>;
}

/** One catch-up subscription for all tracks that are about at the same place: events are read and decoded once. */
export class Feed {
  private readonly continuity: Continuity;
  private position: Position | null;
  private turnEndsMs: number;

  constructor(
    readonly tracks: readonly Track[],
    private readonly deps: FeedDependencies,
  ) {
    this.position = earliestPosition(tracks);
    this.continuity = new Continuity(deps.store, this.position === null);
    this.turnEndsMs = deps.runtime.monotonicMs() + TURN_MS;
  }

  get isCaughtUp(): boolean {
    return this.tracks.every((track) => track.caughtUp || !track.isFed);
  }

  /** Runs until the signal aborts; rejects when the store or the read models are away, or a generation was replaced. */
  async run(signal: AbortSignal): Promise<void> {
    let hasWaited = false;
    let hasBeenAtEnd = false;
    const streamPrefixes = [...new Set(this.tracks.flatMap((track) => track.projection.categories))];
    for await (const batch of this.deps.store.subscribe({ after: this.position, streamPrefixes, batchMax: BATCH_EVENTS_MAX, signal })) {
      const now = this.deps.runtime.monotonicMs();
      const beatEndsMs = now + BEAT_MS;
      if (hasWaited) this.turnEndsMs = now + TURN_MS;
      hasWaited = false;
      if (!isAfterOrAt(batch.position, this.position)) await this.assertNotGoneBack();
      await this.deliver(await this.incomingOf(batch.events), batch.position, signal);
      if (signal.aborted) return;
      if (isAfterOrAt(batch.position, this.position)) this.position = batch.position;
      for (const track of this.tracks) track.caughtUp = batch.caughtUp;
      if (!batch.caughtUp) continue;
      await this.deps.onCaughtUp(this, !hasBeenAtEnd);
      hasBeenAtEnd = true;
      await this.deps.runtime.sleep(beatEndsMs - this.deps.runtime.monotonicMs(), signal);
      hasWaited = true;
    }
  }

  /** Old events delivered again do no harm; a log that ends earlier than it did has to be looked at from the start of a round. */
  private async assertNotGoneBack(): Promise<void> {
    const head = await this.deps.store.head();
    if (head === null || !isAfterOrAt(head, this.position)) throw new StoreUnavailable('the log ends earlier than what was read of it');
  }

  private async deliver(incoming: readonly Incoming[], position: Position, signal: AbortSignal): Promise<void> {
    await this.giveTurn(signal);
    for (let from = 0; from === 0 || from < incoming.length; from += SLICE_EVENTS_MAX) {
      const slice = incoming.slice(from, from + SLICE_EVENTS_MAX);
      const isLast = from + SLICE_EVENTS_MAX >= incoming.length;
      const upTo = isLast ? position : (slice.at(-1)?.event.position ?? position);
      await this.advanceAll(slice, upTo);
      await this.giveTurn(signal);
      if (signal.aborted) return;
    }
  }

  /** All tracks at once: what they write in one turn, the read models may write as one. Ends when nothing of it is under way any more. */
  private async advanceAll(slice: readonly Incoming[], upTo: Position): Promise<void> {
    const fed = this.tracks.filter((track) => track.isFed);
    for (const ended of await Promise.allSettled(fed.map((track) => this.advance(track, slice, upTo)))) {
      if (ended.status === 'rejected') throw ended.reason;
    }
  }

  private async advance(track: Track, slice: readonly Incoming[], upTo: Position): Promise<void> {
    try {
      await track.apply(slice, upTo);
    } catch (error) {
      if (isPassing(error)) throw error;
      await track.refresh();
      // A defect of one projection or its rows must not hold up the others.
      track.failure = reasonOf(error);
      this.deps.alert({ kind: 'stopped', projection: track.projection.name, error: track.failure });
      return;
    }
    track.eventsRead += slice.length;
    track.lastRecordedAt = slice.at(-1)?.event.recordedAt ?? track.lastRecordedAt;
    this.deps.onMoved(track);
  }

  private async giveTurn(signal: AbortSignal): Promise<void> {
    const { runtime } = this.deps;
    if (runtime.monotonicMs() < this.turnEndsMs) return;
    await runtime.sleep(PAUSE_MS, signal);
    this.turnEndsMs = runtime.monotonicMs() + TURN_MS;
  }

  /** Decoded, and with what the subscription skipped put back in its place. */
  private async incomingOf(events: readonly StoredEvent[]): Promise<readonly Incoming[]> {
    const incoming: Incoming[] = [];
    let hasRecovered = false;
    for (const event of events) {
      const gap = this.continuity.gapBefore(event);
      if (gap === null) {
        incoming.push(decodeEvent(this.deps.codec, event));
        continue;
      }
      incoming.push(...this.recover(event, await gap));
      hasRecovered = true;
    }
    return hasRecovered ? incoming.sort((a, b) => (a.event.position < b.event.position ? -1 : 1)) : incoming;
  }

  private recover(event: StoredEvent, gap: Gap): readonly Incoming[] {
    const { codec, alert } = this.deps;
    const { stream, from, to, events } = gap;
    alert({ kind: 'revision-gap', stream, from, to, recovered: isWhole(gap) ? events.length : 0 });
    if (!isWhole(gap)) return [{ event, problem: `revisions ${from} to ${to} are missing`, since: from }];
    return [...events.map((one): Incoming => ({ ...decodeEvent(codec, one), recovered: { shownAt: event.position } })), decodeEvent(codec, event)];
  }
}

const isAfterOrAt = (position: Position, other: Position | null): boolean => other === null || position >= other;

/** What waiting or looking again can mend. */
function isPassing(error: unknown): boolean {
  return error instanceof StoreUnavailable || error instanceof ReadModelsUnavailable || error instanceof GenerationGone;
}

function earliestPosition(tracks: readonly Track[]): Position | null {
  return tracks.reduce<Position | null>(
    (least, { position }, i) => (i === 0 || (least !== null && (position === null || position < least)) ? position : least),
    null,
  );
}
