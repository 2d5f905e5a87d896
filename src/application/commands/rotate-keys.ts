import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { idempotencyKey, reason } from './input';
import type { KeyDesk, KeyJobResult } from './key-desk';

/** Seals all cards with the newest key: a job that goes on by itself, and is stopped with `stopJob`. */
export class RotateKeys extends Command<KeyJobResult> {
  static readonly operation = 'rotateKeys';
  static readonly rights: Rights = { roles: ['ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof RotateKeys.input>,
  ) {
    super();
  }
}

export class RotateKeysHandler implements CommandHandler<RotateKeys> {
  readonly command = RotateKeys;
  constructor(private readonly desk: KeyDesk) {}

  execute({ caller, input }: RotateKeys): Promise<KeyJobResult> {
    return this.desk.rotate(RotateKeys, caller, input);
  }
}
