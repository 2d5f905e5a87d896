import { z } from 'zod';
import type { ApiKeySettings } from '../../domain/catalog/events';
import type { Caller, Rights, Role } from '../caller';
import { refuse } from '../refusals';
import type { ApiKeyDesk, ApiKeyResult } from './api-key-desk';
import { Command, type CommandHandler } from './command';
import { catalogId, id, idempotencyKey, NAMES_MAX, origin, reason, scopes, time } from './input';

/** Lower-case hex SHA-256 of a key that exists elsewhere; without it a new key is made. */
export const keyHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .optional();

/** Lets a program or a person in. */
export class IssueApiKey extends Command<ApiKeyResult> {
  static readonly operation = 'issueApiKey';
  static readonly rights: Rights = { roles: ['ADMIN'] };
  static readonly input = z.strictObject({
    idempotencyKey,
    reason,
    keyId: catalogId,
    /** The shop or team that it belongs to: orders and idempotency keys are scoped to it. */
    clientId: id,
    role: z.enum(['STOREFRONT', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN']),
    keyHash,
    expiresAt: time.optional(),
    /** Browser origins that it may be used from; those of the whole node when absent. */
    origins: z.array(origin).max(NAMES_MAX).readonly().optional(),
    /** Operations that it may be used for; all that its role may when absent. */
    scopes: scopes.optional(),
  });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof IssueApiKey.input>,
  ) {
    super();
  }
}

export class IssueApiKeyHandler implements CommandHandler<IssueApiKey> {
  readonly command = IssueApiKey;
  constructor(
    private readonly desk: ApiKeyDesk,
    private readonly isScopeOf: (scope: string, role: Role) => boolean,
  ) {}

  async execute({ caller, input }: IssueApiKey): Promise<ApiKeyResult> {
    const { clientId, role, expiresAt, origins, scopes: only } = input;
    const foreign = only?.find((scope) => !this.isScopeOf(scope, role));
    if (foreign !== undefined) return { ok: false, refusal: refuse('SCOPE_NOT_OF_ROLE', { field: ['scopes'], details: { scope: foreign, role } }) };
    const settings: Omit<ApiKeySettings, 'keyHash'> = {
      clientId,
      role,
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(origins === undefined ? {} : { origins }),
      ...(only === undefined ? {} : { scopes: only }),
    };
    return this.desk.run(IssueApiKey, caller, input, (hash) => ({ type: 'Configure', settings: { ...settings, keyHash: hash } }));
  }
}
