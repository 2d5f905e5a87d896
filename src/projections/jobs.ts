import type { JobEvent } from '../domain/job/events';
import { idOf } from '../domain/kernel/ids';
import { fromIso, type Instant } from '../domain/kernel/time';
import { factOf, type Plain } from './plain';
import type { Projection } from './projection';

export type JobRow = Plain<JobEvent['data']> & {
  readonly orderedAt: Instant;
  /** Kind and id of whoever ordered it. */
  readonly orderedBy: string;
  readonly reason: string | null;
};

/** Work on the shop's own machinery that people ordered. How far it is, its own books know. */
export const jobs: Projection<JobRow> = {
  name: 'jobs',
  version: 1,
  categories: ['job-'],
  indexes: [['orderedAt']],
  keys: (event) => [idOf(event.stream)],
  project: (event) => {
    const { actor, reason } = event.metadata;
    const ordered = { orderedAt: fromIso(event.occurredAt), orderedBy: `${actor.kind} ${actor.id}`, reason: reason ?? null };
    return { ...factOf<JobEvent>(event).data, ...ordered };
  },
};
