import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { catalogId, idempotencyKey, reason } from './input';
import type { SettingResult } from './result';
import type { RoutingDesk } from './routing-desk';

/** Ends the trial: every order follows the active policy again, from its next purchase on. */
export class RollBackCanary extends Command<SettingResult> {
  static readonly operation = 'rollBackCanary';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, version: catalogId });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof RollBackCanary.input>,
  ) {
    super();
  }
}

export class RollBackCanaryHandler implements CommandHandler<RollBackCanary> {
  readonly command = RollBackCanary;
  constructor(private readonly desk: RoutingDesk) {}

  execute({ caller, input }: RollBackCanary): Promise<SettingResult> {
    return this.desk.rollBack(RollBackCanary, caller, input);
  }
}
