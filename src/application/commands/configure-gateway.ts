import { z } from 'zod';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { gatewaySettings } from './gateway-settings';
import { catalogId, idempotencyKey, reason } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

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

export class ConfigureGatewayHandler implements CommandHandler<ConfigureGateway> {
  readonly command = ConfigureGateway;
  constructor(private readonly desk: SettingDesk) {}

  execute({ caller, input }: ConfigureGateway): Promise<SettingResult> {
    return this.desk.run(ConfigureGateway, caller, input, aggregates.gateway, input.gatewayId, { type: 'Configure', settings: input.settings });
  }
}
