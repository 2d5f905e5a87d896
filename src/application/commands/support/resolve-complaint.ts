import { z } from 'zod';
import type { Caller, Rights } from '../../caller';
import { Command, type CommandHandler } from '../command';
import { id, ofStaff } from '../input';
import type { OrderDesk } from '../order-desk';
import type { OrderResult } from '../result';

/** A person says how a complaint came out; its review is over. */
export class ResolveComplaint extends Command<OrderResult> {
  static readonly operation = 'resolveComplaint';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofStaff, complaintId: id, outcome: z.enum(['UPHELD', 'REJECTED']) });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ResolveComplaint.input>,
  ) {
    super();
  }
}

export class ResolveComplaintHandler implements CommandHandler<ResolveComplaint> {
  readonly command = ResolveComplaint;
  constructor(private readonly desk: OrderDesk) {}

  execute({ caller, input }: ResolveComplaint): Promise<OrderResult> {
    const { complaintId, outcome } = input;
    return this.desk.run(ResolveComplaint, caller, input, { type: 'ResolveComplaint', subject: complaintId, outcome });
  }
}
