import { z } from 'zod';
import type { Caller, Rights } from '../../caller';
import { Command, type CommandHandler } from '../command';
import { ofStaff } from '../input';
import type { OrderDesk } from '../order-desk';
import type { OrderResult } from '../result';

/** The order is nobody's again. */
export class UnassignOrder extends Command<OrderResult> {
  static readonly operation = 'unassignOrder';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofStaff });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof UnassignOrder.input>,
  ) {
    super();
  }
}

export class UnassignOrderHandler implements CommandHandler<UnassignOrder> {
  readonly command = UnassignOrder;
  constructor(private readonly desk: OrderDesk) {}

  execute({ caller, input }: UnassignOrder): Promise<OrderResult> {
    return this.desk.run(UnassignOrder, caller, input, { type: 'UnassignOrder' });
  }
}
