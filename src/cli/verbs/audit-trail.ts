import { answer, table } from '../output';
import { localeOf } from '../locale';
import { ShopApi } from '../shop-api';

const PAGE_MAX = 100;
const TRAIL = `query ($first: Int!, $after: String, $filter: AuditFilter) { auditTrail(first: $first, after: $after, filter: $filter) {
  nodes { id at since actorKind actorId action subject outcome code count reason correlationId requestId cardIds firstView }
  pageInfo { hasNextPage endCursor } } }`;

interface Entry {
  readonly at: string;
  readonly actorKind: string | null;
  readonly actorId: string | null;
  readonly action: string;
  readonly subject: string | null;
  readonly outcome: 'DONE' | 'REFUSED';
  readonly code: string | null;
  readonly count: number;
  readonly reason: string | null;
  readonly firstView: boolean | null;
}

interface Page {
  readonly auditTrail: {
    readonly nodes: readonly Entry[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

export interface TrailOptions {
  readonly actor?: string;
  readonly action?: string;
  readonly subject?: string;
  readonly refused?: true;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly json?: true;
}

/** Who did what and who was refused what, newest first; asks a running shop. */
export async function trail({ actor, action, subject, refused, from, to, limit, json }: TrailOptions): Promise<void> {
  const api = ShopApi.fromEnvironment(localeOf(undefined));
  const filter = { actorId: actor, action, subject, outcome: refused === true ? 'REFUSED' : undefined, from, to };
  const entries: Entry[] = [];
  let after: string | null = null;
  do {
    const first = Math.min(PAGE_MAX, limit - entries.length);
    const { auditTrail }: Page = await api.ask<Page>(TRAIL, { first, after, filter });
    entries.push(...auditTrail.nodes);
    after = auditTrail.pageInfo.hasNextPage ? auditTrail.pageInfo.endCursor : null;
  } while (after !== null && entries.length < limit);
  await answer(json, entries, () => table(['AT', 'WHO', 'WHAT', 'ABOUT', 'OUTCOME', 'WHY'], entries.map(rowOf)));
}

function rowOf({ at, actorKind, actorId, action, subject, outcome, code, count, reason, firstView }: Entry): readonly string[] {
  const what = firstView === true ? `${action} (first)` : action;
  const how = outcome === 'DONE' ? 'done' : `${code ?? 'refused'}${count > 1 ? ` ×${count}` : ''}`;
  return [at, actorKind === null ? 'nobody known' : `${actorKind} ${actorId ?? ''}`, what, subject ?? '', how, reason ?? ''];
}
