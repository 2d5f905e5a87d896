import { z } from 'zod';
import type { Caller, Rights } from '../../caller';
import { requireRole } from '../../authorise';
import { refuse } from '../../refusals';
import { Command, type CommandHandler } from '../command';
import { id, ofStaff } from '../input';
import type { OrderDesk } from '../order-desk';
import type { OrderResult } from '../result';

/** Takes an order, or gives it to somebody: people at the desk see whose it is. Whoever only takes one takes it from nobody. */
export class AssignOrder extends Command<OrderResult> {
  static readonly operation = 'assignOrder';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofStaff, assignee: id.optional() });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof AssignOrder.input>,
  ) {
    super();
  }
}

export class AssignOrderHandler implements CommandHandler<AssignOrder> {
  readonly command = AssignOrder;
  constructor(
    private readonly desk: OrderDesk,
    /** Whether a person of the shop may go by this id. */
    private readonly isAtTheDesk: (actorId: string) => boolean,
  ) {}

  async execute({ caller, input }: AssignOrder): Promise<OrderResult> {
    const { assignee = caller.actor.id } = input;
    if (input.assignee !== undefined && !this.isAtTheDesk(assignee)) {
      requireRole(AssignOrder, caller);
      return { ok: false, refusal: refuse('ASSIGNEE_NOT_FOUND', { field: ['assignee'], details: { assignee } }) };
    }
    return this.desk.run(AssignOrder, caller, input, { type: 'AssignOrder', assignee, over: input.assignee !== undefined });
  }
}
