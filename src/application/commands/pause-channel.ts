import { z } from 'zod';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

/** Nothing new is bought from the channel; purchases whose outcome is open are followed to their end. */
export class PauseChannel extends Command<SettingResult> {
  static readonly operation = 'pauseChannel';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, channelId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof PauseChannel.input>,
  ) {
    super();
  }
}

export class PauseChannelHandler implements CommandHandler<PauseChannel> {
  readonly command = PauseChannel;
  constructor(private readonly desk: SettingDesk) {}

  execute({ caller, input }: PauseChannel): Promise<SettingResult> {
    return this.desk.run(PauseChannel, caller, input, aggregates.channel, input.channelId, { type: 'Pause' });
  }
}
