import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import { catalogId, id, idempotencyKey, money, NAMES_MAX, reason, text, WITHIN_SECONDS_MAX } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

const PER_ORDER_MAX = 1_000;
const within = z.int().min(1).max(WITHIN_SECONDS_MAX);

/** Everything that a SKU is, with the defaults of the design. Orders that are there keep the terms they were made under. */
export const skuSettings = z.strictObject({
  name: z.strictObject({ 'zh-CN': text, en: text }),
  price: money,
  delivery: z.literal('auto').default('auto'),
  reserve: z.enum(['AT_SUBMIT', 'AT_PAYMENT']).default('AT_PAYMENT'),
  partial: z.enum(['WAIT', 'SPLIT']).default('WAIT'),
  compensation: z.enum(['REFUND', 'REISSUE', 'REVIEW']).default('REFUND'),
  onDoubt: z.enum(['WAIT', 'REROUTE']).default('WAIT'),
  sources: z
    .array(z.strictObject({ kind: z.literal('POOL') }))
    .min(1)
    .max(1)
    .default([{ kind: 'POOL' }]),
  payWithinSeconds: within.default(900),
  deliverWithinSeconds: within.default(1_800),
  maxPerOrder: z.int().min(1).max(PER_ORDER_MAX).default(10),
  oversell: z.boolean().default(false),
  reusable: z.boolean().default(false),
  oneOpenOrderPerBuyer: z.boolean().default(false),
  fields: z
    .array(id)
    .max(NAMES_MAX)
    .refine((names) => new Set(names).size === names.length, 'a name stands twice')
    .default([]),
});

export class ConfigureSku extends Command<SettingResult> {
  static readonly operation = 'configureSku';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, skuId: catalogId, settings: skuSettings });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ConfigureSku.input>,
  ) {
    super();
  }
}

@CommandHandler(ConfigureSku)
export class ConfigureSkuHandler implements ICommandHandler<ConfigureSku> {
  constructor(private readonly desk: SettingDesk) {}

  execute({ caller, input }: ConfigureSku): Promise<SettingResult> {
    return this.desk.run(ConfigureSku, caller, input, aggregates.sku, input.skuId, { type: 'Configure', settings: input.settings });
  }
}
