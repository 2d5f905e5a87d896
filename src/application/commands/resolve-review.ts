import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { ofStaff, id } from './input';
import type { OrderDesk } from './order-desk';
import type { OrderResult } from './result';

/** A person has decided what waited for a person, under exactly this subject. */
export class ResolveReview extends Command<OrderResult> {
  static readonly operation = 'resolveReview';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofStaff, subject: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ResolveReview.input>,
  ) {
    super();
  }
}

@CommandHandler(ResolveReview)
export class ResolveReviewHandler implements ICommandHandler<ResolveReview> {
  constructor(private readonly desk: OrderDesk) {}

  execute({ caller, input }: ResolveReview): Promise<OrderResult> {
    return this.desk.run(ResolveReview, caller, input, { type: 'ResolveReview', subject: input.subject });
  }
}
