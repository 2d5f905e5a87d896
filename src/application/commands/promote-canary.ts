import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { catalogId, idempotencyKey, reason } from './input';
import type { SettingResult } from './result';
import type { RoutingDesk } from './routing-desk';

/** The canary counts for every order, if its trial shows enough and nothing against it. */
export class PromoteCanary extends Command<SettingResult> {
  static readonly operation = 'promoteCanary';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, version: catalogId });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof PromoteCanary.input>,
  ) {
    super();
  }
}

export class PromoteCanaryHandler implements CommandHandler<PromoteCanary> {
  readonly command = PromoteCanary;
  constructor(private readonly desk: RoutingDesk) {}

  execute({ caller, input }: PromoteCanary): Promise<SettingResult> {
    return this.desk.promote(PromoteCanary, caller, input);
  }
}
