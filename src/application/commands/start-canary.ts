import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { idempotencyKey, reason } from './input';
import type { SettingResult } from './result';
import type { RoutingDesk } from './routing-desk';
import { routingPolicyInput } from './routing-policy-input';

/** The design's share of orders that try a new policy. */
export const CANARY_PERCENT = 5;

/** Tries a policy on a share of the orders; asked again with another share, it changes the share. */
export class StartCanary extends Command<SettingResult> {
  static readonly operation = 'startCanary';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({
    idempotencyKey,
    reason,
    policy: routingPolicyInput,
    percent: z.number().min(0.1).max(99).default(CANARY_PERCENT),
  });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof StartCanary.input>,
  ) {
    super();
  }
}

export class StartCanaryHandler implements CommandHandler<StartCanary> {
  readonly command = StartCanary;
  constructor(private readonly desk: RoutingDesk) {}

  execute({ caller, input }: StartCanary): Promise<SettingResult> {
    return this.desk.run(StartCanary, caller, input, { type: 'StartCanary', policy: input.policy, percent: input.percent });
  }
}
