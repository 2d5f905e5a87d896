import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import type { StoreClock } from '../store-clock';
import type { ApiKeyDesk, ApiKeyResult } from './api-key-desk';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason, time } from './input';
import { keyHash } from './issue-api-key';

/** Gives a key another text. The old one opens as well until a time, so that nobody who uses it is locked out meanwhile. */
export class RotateApiKey extends Command<ApiKeyResult> {
  static readonly operation = 'rotateApiKey';
  static readonly rights: Rights = { roles: ['ADMIN'] };
  static readonly input = z.strictObject({
    idempotencyKey,
    reason,
    keyId: id,
    keyHash,
    /** The old text ends at once when absent. */
    previousUntil: time.optional(),
  });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof RotateApiKey.input>,
  ) {
    super();
  }
}

export class RotateApiKeyHandler implements CommandHandler<RotateApiKey> {
  readonly command = RotateApiKey;
  constructor(
    private readonly desk: ApiKeyDesk,
    private readonly clock: Pick<StoreClock, 'now'>,
  ) {}

  execute({ caller, input }: RotateApiKey): Promise<ApiKeyResult> {
    const { previousUntil } = input;
    const until = previousUntil === undefined ? {} : { previousUntil };
    return this.desk.run(RotateApiKey, caller, input, (hash) => ({ type: 'Rotate', keyHash: hash, ...until, at: this.clock.now() }));
  }
}
