import { z } from 'zod';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

/** A person has put a difference right outside, or lives with it. With the same figures it is not opened again. */
export class SettleDiscrepancy extends Command<SettingResult> {
  static readonly operation = 'settleDiscrepancy';
  static readonly rights: Rights = { roles: ['FINANCE', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, discrepancyId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof SettleDiscrepancy.input>,
  ) {
    super();
  }
}

export class SettleDiscrepancyHandler implements CommandHandler<SettleDiscrepancy> {
  readonly command = SettleDiscrepancy;
  constructor(private readonly desk: SettingDesk) {}

  execute({ caller, input }: SettleDiscrepancy): Promise<SettingResult> {
    return this.desk.run(SettleDiscrepancy, caller, input, aggregates.discrepancy, input.discrepancyId, { type: 'Settle', cause: 'PERSON' });
  }
}
