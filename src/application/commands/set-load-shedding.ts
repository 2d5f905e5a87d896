import { z } from 'zod';
import { SHEDDABLE } from '../../domain/shedding/events';
import { aggregates, LOAD_SHEDDING } from '../aggregates';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { idempotencyKey, reason } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

const things = z
  .array(z.enum(SHEDDABLE))
  .max(SHEDDABLE.length)
  .refine((list) => new Set(list).size === list.length, 'something stands twice');

/** What the shop does without under load: by itself in an order, or exactly what is named. */
export class SetLoadShedding extends Command<SettingResult> {
  static readonly operation = 'setLoadShedding';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({
    idempotencyKey,
    reason,
    mode: z.enum(['AUTO', 'MANUAL']),
    shed: things.optional(),
    order: things.optional(),
  });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof SetLoadShedding.input>,
  ) {
    super();
  }
}

export class SetLoadSheddingHandler implements CommandHandler<SetLoadShedding> {
  readonly command = SetLoadShedding;
  constructor(private readonly desk: SettingDesk) {}

  execute({ caller, input }: SetLoadShedding): Promise<SettingResult> {
    const { mode, shed = [], order = SHEDDABLE } = input;
    return this.desk.run(SetLoadShedding, caller, input, aggregates.loadShedding, LOAD_SHEDDING, { type: 'SetLoadShedding', mode, shed, order });
  }
}
