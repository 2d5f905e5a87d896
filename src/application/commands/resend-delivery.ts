import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { ofBuyer } from './input';
import type { OrderDesk } from './order-desk';
import type { OrderResult } from './result';

/** Tells the buyer once more that the order is delivered and where to see it. */
export class ResendDelivery extends Command<OrderResult> {
  static readonly operation = 'resendDelivery';
  static readonly rights: Rights = { roles: ['STOREFRONT', 'SUPPORT', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofBuyer });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ResendDelivery.input>,
  ) {
    super();
  }
}

export class ResendDeliveryHandler implements CommandHandler<ResendDelivery> {
  readonly command = ResendDelivery;
  constructor(private readonly desk: OrderDesk) {}

  execute({ caller, input }: ResendDelivery): Promise<OrderResult> {
    return this.desk.run(ResendDelivery, caller, input, { type: 'ResendDelivery' });
  }
}
