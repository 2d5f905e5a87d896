import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { ofStaff } from './input';
import type { OrderDesk } from './order-desk';
import type { OrderResult } from './result';

/** The order goes on where it stood. */
export class UnfreezeOrder extends Command<OrderResult> {
  static readonly operation = 'unfreezeOrder';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofStaff });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof UnfreezeOrder.input>,
  ) {
    super();
  }
}

export class UnfreezeOrderHandler implements CommandHandler<UnfreezeOrder> {
  readonly command = UnfreezeOrder;
  constructor(private readonly desk: OrderDesk) {}

  execute({ caller, input }: UnfreezeOrder): Promise<OrderResult> {
    return this.desk.run(UnfreezeOrder, caller, input, { type: 'UnfreezeOrder' });
  }
}
