import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { ofStaff } from './input';
import type { OrderDesk } from './order-desk';
import type { OrderResult } from './result';

/** A paid order without its cards gets its deliver-within time anew. */
export class RetryOrder extends Command<OrderResult> {
  static readonly operation = 'retryOrder';
  static readonly rights: Rights = { roles: ['SUPPORT', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofStaff });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof RetryOrder.input>,
  ) {
    super();
  }
}

export class RetryOrderHandler implements CommandHandler<RetryOrder> {
  readonly command = RetryOrder;
  constructor(private readonly desk: OrderDesk) {}

  execute({ caller, input }: RetryOrder): Promise<OrderResult> {
    return this.desk.run(RetryOrder, caller, input, (at) => ({ type: 'RetryOrder', at }));
  }
}
