import { z } from 'zod';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

/** No new order may choose the gateway; payments that are open there go on. */
export class PauseGateway extends Command<SettingResult> {
  static readonly operation = 'pauseGateway';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, gatewayId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof PauseGateway.input>,
  ) {
    super();
  }
}

export class PauseGatewayHandler implements CommandHandler<PauseGateway> {
  readonly command = PauseGateway;
  constructor(private readonly desk: SettingDesk) {}

  execute({ caller, input }: PauseGateway): Promise<SettingResult> {
    return this.desk.run(PauseGateway, caller, input, aggregates.gateway, input.gatewayId, { type: 'Pause' });
  }
}
