import type { OpenedIncident } from '../../domain/incident/decide';
import type { IncidentFigures, IncidentKind } from '../../domain/incident/events';
import { toIso } from '../../domain/kernel/time';
import type { Locale } from '../caller';
import { incidentLines, incidentTitle } from '../incidents/incident-words';

export interface IncidentView {
  readonly id: string;
  readonly kind: IncidentKind;
  readonly subject: string;
  readonly state: 'OPEN' | 'CLOSED';
  readonly acknowledged: boolean;
  readonly cause: string;
  readonly since: string;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly value: number;
  readonly threshold: number;
  readonly peak: number;
  readonly reopened: number;
  readonly reminders: number;
  readonly summary: IncidentFigures | null;
  /** In words, in the caller's language. */
  readonly title: string;
  readonly report: readonly string[];
}

export function incidentView(id: string, incident: OpenedIncident, locale: Locale): IncidentView {
  const { kind, subject, open, acknowledged, cause, since, openedAt, closedAt, value, threshold, peak, reopened, reminders, figures } = incident;
  return {
    id,
    kind,
    subject,
    state: open ? 'OPEN' : 'CLOSED',
    acknowledged,
    cause,
    since: toIso(since),
    openedAt: toIso(openedAt),
    closedAt: closedAt === undefined ? null : toIso(closedAt),
    value,
    threshold,
    peak,
    reopened,
    reminders,
    summary: figures ?? null,
    title: incidentTitle(incident, locale),
    report: incidentLines(incident, locale),
  };
}
