import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import { catalogId, httpUrl, id, idempotencyKey, reason, WITHIN_SECONDS_MAX } from './input';
import type { SettingResult } from './result';
import { secretRef, secretRefs } from './secret-ref';
import type { SettingDesk } from './setting-desk';

export const gatewaySettings = z.strictObject({
  adapter: z.literal('http-v1'),
  baseUrl: httpUrl,
  merchantId: id,
  apiKey: secretRef,
  webhookSecrets: secretRefs,
  flags: z
    .array(z.enum(['replay', 'lookup', 'cancel']))
    .max(3)
    .default([]),
  notFoundFinalAfterSeconds: z.int().min(0).max(WITHIN_SECONDS_MAX).default(60),
  kinds: z
    .array(z.enum(['REDIRECT', 'CHARGE']))
    .min(1)
    .max(2),
});

/** Money goes where this says, so only an ADMIN says it. */
export class ConfigureGateway extends Command<SettingResult> {
  static readonly operation = 'configureGateway';
  static readonly rights: Rights = { roles: ['ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, gatewayId: catalogId, settings: gatewaySettings });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ConfigureGateway.input>,
  ) {
    super();
  }
}

@CommandHandler(ConfigureGateway)
export class ConfigureGatewayHandler implements ICommandHandler<ConfigureGateway> {
  constructor(private readonly desk: SettingDesk) {}

  execute({ caller, input }: ConfigureGateway): Promise<SettingResult> {
    return this.desk.run(ConfigureGateway, caller, input, aggregates.gateway, input.gatewayId, { type: 'Configure', settings: input.settings });
  }
}
