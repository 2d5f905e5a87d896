import type { Decider } from '../kernel/decider';
import type { Happened } from '../kernel/event';
import { exhaustive } from '../kernel/decider';
import { reject, type Rejection } from '../kernel/rejection';
import { fromIso, toIso, type Instant } from '../kernel/time';
import type { IncidentEvent, IncidentFigures, IncidentKind, IncidentSubject, Measured } from './events';
import { closeAfterMs, enrichAfterMs, type IncidentPolicy, remindAfterMs } from './policy';

export interface OpenedIncident extends IncidentSubject, Measured {
  readonly ordinal: number;
  readonly cause: string;
  readonly since: Instant;
  readonly openedAt: Instant;
  readonly open: boolean;
  readonly closedAt?: Instant;
  /** The worst value: of what runs low, the least. */
  readonly peak: number;
  readonly acknowledged: boolean;
  readonly reopened: number;
  readonly reminders: number;
  /** When people were last told of it. */
  readonly toldAt: Instant;
  readonly enriched: number;
  readonly lookedAt: Instant;
  readonly figures?: IncidentFigures;
}

export interface IncidentState {
  readonly incident?: OpenedIncident;
}

export type IncidentCommand =
  | (IncidentSubject &
      Measured & {
        readonly type: 'Alarm';
        readonly ordinal: number;
        readonly cause: string;
        readonly since: Instant;
        readonly at: Instant;
        readonly policy: IncidentPolicy;
        /** Where a look at the histories is due; see `isLookDue`. */
        readonly figures?: IncidentFigures;
      })
  | { readonly type: 'Calm'; readonly since: Instant; readonly at: Instant; readonly policy: IncidentPolicy; readonly figures: IncidentFigures }
  | { readonly type: 'Acknowledge' };

export type IncidentRejection = Rejection<'INCIDENT_NOT_FOUND' | 'INCIDENT_OVER'>;

/** The histories of the orders concerned have not been looked at for long enough. */
export const isLookDue = ({ incident }: IncidentState, at: Instant, policy: IncidentPolicy): boolean =>
  incident?.open === true && at >= incident.lookedAt + enrichAfterMs(policy, incident.enriched);

/** It has been calm for so long that it is over. */
export const isOver = ({ incident }: IncidentState, calmSince: Instant, at: Instant, policy: IncidentPolicy): boolean =>
  incident?.open === true && at >= calmSince + closeAfterMs(policy, incident.reopened);

/**
 * GIVEN a subject that has been alarming for long enough
 * WHEN  it is looked at
 * THEN  the incident is opened, or enriched, or people are reminded of it, each not before its time; what comes back soon joins it
 * REJECTED INCIDENT_OVER when the one of this ordinal has been closed for long: the next one is another
 */
function alarm(command: Extract<IncidentCommand, { type: 'Alarm' }>, state: IncidentState): readonly IncidentEvent[] | IncidentRejection {
  const { kind, subject, ordinal, cause, value, threshold, since, at, policy, figures } = command;
  const { incident } = state;
  if (at < since + policy.openAfterMs) return [];
  if (incident === undefined) return [{ type: 'IncidentOpened', data: { kind, subject, ordinal, cause, value, threshold, since: toIso(since) } }];
  if (!incident.open) {
    if (at >= (incident.closedAt ?? 0) + policy.rejoinWithinMs) return reject('INCIDENT_OVER');
    return [{ type: 'IncidentReopened', data: { cause, value, threshold } }];
  }
  const enriched: readonly IncidentEvent[] =
    figures !== undefined && isLookDue(state, at, policy) ? [{ type: 'IncidentEnriched', data: { value, threshold, figures } }] : [];
  // A low stock is told once for each fall: whoever buys cards has a list, and needs no nagging.
  const due = kind !== 'STOCK_LOW' && !incident.acknowledged && at >= incident.toldAt + remindAfterMs(policy, incident.reminders);
  return due ? [...enriched, { type: 'IncidentReminded', data: { value, threshold, reminder: incident.reminders + 1 } }] : enriched;
}

function decide(command: IncidentCommand, state: IncidentState): readonly IncidentEvent[] | IncidentRejection {
  if (command.type === 'Alarm') return alarm(command, state);
  const { incident } = state;
  if (incident === undefined) return reject('INCIDENT_NOT_FOUND');
  if (command.type === 'Acknowledge') {
    if (!incident.open) return reject('INCIDENT_OVER');
    return incident.acknowledged ? [] : [{ type: 'IncidentAcknowledged', data: {} }];
  }
  const { since, at, policy, figures } = command;
  if (!isOver(state, since, at, policy)) return [];
  return [{ type: 'IncidentClosed', data: { calmSince: toIso(since), peak: incident.peak, figures } }];
}

/** Less is worse. */
const runsLow = (kind: IncidentKind): boolean => kind === 'BALANCE_LOW' || kind === 'STOCK_LOW';

function evolve(state: IncidentState, event: Happened<IncidentEvent>): IncidentState {
  const at = fromIso(event.occurredAt);
  if (event.type === 'IncidentOpened') {
    const { since, ...data } = event.data;
    const counts = { reopened: 0, reminders: 0, enriched: 0 };
    const fresh = { ...counts, open: true, acknowledged: false, openedAt: at, toldAt: at, lookedAt: at };
    return { incident: { ...data, ...fresh, since: fromIso(since), peak: data.value } };
  }
  const { incident } = state;
  if (incident === undefined) return state;
  const worse = runsLow(incident.kind) ? Math.min : Math.max;
  const worst = (value: number): Pick<OpenedIncident, 'value' | 'peak'> => ({ value, peak: worse(incident.peak, value) });
  switch (event.type) {
    case 'IncidentEnriched': {
      const { value, figures } = event.data;
      return { incident: { ...incident, ...worst(value), figures, enriched: incident.enriched + 1, lookedAt: at } };
    }
    case 'IncidentReminded':
      return { incident: { ...incident, ...worst(event.data.value), reminders: event.data.reminder, toldAt: at } };
    case 'IncidentAcknowledged':
      return { incident: { ...incident, acknowledged: true } };
    case 'IncidentReopened': {
      const { closedAt: _closed, ...rest } = incident;
      const { value, cause } = event.data;
      return { incident: { ...rest, ...worst(value), cause, open: true, reopened: incident.reopened + 1, lookedAt: at, toldAt: at } };
    }
    case 'IncidentClosed':
      return { incident: { ...incident, open: false, closedAt: at, figures: event.data.figures } };
    default:
      return exhaustive(event, state);
  }
}

/** One incident on one subject. Its id is made of the subject and an ordinal, so of one subject one incident is open at a time. */
export const incident: Decider<IncidentCommand, IncidentEvent, IncidentState, IncidentRejection> = { initial: () => ({}), evolve, decide };

/** The incident that these events of its stream make; undefined when there are none. */
export const incidentOf = (events: readonly Happened<IncidentEvent>[]): OpenedIncident | undefined =>
  events.reduce<IncidentState>((state, event) => evolve(state, event), {}).incident;
