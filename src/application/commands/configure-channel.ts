import { z } from 'zod';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import { channelSettings } from './channel-settings';
import { Command, type CommandHandler } from './command';
import { catalogId, idempotencyKey, reason } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

/** The shop's money goes where this says, so only an ADMIN says it. */
export class ConfigureChannel extends Command<SettingResult> {
  static readonly operation = 'configureChannel';
  static readonly rights: Rights = { roles: ['ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, channelId: catalogId, settings: channelSettings });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ConfigureChannel.input>,
  ) {
    super();
  }
}

export class ConfigureChannelHandler implements CommandHandler<ConfigureChannel> {
  readonly command = ConfigureChannel;
  constructor(private readonly desk: SettingDesk) {}

  execute({ caller, input }: ConfigureChannel): Promise<SettingResult> {
    return this.desk.run(ConfigureChannel, caller, input, aggregates.channel, input.channelId, { type: 'Configure', settings: input.settings });
  }
}
