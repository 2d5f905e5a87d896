import { z } from 'zod';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

/** Orders that are there still buy from the channel; those submitted from now on do without it. */
export class DrainChannel extends Command<SettingResult> {
  static readonly operation = 'drainChannel';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, channelId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof DrainChannel.input>,
  ) {
    super();
  }
}

export class DrainChannelHandler implements CommandHandler<DrainChannel> {
  readonly command = DrainChannel;
  constructor(private readonly desk: SettingDesk) {}

  execute({ caller, input }: DrainChannel): Promise<SettingResult> {
    return this.desk.run(DrainChannel, caller, input, aggregates.channel, input.channelId, { type: 'Drain' });
  }
}
