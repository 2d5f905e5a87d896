import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { ofStaff } from './input';
import type { OrderDesk } from './order-desk';
import type { OrderResult } from './result';

/** From here on nothing happens to the order but what people do. */
export class FreezeOrder extends Command<OrderResult> {
  static readonly operation = 'freezeOrder';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofStaff });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof FreezeOrder.input>,
  ) {
    super();
  }
}

export class FreezeOrderHandler implements CommandHandler<FreezeOrder> {
  readonly command = FreezeOrder;
  constructor(private readonly desk: OrderDesk) {}

  execute({ caller, input }: FreezeOrder): Promise<OrderResult> {
    return this.desk.run(FreezeOrder, caller, input, { type: 'FreezeOrder', cause: 'PERSON' });
  }
}
