import { fromIso } from '../../domain/kernel/time';
import type { Position } from '../../domain/kernel/event';
import type { AnyProjection } from '../../projections/projection';
import type { EventStore } from '../ports/event-store';
import type { Runtime } from '../ports/runtime';

/** How far rows are behind the log. `seconds` is the age of the oldest event that is not in them yet; 0 when all are. */
export interface ProjectionLag {
  readonly lagging: boolean;
  readonly seconds: number;
}

/**
 * Known to every process, also where no projector runs. A projection at the end of the log costs one comparison; else the first
 * event behind its checkpoint is looked up. Rejects with StoreUnavailable.
 */
export async function projectionLag(
  store: EventStore,
  runtime: Pick<Runtime, 'wallMs'>,
  { categories }: Pick<AnyProjection, 'categories'>,
  checkpoint: Position | null,
  head: Position | null,
): Promise<ProjectionLag> {
  if (head === null || (checkpoint !== null && checkpoint >= head)) return { lagging: false, seconds: 0 };
  const looking = new AbortController();
  // Something lies behind the checkpoint, so the first batch is there already.
  for await (const { events, position } of store.subscribe({ after: checkpoint, streamPrefixes: categories, batchMax: 1, signal: looking.signal })) {
    const [oldest] = events;
    if (oldest === undefined && position < head) continue;
    looking.abort();
    if (oldest === undefined) break;
    return { lagging: true, seconds: Math.max(0, runtime.wallMs() - fromIso(oldest.recordedAt)) / 1_000 };
  }
  // What lies behind the checkpoint is of no concern to this projection.
  return { lagging: false, seconds: 0 };
}
