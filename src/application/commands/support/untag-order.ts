import { z } from 'zod';
import type { Caller, Rights } from '../../caller';
import { Command, type CommandHandler } from '../command';
import { ofStaff, tag } from '../input';
import type { OrderDesk } from '../order-desk';
import type { OrderResult } from '../result';

/** Takes a tag off an order. */
export class UntagOrder extends Command<OrderResult> {
  static readonly operation = 'untagOrder';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofStaff, tag });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof UntagOrder.input>,
  ) {
    super();
  }
}

export class UntagOrderHandler implements CommandHandler<UntagOrder> {
  readonly command = UntagOrder;
  constructor(private readonly desk: OrderDesk) {}

  execute({ caller, input }: UntagOrder): Promise<OrderResult> {
    return this.desk.run(UntagOrder, caller, input, { type: 'UntagOrder', tag: input.tag });
  }
}
