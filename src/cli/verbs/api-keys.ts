import { randomUUID } from 'node:crypto';
import { answer, say, table } from '../output';
import { localeOf } from '../locale';
import type { CliCode, Facts } from '../refusals';
import { ShopApi } from '../shop-api';
import { type ChangeOptions, sure } from './desk';

const PAGE = 100;
const FIELDS = 'id clientId role state scopes origins expiresAt issuedAt changedAt lastUsedAt previousUntil previousLastUsedAt';
const HOUR_MS = 3_600_000;

interface ApiKey {
  readonly id: string;
  readonly clientId: string;
  readonly role: string;
  readonly state: string;
  readonly scopes: readonly string[] | null;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly previousUntil: string | null;
  readonly previousLastUsedAt: string | null;
}

interface KeyPage {
  readonly apiKeys: { readonly nodes: readonly ApiKey[]; readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null } };
}

interface Changed {
  readonly id: string;
  readonly key?: string | null;
  readonly changed: boolean;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

export async function list({ locale, json }: { readonly locale?: string; readonly json?: true }): Promise<void> {
  const api = ShopApi.fromEnvironment(localeOf(locale));
  const keys: ApiKey[] = [];
  let after: string | null = null;
  do {
    const { apiKeys }: KeyPage = await api.ask<KeyPage>(
      `query ($first: Int!, $after: String) { apiKeys(first: $first, after: $after) { nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } } }`,
      { first: PAGE, after },
    );
    keys.push(...apiKeys.nodes);
    after = apiKeys.pageInfo.hasNextPage ? apiKeys.pageInfo.endCursor : null;
  } while (after !== null);
  await answer(json, keys, () => table(['KEY', 'CLIENT', 'ROLE', 'STATE', 'SCOPES', 'EXPIRES', 'LAST USED', 'OLD TEXT'], keys.map(rowOf)));
}

function rowOf({ id, clientId, role, state, scopes, expiresAt, lastUsedAt, previousUntil, previousLastUsedAt }: ApiKey): readonly string[] {
  const old = previousUntil === null ? '' : `until ${previousUntil}, last used ${previousLastUsedAt ?? 'never'}`;
  return [id, clientId, role, state, scopes?.join(' ') ?? 'all of its role', expiresAt ?? 'never', lastUsedAt ?? 'never', old];
}

export interface IssueOptions extends ChangeOptions {
  readonly client: string;
  readonly role: string;
  readonly scope?: readonly string[];
  readonly origin?: readonly string[];
  readonly expires?: string;
}

export function issue(id: string, options: IssueOptions): Promise<void> {
  const { client: clientId, role, scope: scopes, origin: origins, expires: expiresAt } = options;
  return change('issueApiKey', id, options, ['KEY_ISSUED', { role, client: clientId }], { clientId, role, scopes, origins, expiresAt });
}

export function rotate(id: string, options: ChangeOptions & { readonly overlap?: number }): Promise<void> {
  const { overlap } = options;
  const previousUntil = overlap === undefined ? undefined : new Date(Date.now() + overlap * HOUR_MS).toISOString();
  return change('rotateApiKey', id, options, ['KEY_ROTATED'], { previousUntil });
}

export const revoke = (id: string, options: ChangeOptions): Promise<void> => change('revokeApiKey', id, options, ['KEY_REVOKED'], {});

/** The text of a key goes to stdout, for a pipe into a safe; what it means is told beside it. */
async function change(
  operation: 'issueApiKey' | 'rotateApiKey' | 'revokeApiKey',
  keyId: string,
  options: ChangeOptions,
  means: readonly [CliCode, Facts?],
  more: object,
) {
  const reason = sure(options, ...means);
  const api = ShopApi.fromEnvironment(localeOf(options.locale));
  const type = `${operation.charAt(0).toUpperCase()}${operation.slice(1)}Input`;
  const fields = `id changed ${operation === 'revokeApiKey' ? '' : 'key'} userErrors { code message }`;
  const result = await api.change<Changed>(`mutation ($input: ${type}!) { result: ${operation}(input: $input) { ${fields} } }`, {
    idempotencyKey: options.key ?? randomUUID(),
    reason,
    keyId,
    ...more,
  });
  if (result.key != null) say(`the text of ${keyId}, to be kept now; it is told nowhere else:`);
  await answer(options.json, result, () => result.key ?? `${keyId}: ${result.changed ? 'done' : 'it was so already'}`);
}
