import { z } from 'zod';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

/** New orders for the SKU are refused; those that are there go on. */
export class PauseSku extends Command<SettingResult> {
  static readonly operation = 'pauseSku';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, skuId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof PauseSku.input>,
  ) {
    super();
  }
}

export class PauseSkuHandler implements CommandHandler<PauseSku> {
  readonly command = PauseSku;
  constructor(private readonly desk: SettingDesk) {}

  execute({ caller, input }: PauseSku): Promise<SettingResult> {
    return this.desk.run(PauseSku, caller, input, aggregates.sku, input.skuId, { type: 'Pause' });
  }
}
