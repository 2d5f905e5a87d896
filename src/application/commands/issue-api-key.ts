import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import type { ApiKeySettings } from '../../domain/catalog/events';
import { sha256Hex } from '../../domain/kernel/hash';
import { derivedId } from '../../domain/kernel/ids';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import type { Keyring } from '../ports/keyring';
import { catalogId, id, idempotencyKey, NAMES_MAX, origin, reason, time } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

/** `key` is told to whoever holds the idempotency key, and to nobody else; absent when the caller gave the hash of a key of its own. */
export type IssueApiKeyResult = SettingResult<{ readonly key?: string }>;

/** Lets a program or a person in. The log holds only the SHA-256 of the key. */
export class IssueApiKey extends Command<IssueApiKeyResult> {
  static readonly operation = 'issueApiKey';
  static readonly rights: Rights = { roles: ['ADMIN'] };
  static readonly input = z.strictObject({
    idempotencyKey,
    reason,
    keyId: catalogId,
    /** The shop or team that it belongs to: orders and idempotency keys are scoped to it. */
    clientId: id,
    role: z.enum(['STOREFRONT', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN']),
    /** Lower-case hex SHA-256 of a key that exists elsewhere; without it a new key is made. */
    keyHash: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    expiresAt: time.optional(),
    /** Browser origins that it may be used from; those of the whole node when absent. */
    origins: z.array(origin).max(NAMES_MAX).readonly().optional(),
  });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof IssueApiKey.input>,
  ) {
    super();
  }
}

@CommandHandler(IssueApiKey)
export class IssueApiKeyHandler implements ICommandHandler<IssueApiKey> {
  constructor(
    private readonly desk: SettingDesk,
    private readonly keyring: Keyring,
  ) {}

  async execute({ caller, input }: IssueApiKey): Promise<IssueApiKeyResult> {
    const { clientId, role, expiresAt, origins } = input;
    const made = input.keyHash === undefined ? this.keyFor(caller, input) : undefined;
    const keyHash = input.keyHash ?? sha256Hex(made ?? '');
    const settings: ApiKeySettings = {
      clientId,
      role,
      keyHash,
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(origins === undefined ? {} : { origins }),
    };
    const result = await this.desk.run(IssueApiKey, caller, input, aggregates.apiKey, input.keyId, { type: 'Configure', settings });
    return result.ok && made !== undefined ? { ...result, key: made } : result;
  }

  /** 256 bits that only the keyring can make, the same for a repeated request: an answer that got lost can be had again. */
  private keyFor(caller: Caller, { idempotencyKey: key, keyId }: IssueApiKey['input']): string {
    return this.keyring.fingerprint(derivedId('api-key', caller.clientId, key, keyId), 'api-key');
  }
}
