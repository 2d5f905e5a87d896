import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import type { ApprovalDesk, ApprovalResult } from './approval-desk';
import { id, idempotencyKey, reason } from './input';

/** The second person says no, or whoever asked takes the request back. */
export class DeclineApproval extends Command<ApprovalResult> {
  static readonly operation = 'declineApproval';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, approvalId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof DeclineApproval.input>,
  ) {
    super();
  }
}

@CommandHandler(DeclineApproval)
export class DeclineApprovalHandler implements ICommandHandler<DeclineApproval> {
  constructor(private readonly desk: ApprovalDesk) {}

  execute({ caller, input }: DeclineApproval): Promise<ApprovalResult> {
    return this.desk.run(DeclineApproval, caller, input, (at) => ({ type: 'Decline', by: caller.actor, at }));
  }
}
