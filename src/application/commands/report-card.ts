import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { ofBuyer, id, text } from './input';
import type { OrderDesk } from './order-desk';
import type { OrderResult } from './result';

/** A buyer says that a delivered card does not work; a person looks at it. */
export class ReportCard extends Command<OrderResult> {
  static readonly operation = 'reportCard';
  static readonly rights: Rights = { roles: ['BUYER', 'STOREFRONT', 'SUPPORT', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofBuyer, cardId: id, problem: text });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ReportCard.input>,
  ) {
    super();
  }
}

export class ReportCardHandler implements CommandHandler<ReportCard> {
  readonly command = ReportCard;
  constructor(private readonly desk: OrderDesk) {}

  execute({ caller, input }: ReportCard): Promise<OrderResult> {
    return this.desk.run(ReportCard, caller, input, { type: 'ReportCard', cardId: input.cardId, problem: input.problem });
  }
}
