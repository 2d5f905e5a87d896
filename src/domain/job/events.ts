import type { BulkRepairEvent } from './bulk-events';
import type { PreWarmEvent } from './pre-warm-events';
import type { RotationEvent } from './rotation-events';

/**
 * Work on the shop's own machinery that a person ordered. These names and shapes are stored for ever. The work itself changes
 * read models only, which can be made again; that somebody ordered it, when and why, is a fact.
 */
export type ReadModelRepairEvent = {
  readonly type: 'ReadModelRepairOrdered';
  readonly data: {
    readonly readModel: string;
    /** REBUILD: made anew beside what serves · RETRY: parked streams are read again · SKIP: one event is given up. */
    readonly action: 'REBUILD' | 'RETRY' | 'SKIP';
    /** The build that served when it was ordered. */
    readonly generation: number;
    /** Of a SKIP: the stream and the event that is given up. */
    readonly stream?: string;
    readonly revision?: number;
  };
};

export type JobEvent = ReadModelRepairEvent | BulkRepairEvent | RotationEvent | PreWarmEvent;
