import { z } from 'zod';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

/** The SKU is on sale again. */
export class ResumeSku extends Command<SettingResult> {
  static readonly operation = 'resumeSku';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, skuId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ResumeSku.input>,
  ) {
    super();
  }
}

export class ResumeSkuHandler implements CommandHandler<ResumeSku> {
  readonly command = ResumeSku;
  constructor(private readonly desk: SettingDesk) {}

  execute({ caller, input }: ResumeSku): Promise<SettingResult> {
    return this.desk.run(ResumeSku, caller, input, aggregates.sku, input.skuId, { type: 'Resume' });
  }
}
