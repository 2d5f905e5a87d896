import type { z } from 'zod';
import type { Caller, Rights } from '../caller';
import type { BulkDesk, BulkResult } from './bulk-desk';
import { bulkInput } from './bulk-input';
import { Command, type CommandHandler } from './command';

/** Orders the money of many orders back, all that is left of each. */
export class BulkRefund extends Command<BulkResult> {
  static readonly operation = 'bulkRefund';
  static readonly rights: Rights = { roles: ['FINANCE', 'ADMIN'] };
  static readonly input = bulkInput;
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof BulkRefund.input>,
  ) {
    super();
  }
}

export class BulkRefundHandler implements CommandHandler<BulkRefund> {
  readonly command = BulkRefund;
  constructor(private readonly desk: BulkDesk) {}

  execute({ caller, input }: BulkRefund): Promise<BulkResult> {
    return this.desk.run(BulkRefund, caller, input, 'REFUND');
  }
}
