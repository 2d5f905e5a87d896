import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import type { ApprovalDesk, ApprovalResult } from './approval-desk';
import { Command, type CommandHandler } from './command';
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

export class DeclineApprovalHandler implements CommandHandler<DeclineApproval> {
  readonly command = DeclineApproval;
  constructor(private readonly desk: ApprovalDesk) {}

  execute({ caller, input }: DeclineApproval): Promise<ApprovalResult> {
    return this.desk.run(DeclineApproval, caller, input, (at) => ({ type: 'Decline', by: caller.actor, at }));
  }
}
