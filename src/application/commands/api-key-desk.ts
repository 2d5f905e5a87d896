import type { ApiKeyCommand } from '../../domain/catalog/api-key';
import { sha256Hex } from '../../domain/kernel/hash';
import { derivedId } from '../../domain/kernel/ids';
import { aggregates } from '../aggregates';
import type { Operation } from '../authorise';
import type { Caller } from '../caller';
import type { Keyring } from '../ports/keyring';
import type { SettingResult } from './result';
import type { SettingDesk, SettingInput } from './setting-desk';

/** `key` is told to whoever holds the idempotency key, and to nobody else; absent when the caller gave the hash of a key of its own. */
export type ApiKeyResult = SettingResult<{ readonly key?: string }>;

interface ApiKeyInput extends SettingInput {
  readonly keyId: string;
  readonly keyHash?: string | undefined;
}

/** Where texts of API keys are made. The log holds only the SHA-256 of each. */
export class ApiKeyDesk {
  constructor(
    private readonly desk: SettingDesk,
    private readonly keyring: Keyring,
  ) {}

  /** Decides with the hash that the caller gave, or that of a new text. Throws Forbidden. */
  async run(operation: Operation, caller: Caller, input: ApiKeyInput, command: (keyHash: string) => ApiKeyCommand): Promise<ApiKeyResult> {
    const made = input.keyHash === undefined ? this.textFor(operation, caller, input) : undefined;
    const keyHash = input.keyHash ?? sha256Hex(made ?? '');
    const result = await this.desk.run(operation, caller, input, aggregates.apiKey, input.keyId, command(keyHash));
    return result.ok && made !== undefined ? { ...result, key: made } : result;
  }

  /** 256 bits that only the keyring can make, the same for a repeated request: an answer that got lost can be had again. */
  private textFor({ operation }: Operation, { clientId }: Caller, { idempotencyKey, keyId }: ApiKeyInput): string {
    const words = operation === 'issueApiKey' ? ['api-key'] : ['api-key', operation];
    return this.keyring.fingerprint(derivedId(...words, clientId, idempotencyKey, keyId), 'api-key');
  }
}
