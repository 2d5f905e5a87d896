import { z } from 'zod';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

/** The channel may be bought from again, after a pause or a drain. */
export class ResumeChannel extends Command<SettingResult> {
  static readonly operation = 'resumeChannel';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, channelId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ResumeChannel.input>,
  ) {
    super();
  }
}

export class ResumeChannelHandler implements CommandHandler<ResumeChannel> {
  readonly command = ResumeChannel;
  constructor(private readonly desk: SettingDesk) {}

  execute({ caller, input }: ResumeChannel): Promise<SettingResult> {
    return this.desk.run(ResumeChannel, caller, input, aggregates.channel, input.channelId, { type: 'Resume' });
  }
}
