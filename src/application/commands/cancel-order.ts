import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { ofBuyer } from './input';
import type { OrderDesk } from './order-desk';
import type { OrderResult } from './result';

/** Answers when the wish is stored; the plan closes what is open and cancels, or finds money and returns it. */
export class CancelOrder extends Command<OrderResult> {
  static readonly operation = 'cancelOrder';
  static readonly rights: Rights = { roles: ['BUYER', 'STOREFRONT', 'SUPPORT', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofBuyer });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof CancelOrder.input>,
  ) {
    super();
  }
}

export class CancelOrderHandler implements CommandHandler<CancelOrder> {
  readonly command = CancelOrder;
  constructor(private readonly desk: OrderDesk) {}

  execute({ caller, input }: CancelOrder): Promise<OrderResult> {
    return this.desk.run(CancelOrder, caller, input, { type: 'RequestCancel' });
  }
}
