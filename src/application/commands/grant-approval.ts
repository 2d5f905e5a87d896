import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import type { ApprovalDesk, ApprovalResult } from './approval-desk';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';

/** The second person agrees. What was asked for may then be done, once, by whoever asked. */
export class GrantApproval extends Command<ApprovalResult> {
  static readonly operation = 'grantApproval';
  static readonly rights: Rights = { roles: ['FINANCE', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, approvalId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof GrantApproval.input>,
  ) {
    super();
  }
}

export class GrantApprovalHandler implements CommandHandler<GrantApproval> {
  readonly command = GrantApproval;
  constructor(private readonly desk: ApprovalDesk) {}

  execute({ caller, input }: GrantApproval): Promise<ApprovalResult> {
    return this.desk.run(GrantApproval, caller, input, (at) => ({ type: 'Grant', by: caller.actor, at }));
  }
}
