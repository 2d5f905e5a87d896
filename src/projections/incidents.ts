import { incident, type OpenedIncident } from '../domain/incident/decide';
import type { IncidentEvent } from '../domain/incident/events';
import { idOf } from '../domain/kernel/ids';
import { factOf, type Plain } from './plain';
import type { Projection } from './projection';

export type IncidentRow = Plain<Omit<OpenedIncident, 'open'>> & {
  readonly open: 0 | 1;
  /** Kind and subject in one word: of it, one incident is open at a time. */
  readonly about: string;
};

/** Every incident as it stands. */
export const incidents: Projection<IncidentRow> = {
  name: 'incidents',
  version: 1,
  categories: ['incident-'],
  indexes: [['openedAt'], ['open', 'openedAt'], ['about', 'ordinal']],
  keys: (event) => [idOf(event.stream)],
  project(event, row) {
    const before = row === null ? {} : { incident: { ...row, open: row.open === 1 } as OpenedIncident };
    const { incident: now } = incident.evolve(before, factOf<IncidentEvent>(event));
    if (now === undefined) return row;
    return { ...now, open: now.open ? 1 : 0, about: `${now.kind} ${now.subject}` };
  },
};
