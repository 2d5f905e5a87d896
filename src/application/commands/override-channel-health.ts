import { z } from 'zod';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, overriddenHealth, reason } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

/** A person knows better: nothing new is sent there until a person says so, or it counts as healthy until it shows otherwise. */
export class OverrideChannelHealth extends Command<SettingResult> {
  static readonly operation = 'overrideChannelHealth';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, channelId: id, health: overriddenHealth });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof OverrideChannelHealth.input>,
  ) {
    super();
  }
}

export class OverrideChannelHealthHandler implements CommandHandler<OverrideChannelHealth> {
  readonly command = OverrideChannelHealth;
  constructor(private readonly desk: SettingDesk) {}

  execute({ caller, input }: OverrideChannelHealth): Promise<SettingResult> {
    const command = { type: 'OverrideHealth', to: input.health } as const;
    return this.desk.run(OverrideChannelHealth, caller, input, aggregates.channel, input.channelId, command);
  }
}
