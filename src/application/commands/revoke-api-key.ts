import { z } from 'zod';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

/** The key opens nothing any more, for good. */
export class RevokeApiKey extends Command<SettingResult> {
  static readonly operation = 'revokeApiKey';
  static readonly rights: Rights = { roles: ['ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, keyId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof RevokeApiKey.input>,
  ) {
    super();
  }
}

export class RevokeApiKeyHandler implements CommandHandler<RevokeApiKey> {
  readonly command = RevokeApiKey;
  constructor(private readonly desk: SettingDesk) {}

  execute({ caller, input }: RevokeApiKey): Promise<SettingResult> {
    return this.desk.run(RevokeApiKey, caller, input, aggregates.apiKey, input.keyId, { type: 'Pause' });
  }
}
