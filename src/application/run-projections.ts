import type { Position } from '../domain/kernel/event';
import type { AnyProjection } from '../projections/projection';
import type { EventCodec } from './ports/event-codec';
import type { EventStore } from './ports/event-store';
import type { Generation, ParkedSequence, ReadModels } from './ports/read-models';
import type { Runtime } from './ports/runtime';
import { Feed } from './projections/feed';
import { reasonOf } from './projections/fold-batch';
import { type PositionWaiter, Waiters } from './projections/position-waiter';
import type { ProjectionAlert, ProjectionStatus } from './projections/projection-status';
import { retryParked, type RetryOptions, type RetryResult } from './projections/retry-parked';
import { definitionOf, Seat } from './projections/seat';
import { GenerationGone, type Track } from './projections/track';

export interface RunProjectionsOptions {
  readonly store: EventStore;
  readonly readModels: ReadModels;
  readonly projections: readonly AnyProjection[];
  readonly codec: EventCodec;
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  /** Told whenever the state, the generation or the number of parked sequences of a projection is another. */
  readonly onState?: (status: ProjectionStatus) => void;
  readonly observer?: (alert: ProjectionAlert) => void;
  /** How often it looks for what other processes did to the read models. Milliseconds; by default a second. */
  readonly lookAroundMs?: number;
}

export interface RunningProjections extends PositionWaiter {
  statuses(): readonly ProjectionStatus[];
  /** Builds the projection anew beside the rows that serve; they are exchanged when it has caught up. Resolves when the build is registered. */
  rebuild(name: string): Promise<void>;
  parked(name: string, limit: number): Promise<readonly ParkedSequence[]>;
  retryParked(name: string, options?: RetryOptions): Promise<readonly RetryResult[]>;
  /** Resolves when the signal has aborted and the last write is done. Never rejects. */
  readonly done: Promise<void>;
}

const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5_000;
/** Builds that may take the place of the rows that are being repaired, one after the other. */
const SERVED_TRIES_MAX = 10;
const LOOK_AROUND_MS = 1_000;
/** However quickly rounds follow each other, timers and sockets have their turn. */
const BETWEEN_ROUNDS_MS = 1;

/**
 * Keeps read models up with the log until the signal aborts.
 *
 * It works in rounds. A round opens everything from durable state, feeds tracks that are about at the same place from one
 * subscription, and ends when something is away, was replaced, or two feeds have met. The next round begins from the
 * checkpoints, so a crash is nothing but one more round.
 */
export function runProjections(options: RunProjectionsOptions): RunningProjections {
  return new ProjectionRunner(options);
}

const generationsOf = (name: string, found: readonly Generation[]): readonly Generation[] => found.filter(({ model }) => model === name);

class ProjectionRunner implements RunningProjections {
  readonly done: Promise<void>;
  private readonly seats: ReadonlyMap<string, Seat>;
  private readonly waiters: Waiters;
  private readonly told = new Map<string, string>();
  private round = new AbortController();
  private failures = 0;

  constructor(private readonly options: RunProjectionsOptions) {
    const { readModels, runtime } = options;
    this.waiters = new Waiters(runtime);
    const deps = { readModels, runtime, alert: (alert: ProjectionAlert) => options.observer?.(alert) };
    this.seats = new Map(options.projections.map((projection) => [projection.name, new Seat(projection, deps)]));
    this.done = this.run();
  }

  statuses(): readonly ProjectionStatus[] {
    return [...this.seats.values()].map((seat) => this.statusOf(seat));
  }

  async waitFor(name: string, position: Position, timeoutMs: number): Promise<boolean> {
    const reached = this.seat(name).serving?.position ?? null;
    return (reached !== null && reached >= position) || this.waiters.waitFor(name, position, timeoutMs);
  }

  async rebuild(name: string): Promise<void> {
    const { number } = await this.options.readModels.startBuild(definitionOf(this.seat(name).projection));
    this.options.observer?.({ kind: 'build-started', projection: name, generation: number });
    this.round.abort();
  }

  async parked(name: string, limit: number): Promise<readonly ParkedSequence[]> {
    return this.options.readModels.parked(this.served(name).generation, limit);
  }

