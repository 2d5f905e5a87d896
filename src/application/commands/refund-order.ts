import { z } from 'zod';
import type { PersonCommand } from '../../domain/order/commands';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { amountMinor, id, NAMES_MAX, ofStaff } from './input';
import type { OrderDesk } from './order-desk';
import type { OrderResult } from './result';

/**
 * Orders money back: all that is left of the kept payment, or `amountMinor` of it (minor units). `reference` names another
 * payment of the order, `cardIds` the cards that a part takes back.
 */
export class RefundOrder extends Command<OrderResult> {
  static readonly operation = 'refundOrder';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'ADMIN'] };
  static readonly input = z.strictObject({
    ...ofStaff,
    amountMinor: amountMinor.optional(),
    reference: id.optional(),
    cardIds: z.array(id).max(NAMES_MAX).optional(),
  });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof RefundOrder.input>,
  ) {
    super();
  }
}

export class RefundOrderHandler implements CommandHandler<RefundOrder> {
  readonly command = RefundOrder;
  constructor(private readonly desk: OrderDesk) {}

  execute({ caller, input }: RefundOrder): Promise<OrderResult> {
    const command: PersonCommand = {
      type: 'OrderRefund',
      ...(input.amountMinor === undefined ? {} : { amountMinor: input.amountMinor }),
      ...(input.reference === undefined ? {} : { reference: input.reference }),
      ...(input.cardIds === undefined ? {} : { cardIds: input.cardIds }),
    };
    return this.desk.run(RefundOrder, caller, input, command);
  }
}
