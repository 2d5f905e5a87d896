import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import { catalogId, httpUrl, idempotencyKey, money, reason, WITHIN_SECONDS_MAX } from './input';
import type { SettingResult } from './result';
import { secretRef, secretRefs } from './secret-ref';
import type { SettingDesk } from './setting-desk';

const FLAGS = ['replay', 'lookup', 'cancel', 'partialFill'] as const;

export const channelSettings = z.strictObject({
  adapter: z.literal('http-v1'),
  baseUrl: httpUrl,
  apiKey: secretRef,
  webhookSecrets: secretRefs,
  flags: z
    .array(z.enum(FLAGS))
    .max(FLAGS.length)
    .refine((flags) => new Set(flags).size === flags.length, 'a flag stands twice')
    .default([]),
  notFoundFinalAfterSeconds: z.int().min(0).max(WITHIN_SECONDS_MAX).default(60),
  weight: z.int().min(0).max(1_000).default(1),
  priority: z.int().min(0).max(1_000).default(1),
  ratePerSecond: z.int().min(1).max(100_000).default(100),
  maxInFlight: z.int().min(1).max(10_000).default(50),
  balanceMin: money.exactOptional(),
});

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

@CommandHandler(ConfigureChannel)
export class ConfigureChannelHandler implements ICommandHandler<ConfigureChannel> {
  constructor(private readonly desk: SettingDesk) {}

  execute({ caller, input }: ConfigureChannel): Promise<SettingResult> {
    return this.desk.run(ConfigureChannel, caller, input, aggregates.channel, input.channelId, { type: 'Configure', settings: input.settings });
  }
}