  async retryParked(name: string, options: RetryOptions = {}): Promise<readonly RetryResult[]> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.retryServed(name, options);
      } catch (error) {
        if (!(error instanceof GenerationGone) || tries === SERVED_TRIES_MAX) throw error;
        // A build took the place of these rows meanwhile: the next round serves from it.
        this.round.abort();
        await this.options.runtime.sleep(RETRY_MIN_MS, this.options.signal);
      }
    }
  }

  private async retryServed(name: string, options: RetryOptions): Promise<readonly RetryResult[]> {
    const track = this.served(name);
    const wasFed = track.isFed;
    const results = await retryParked(track, this.options, options);
    this.tell(this.seat(name));
    if (track.isFed !== wasFed) this.round.abort();
    return results;
  }

  private async run(): Promise<void> {
    const { runtime, signal } = this.options;
    const endRound = (): void => this.round.abort();
    signal.addEventListener('abort', endRound);
    while (!signal.aborted) {
      this.round = new AbortController();
      try {
        await this.runRound(this.round);
        await runtime.sleep(BETWEEN_ROUNDS_MS, signal);
      } catch (error) {
        await this.pause(error);
      }
    }
    signal.removeEventListener('abort', endRound);
    this.waiters.dismissAll();
  }

  private async runRound(round: AbortController): Promise<void> {
    const { store, readModels, projections } = this.options;
    await readModels.prepare(projections.map(definitionOf));
    const found = await readModels.generations(...this.seats.keys());
    for (const [name, seat] of this.seats) await seat.open(generationsOf(name, found));
    const head = await store.head();
    for (const seat of this.seats.values()) await seat.compareWith(head);
    for (const seat of this.seats.values()) this.tell(seat);
    if (await this.activateReady([...this.seats.values()].flatMap((seat) => seat.fed))) return;
    const feeds: Feed[] = [];
    for (const tracks of this.groups()) feeds.push(new Feed(tracks, this.feedDependencies(feeds, round)));
    const ended = await Promise.allSettled([this.idle(feeds, round), this.lookAround(round), ...feeds.map((feed) => this.runFeed(feed, round))]);
    // Only now is nothing of this round under way any more.
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
    await this.settle();
  }

  /** With nothing to feed, a round lasts until something is asked of it. */
  private async idle(feeds: readonly Feed[], round: AbortController): Promise<void> {
    if (feeds.length === 0) await this.options.runtime.sleep(RETRY_MAX_MS, round.signal);
  }

  /** Other processes mend read models too; what they did stands beside the rows. */
  private async lookAround(round: AbortController): Promise<void> {
    try {
      while (!round.signal.aborted) {
        await this.options.runtime.sleep(this.options.lookAroundMs ?? LOOK_AROUND_MS, round.signal);
        if (round.signal.aborted) return;
        await this.settle();
        const found = await this.options.readModels.generations(...this.seats.keys());
        for (const [name, seat] of this.seats) if (await seat.changedElsewhere(generationsOf(name, found))) return;
      }
    } finally {
      round.abort();
    }
  }

  /** All at once, so that the read models may write it as one. */
  private async settle(): Promise<void> {
    const fed = [...this.seats.values()].flatMap((seat) => seat.fed);
    for (const ended of await Promise.allSettled(fed.map((track) => track.settle()))) if (ended.status === 'rejected') throw ended.reason;
  }

  private async runFeed(feed: Feed, round: AbortController): Promise<void> {
    try {
      await feed.run(round.signal);
      if (!round.signal.aborted) throw new Error('the subscription ended');
    } catch (error) {
      if (round.signal.aborted) return;
      for (const track of feed.tracks) track.caughtUp = false;
      throw error;
    } finally {
      round.abort();
    }
  }

  /** Tracks that had caught up go together, the others with those at the same checkpoint. */
  private groups(): readonly (readonly Track[])[] {
    const groups = new Map<string, Track[]>();
    for (const track of [...this.seats.values()].flatMap((seat) => seat.fed)) {
      const place = track.caughtUp ? 'live' : `after ${track.position ?? 'nothing'}`;
      groups.set(place, [...(groups.get(place) ?? []), track]);
    }
    return [...groups.values()];
  }

  private feedDependencies(feeds: readonly Feed[], round: AbortController): ConstructorParameters<typeof Feed>[1] {
    const { store, codec, runtime, observer } = this.options;
    return {
      store,
      codec,
      runtime,
      alert: (alert) => observer?.(alert),
      onMoved: (track) => this.moved(track),
      onCaughtUp: async (feed, isFirst) => {
        const activated = await this.activateReady(feed.tracks);
        // Whoever starts beside it asks at once how far it is.
        if (isFirst) await this.settle();
        if (activated || feeds.filter((one) => one.isCaughtUp).length > 1) round.abort();
      },
    };
  }

  private moved(track: Track): void {
    this.failures = 0;
    const seat = this.seat(track.projection.name);
    if (track === seat.serving && track.position !== null) this.waiters.reached(track.projection.name, track.position);
    this.tell(seat);
  }

  private async activateReady(tracks: readonly Track[]): Promise<boolean> {
    let activated = false;
    for (const track of tracks) {
      const { name } = track.projection;
      if (!this.seat(name).mayActivate(track)) continue;
      await this.options.readModels.activate(track.generation);
      this.options.observer?.({ kind: 'activated', projection: name, generation: track.generation.number });
      activated = true;
    }
    return activated;
  }

  private async pause(error: unknown): Promise<void> {
    const { runtime, signal, observer } = this.options;
    const fullMs = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(this.failures++, 10));
    const retryInMs = Math.round(fullMs * (0.5 + runtime.random() / 2));
    observer?.({ kind: 'paused', cause: reasonOf(error), retryInMs });
    await runtime.sleep(retryInMs, signal);
  }

  /** Says what has changed, and only that. */
  private tell(seat: Seat): void {
    if (this.options.onState === undefined) return;
    const status = this.statusOf(seat);
    const gist = `${status.state} ${status.generation} ${status.parked} ${status.problem ?? ''}`;
    if (this.told.get(status.name) === gist) return;
    this.told.set(status.name, gist);
    this.options.onState(status);
  }

  private statusOf(seat: Seat): ProjectionStatus {
    return seat.status(this.options.runtime.wallMs(), this.options.runtime.monotonicMs());
  }

  private seat(name: string): Seat {
    const seat = this.seats.get(name);
    if (seat === undefined) throw new RangeError(`no such projection: ${name}`);
    return seat;
  }

  private served(name: string): Track {
    const { serving } = this.seat(name);
    if (serving === undefined) throw new RangeError(`projection ${name} is not opened yet`);
    return serving;
  }
}
