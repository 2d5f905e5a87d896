import type { AnyProjection } from '../../projections/projection';
import type { EventCodec } from '../ports/event-codec';
import type { EventStore } from '../ports/event-store';
import type { Generation, ParkedSequence, ReadModels } from '../ports/read-models';
import type { Runtime } from '../ports/runtime';
import type { ProjectionAlert } from './projection-status';
import { retryParked, type RetryOptions, type RetryResult } from './retry-parked';
import { definitionOf } from './seat';
import { Track } from './track';

/** A stream that waits, and for which read model. */
export interface ParkedStream extends ParkedSequence {
  readonly readModel: string;
}

interface Repairing {
  rebuild(name: string): Promise<void>;
  retryParked(name: string, options?: RetryOptions): Promise<readonly RetryResult[]>;
}

export interface ProjectionDeskKit {
  readonly store: EventStore;
  readonly codec: EventCodec;
  readonly readModels: ReadModels;
  readonly runtime: Runtime;
  readonly projections: readonly AnyProjection[];
  readonly alert: (alert: ProjectionAlert) => void;
  /** The projector of this very process, where there is one: it is told instead of finding out. */
  readonly projector?: { of(name: string): Repairing | undefined };
}

/**
 * Repairs of read models from any process of the shop. All state is durable beside the rows, so a projector elsewhere finds a new
 * build or a released stream within a second, and a repair that was cut off is taken up from where it is.
 */
export class ProjectionDesk {
  constructor(private readonly kit: ProjectionDeskKit) {}

  has(name: string): boolean {
    return this.kit.projections.some((one) => one.name === name);
  }

  /** The build that serves; undefined before the first projector ran. */
  async serving(name: string): Promise<Generation | undefined> {
    return (await this.kit.readModels.generations(name)).find(({ state }) => state === 'active');
  }

  async isRebuilding(name: string): Promise<boolean> {
    return (await this.kit.readModels.generations(name)).some(({ state }) => state === 'building');
  }

  /** Streams that wait, of one read model or of all. */
  async parked(name: string | undefined, limit: number): Promise<readonly ParkedStream[]> {
    const parked: ParkedStream[] = [];
    for (const projection of this.kit.projections) {
      if (name !== undefined && projection.name !== name) continue;
      const serving = await this.serving(projection.name);
      if (serving === undefined || parked.length >= limit) continue;
      const sequences = await this.kit.readModels.parked(serving, limit - parked.length);
      parked.push(...sequences.map((sequence) => ({ readModel: projection.name, ...sequence })));
    }
    return parked;
  }

  /** Reads parked streams again, in order. With `skipPoisoned` each goes on behind the event that it waits at. */
  async retry(name: string, options: RetryOptions): Promise<readonly RetryResult[]> {
    const { projector, readModels, runtime, alert } = this.kit;
    const running = projector?.of(name);
    if (running !== undefined) return running.retryParked(name, options);
    const serving = await this.serving(name);
    if (serving === undefined) return [];
    const track = new Track(this.projection(name), serving, { readModels, runtime, alert });
    return retryParked(track, this.kit, options);
  }

  /** Begins a build beside the rows that serve; they are exchanged when it has caught up. */
  async rebuild(name: string): Promise<void> {
    const { projector, readModels, alert } = this.kit;
    const running = projector?.of(name);
    if (running !== undefined) return running.rebuild(name);
    const { number } = await readModels.startBuild(definitionOf(this.projection(name)));
    alert({ kind: 'build-started', projection: name, generation: number });
  }

  private projection(name: string): AnyProjection {
    const found = this.kit.projections.find((one) => one.name === name);
    if (found === undefined) throw new RangeError(`no such projection: ${name}`);
    return found;
  }
}
