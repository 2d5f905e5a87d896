import type { Position } from '../../domain/kernel/event';
import { isWithinLog } from '../../domain/kernel/position';
import { fromIso } from '../../domain/kernel/time';
import type { AnyProjection } from '../../projections/projection';
import type { Generation, ModelDefinition } from '../ports/read-models';
import { isAfter } from './fold-batch';
import type { BuildProgress, ProjectionState, ProjectionStatus } from './projection-status';
import { EVERY_STREAM, PARKED_MAX, Track, type TrackDependencies } from './track';

export const definitionOf = ({ name, version, indexes }: AnyProjection): ModelDefinition => ({ name, version, indexes });

/** One projection: the generation that serves and, at times, the one that is built beside it. */
export class Seat {
  serving: Track | undefined;
  building: Track | undefined;
  private head: Position | null = null;

  constructor(
    readonly projection: AnyProjection,
    private readonly deps: TrackDependencies,
  ) {}

  get fed(): readonly Track[] {
    return [this.serving, this.building].filter((track) => track?.isFed === true) as Track[];
  }

  /** Looks at the durable state: what is there. */
  async open(generations: readonly Generation[]): Promise<void> {
    this.serving = await this.trackOf(generations.find(({ state }) => state === 'active'));
    this.building = await this.trackOf(generations.find(({ state, version }) => state === 'building' && version === this.projection.version));
  }

  /**
   * What may be fed, and what has to be built anew. The head must have been read after the seat was opened: other projectors follow the log,
   * and a checkpoint that they moved meanwhile lies beyond an older one.
   */
  async compareWith(head: Position | null): Promise<void> {
    this.head = head;
    await this.refuseBeyond(head);
    // Looked at in every round, not where the sum was stopped: whoever stopped it may have died before it began the new one.
    const newest = this.building ?? this.serving;
    if (newest?.hasToBeReplaced === true && newest.generation.version === this.projection.version) await this.build();
    // A subscription says nothing while nothing new is stored: who stands at the head has caught up already.
    for (const track of this.fed) track.caughtUp ||= head === null || !isAfter(head, track.position);
    if (this.serving?.generation.version !== this.projection.version && this.serving !== undefined) {
      this.serving.failure = `serves version ${this.serving.generation.version}, this program projects version ${this.projection.version}`;
    }
  }

  /** A build was begun, exchanged, put back to an older copy, or stopped streams were let go by another process: the round has to begin anew. */
  async changedElsewhere(generations: readonly Generation[]): Promise<boolean> {
    const { readModels } = this.deps;
    const active = generations.find(({ state }) => state === 'active');
    const building = generations.find(({ state, version }) => state === 'building' && version === this.projection.version);
    if (active?.number !== this.serving?.generation.number || building?.number !== this.building?.generation.number) return true;
    if (generations.some(({ number, checkpoint }) => this.fed.some((track) => track.generation.number === number && track.wasPutBack(checkpoint))))
      return true;
    if (active === undefined || this.serving?.stop === undefined) return false;
    return !(await readModels.parked(active, PARKED_MAX + 1)).some(({ stream }) => stream === EVERY_STREAM);
  }

  /** Ready to take over: complete, and not behind what readers have seen. */
  mayActivate(track: Track): boolean {
    if (track !== this.building || !track.caughtUp || !track.isFed) return false;
    const served = this.serving?.isFed === true ? this.serving.position : null;
    return served === null || (track.position !== null && track.position >= served);
  }

  status(wallMs: number, monotonicMs: number): ProjectionStatus {
    const { serving, building } = this;
    const problem = serving === undefined ? 'not opened yet' : (serving.stop?.error ?? serving.failure);
    return {
      name: this.projection.name,
      version: serving?.generation.version ?? this.projection.version,
      generation: serving?.generation.number ?? 0,
      state: this.state(problem),
      position: serving?.position ?? null,
      lagMs:
        serving === undefined || serving.caughtUp || serving.lastRecordedAt === undefined ? 0 : Math.max(0, wallMs - fromIso(serving.lastRecordedAt)),
      parked: serving?.parked.length ?? 0,
      ...(problem !== undefined && { problem }),
      ...(building !== undefined && { progress: this.progressOf(building, monotonicMs) }),
    };
  }

  private state(problem: string | undefined): ProjectionState {
    if (this.building?.isFed === true) return 'REBUILDING';
    if (problem !== undefined) return 'STOPPED';
    return (this.serving?.parked.length ?? 0) > 0 ? 'PARKING' : 'RUNNING';
  }

  private progressOf({ generation, eventsRead, startedMs, position }: Track, monotonicMs: number): BuildProgress {
    const seconds = Math.max(0.001, (monotonicMs - startedMs) / 1_000);
    return { generation: generation.number, events: eventsRead, eventsPerSecond: Math.round(eventsRead / seconds), position, head: this.head };
  }

  /** The same track for the same generation: its queue of work must stay the only one. */
  private async trackOf(generation: Generation | undefined): Promise<Track | undefined> {
    if (generation === undefined) return undefined;
    const track =
      [this.serving, this.building].find((one) => one?.generation.number === generation.number) ?? new Track(this.projection, generation, this.deps);
    track.failure = undefined;
    await track.refresh();
    return track;
  }

  private async build(): Promise<void> {
    const generation = await this.deps.readModels.startBuild(definitionOf(this.projection));
    this.deps.alert({ kind: 'build-started', projection: this.projection.name, generation: generation.number });
    this.building = await this.trackOf(generation);
  }

  /** Rows that know more than the log come from a log that is gone: they are not fed any more, and built anew. */
  private async refuseBeyond(head: Position | null): Promise<void> {
    const { alert } = this.deps;
    const isBeyond = (track: Track | undefined): boolean => track !== undefined && track.position !== null && !isWithinLog(track.position, head);
    const { serving } = this;
    const isRefused = isBeyond(serving);
    // The build first: were it the other way round, a crash in between would leave rows that nobody feeds and nobody replaces.
    if (isBeyond(this.building) || (isRefused && this.building === undefined)) await this.build();
    if (serving === undefined || !isRefused || serving.position === null || serving.stop !== undefined) return;
    const { position } = serving;
    alert({ kind: 'checkpoint-beyond-head', projection: this.projection.name, checkpoint: position, head });
    const why = { stream: 'log', revision: 0, position, error: 'the checkpoint lies beyond the head of the event store' };
    await serving.alone(() => serving.stopAt(why, [], position));
  }
}
