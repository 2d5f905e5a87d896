import type { Position } from '../../domain/kernel/event';
import type { AnyProjection } from '../../projections/projection';
import type { EventStore } from '../ports/event-store';
import type { ReadModels } from '../ports/read-models';
import type { Runtime } from '../ports/runtime';
import { projectionLag } from './projection-lag';

/** How fresh lists are: the place in the log that their rows reflect, and the age of what is missing. */
export interface Fresh {
  readonly position: Position | null;
  readonly lagMs: number;
  readonly lagging: boolean;
}

/** Looked up at most so often: a busy API asks with every answer. */
const KEPT_MS = 100;

/** Says with every answer how fresh it is. Null while a store is away. */
export class Freshness {
  private kept: { readonly untilMs: number; readonly fresh: Promise<Fresh | null> } | undefined;

  constructor(
    private readonly ports: {
      readonly store: EventStore;
      readonly readModels: ReadModels;
      readonly runtime: Runtime;
      /** The read model that lists are made of. */
      readonly projection: Pick<AnyProjection, 'name' | 'categories'>;
    },
  ) {}

  now(): Promise<Fresh | null> {
    const nowMs = this.ports.runtime.monotonicMs();
    if (this.kept === undefined || this.kept.untilMs <= nowMs) this.kept = { untilMs: nowMs + KEPT_MS, fresh: this.look().catch(() => null) };
    return this.kept.fresh;
  }

  private async look(): Promise<Fresh> {
    const { store, readModels, runtime, projection } = this.ports;
    // The head is read first: rows that have reached it are not behind, whatever was stored since.
    const head = await store.head();
    const position = await readModels.checkpoint(projection.name);
    const { lagging, seconds } = await projectionLag(store, runtime, projection, position, head);
    return { position, lagging, lagMs: Math.round(seconds * 1_000) };
  }
}
