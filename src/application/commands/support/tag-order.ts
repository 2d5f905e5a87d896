import { z } from 'zod';
import type { Caller, Rights } from '../../caller';
import { Command, type CommandHandler } from '../command';
import { ofStaff, tag } from '../input';
import type { OrderDesk } from '../order-desk';
import type { OrderResult } from '../result';

/** Puts a tag on an order, by which it is found again. */
export class TagOrder extends Command<OrderResult> {
  static readonly operation = 'tagOrder';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofStaff, tag });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof TagOrder.input>,
  ) {
    super();
  }
}

export class TagOrderHandler implements CommandHandler<TagOrder> {
  readonly command = TagOrder;
  constructor(private readonly desk: OrderDesk) {}

  execute({ caller, input }: TagOrder): Promise<OrderResult> {
    return this.desk.run(TagOrder, caller, input, { type: 'TagOrder', tag: input.tag });
  }
}
