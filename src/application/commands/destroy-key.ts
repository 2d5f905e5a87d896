import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { idempotencyKey, keyId, reason } from './input';
import type { KeyDesk, KeyResult } from './key-desk';

/** Destroys a sealing key, if nothing depends on it: it is counted, after another person has approved. */
export class DestroyKey extends Command<KeyResult> {
  static readonly operation = 'destroyKey';
  static readonly rights: Rights = { roles: ['ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, kid: keyId });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof DestroyKey.input>,
  ) {
    super();
  }
}

export class DestroyKeyHandler implements CommandHandler<DestroyKey> {
  readonly command = DestroyKey;
  constructor(private readonly desk: KeyDesk) {}

  execute({ caller, input }: DestroyKey): Promise<KeyResult> {
    return this.desk.destroy(DestroyKey, caller, input);
  }
}
