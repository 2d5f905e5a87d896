import { z } from 'zod';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason, text } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

/** A person says why the books and a statement differ. It stays until both sides say the same, or somebody settles it. */
export class ExplainDiscrepancy extends Command<SettingResult> {
  static readonly operation = 'explainDiscrepancy';
  static readonly rights: Rights = { roles: ['FINANCE', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, discrepancyId: id, explanation: text });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ExplainDiscrepancy.input>,
  ) {
    super();
  }
}

export class ExplainDiscrepancyHandler implements CommandHandler<ExplainDiscrepancy> {
  readonly command = ExplainDiscrepancy;
  constructor(private readonly desk: SettingDesk) {}

  execute({ caller, input }: ExplainDiscrepancy): Promise<SettingResult> {
    const { discrepancyId, explanation } = input;
    return this.desk.run(ExplainDiscrepancy, caller, input, aggregates.discrepancy, discrepancyId, { type: 'Explain', explanation });
  }
}
