import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { id, ofStaff } from './input';
import type { OrderDesk } from './order-desk';
import type { OrderResult } from './result';

/** Another card for one that its buyer reported. The old one can no longer be viewed and never goes on sale again. */
export class ReissueCard extends Command<OrderResult> {
  static readonly operation = 'reissueCard';
  static readonly rights: Rights = { roles: ['SUPPORT', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofStaff, cardId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ReissueCard.input>,
  ) {
    super();
  }
}

export class ReissueCardHandler implements CommandHandler<ReissueCard> {
  readonly command = ReissueCard;
  constructor(private readonly desk: OrderDesk) {}

  execute({ caller, input }: ReissueCard): Promise<OrderResult> {
    return this.desk.run(ReissueCard, caller, input, (at) => ({ type: 'ReissueCard', cardId: input.cardId, at }));
  }
}
