import { randomUUID } from 'node:crypto';
import { Refused } from '../exit';
import { answer, table } from '../output';
import { localeOf } from '../locale';
import { ShopApi } from '../shop-api';
import { type ChangeOptions, sure } from './desk';

const FIELDS = 'id kind subject state acknowledged cause since openedAt closedAt value threshold peak reopened reminders title report';
const REPORT = `${FIELDS} timeline { type occurredAt actorKind reason summary }`;

interface Incident {
  readonly id: string;
  readonly state: string;
  readonly acknowledged: boolean;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly title: string;
  readonly report: readonly string[];
}

interface IncidentReport extends Incident {
  readonly timeline: readonly { readonly occurredAt: string; readonly actorKind: string; readonly reason: string | null; readonly summary: string }[];
}

interface ViewOptions {
  readonly locale?: string;
  readonly json?: true;
}

export async function listIncidents({ open, limit, locale, json }: ViewOptions & { readonly open?: true; readonly limit: number }): Promise<void> {
  const api = ShopApi.fromEnvironment(localeOf(locale));
  const { incidents } = await api.ask<{ readonly incidents: { readonly nodes: readonly Incident[] } }>(
    `query ($first: Int!, $open: Boolean) { incidents(first: $first, open: $open) { nodes { ${FIELDS} } } }`,
    { first: limit, open: open ?? null },
  );
  await answer(json, incidents.nodes, () =>
    table(
      ['INCIDENT', 'STATE', 'WHAT', 'OPENED', 'OVER'],
      incidents.nodes.map(({ id, state, acknowledged, title, openedAt, closedAt }) => [
        id,
        acknowledged && state === 'OPEN' ? 'ACKNOWLEDGED' : state,
        title,
        openedAt,
        closedAt ?? '',
      ]),
    ),
  );
}

function reportText({ title, state, report, timeline }: IncidentReport): string {
  const steps = timeline.map(({ occurredAt, actorKind, summary, reason }) => [
    occurredAt,
    actorKind,
    reason === null ? summary : `${summary}: ${reason}`,
  ]);
  return [`${title}  ${state}`, ...report, '', table(['AT', 'WHO', 'WHAT'], steps)].join('\n');
}

export async function showIncident(id: string, { locale, json }: ViewOptions): Promise<void> {
  const api = ShopApi.fromEnvironment(localeOf(locale));
  const { incident } = await api.ask<{ readonly incident: IncidentReport | null }>(`query ($id: ID!) { incident(id: $id) { ${REPORT} } }`, { id });
  if (incident === null) throw new Refused('INCIDENT_NOT_FOUND');
  await answer(json, incident, () => reportText(incident));
}

export async function acknowledge(id: string, options: ChangeOptions): Promise<void> {
  const reason = sure(options, 'INCIDENT_STAYS_QUIET');
  const api = ShopApi.fromEnvironment(localeOf(options.locale));
  const input = { idempotencyKey: options.key ?? randomUUID(), reason, incidentId: id };
  const { incident } = await api.change<{
    readonly incident: IncidentReport | null;
    readonly userErrors: readonly { readonly code: string; readonly message: string }[];
  }>(
    `mutation ($input: AcknowledgeIncidentInput!) { result: acknowledgeIncident(input: $input) { incident { ${REPORT} } userErrors { code message } } }`,
    input,
  );
  await answer(options.json, incident, () => (incident === null ? 'done' : reportText(incident)));
}
