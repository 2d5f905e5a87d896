import type { ApiKey } from '../../domain/catalog/api-key';
import type { ApiKeyRole } from '../../domain/catalog/events';
import { fromIso, toIso } from '../../domain/kernel/time';
import type { ApiKeyRow } from '../../projections/api-keys';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Mac } from '../cursor';
import type { ReadModels, Row } from '../ports/read-models';
import type { StoreClock } from '../store-clock';
import { pageOf, type Page, type PageRequest } from './page';
import { Query, type QueryHandler } from './query';

export type ApiKeyState = 'ACTIVE' | 'EXPIRED' | 'REVOKED';

export interface ApiKeyView {
  readonly id: string;
  readonly clientId: string;
  readonly role: ApiKeyRole;
  readonly state: ApiKeyState;
  /** Null: all that the role may. */
  readonly scopes: readonly string[] | null;
  readonly origins: readonly string[] | null;
  readonly expiresAt: string | null;
  readonly issuedAt: string;
  readonly changedAt: string;
  /** Roughly. */
  readonly lastUsedAt: string | null;
  /** Until when the text before it opens as well; null when it does not. */
  readonly previousUntil: string | null;
  readonly previousLastUsedAt: string | null;
}

/** Who and what may call, by id. No text of a key is known here, and no hash leaves. */
export class ListApiKeys extends Query<Page<ApiKeyView>> {
  static readonly operation = 'apiKeys';
  static readonly rights: Rights = { roles: ['ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly page: PageRequest,
  ) {
    super();
  }
}

export class ListApiKeysHandler implements QueryHandler<ListApiKeys> {
  readonly query = ListApiKeys;
  constructor(
    private readonly readModels: ReadModels,
    private readonly mac: Mac,
    private readonly clock: Pick<StoreClock, 'now'>,
  ) {}

  async execute({ caller, page }: ListApiKeys): Promise<Page<ApiKeyView>> {
    requireRole(ListApiKeys, caller);
    const now = this.clock.now();
    return pageOf<ApiKeyRow, ApiKeyView>(this.readModels, this.mac, { model: 'api-keys', filter: {} }, page, (row) => viewOf(row, now));
  }
}

function viewOf({ key, value }: Row<ApiKeyRow>, now: number): ApiKeyView {
  const { settings, active, previous, usedAt, previousUsedAt } = value.setting as ApiKey;
  if (settings === undefined) throw new Error(`the row of API key ${key} has no settings`);
  const { clientId, role, scopes, origins, expiresAt } = settings;
  const isInOverlap = active && previous !== undefined && now < fromIso(previous.until);
  return {
    id: key,
    clientId,
    role,
    state: !active ? 'REVOKED' : expiresAt !== undefined && fromIso(expiresAt) <= now ? 'EXPIRED' : 'ACTIVE',
    scopes: scopes ?? null,
    origins: origins ?? null,
    expiresAt: expiresAt ?? null,
    issuedAt: toIso(value.configuredAt),
    changedAt: toIso(value.changedAt),
    lastUsedAt: usedAt ?? null,
    previousUntil: isInOverlap ? previous.until : null,
    previousLastUsedAt: isInOverlap ? (previousUsedAt ?? null) : null,
  };
}
