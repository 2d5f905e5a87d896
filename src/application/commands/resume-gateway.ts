import { z } from 'zod';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

/** Orders may choose the gateway again. */
export class ResumeGateway extends Command<SettingResult> {
  static readonly operation = 'resumeGateway';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, gatewayId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ResumeGateway.input>,
  ) {
    super();
  }
}

export class ResumeGatewayHandler implements CommandHandler<ResumeGateway> {
  readonly command = ResumeGateway;
  constructor(private readonly desk: SettingDesk) {}

  execute({ caller, input }: ResumeGateway): Promise<SettingResult> {
    return this.desk.run(ResumeGateway, caller, input, aggregates.gateway, input.gatewayId, { type: 'Resume' });
  }
}
