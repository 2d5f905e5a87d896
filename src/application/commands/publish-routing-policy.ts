import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { idempotencyKey, reason } from './input';
import type { SettingResult } from './result';
import type { RoutingDesk } from './routing-desk';
import { routingPolicyInput } from './routing-policy-input';

/** From here on every purchase follows this policy. */
export class PublishRoutingPolicy extends Command<SettingResult> {
  static readonly operation = 'publishRoutingPolicy';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, policy: routingPolicyInput });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof PublishRoutingPolicy.input>,
  ) {
    super();
  }
}

export class PublishRoutingPolicyHandler implements CommandHandler<PublishRoutingPolicy> {
  readonly command = PublishRoutingPolicy;
  constructor(private readonly desk: RoutingDesk) {}

  execute({ caller, input }: PublishRoutingPolicy): Promise<SettingResult> {
    return this.desk.run(PublishRoutingPolicy, caller, input, { type: 'PublishRoutingPolicy', policy: input.policy });
  }
}
