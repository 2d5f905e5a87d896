import type { z } from 'zod';
import type { Caller, Rights } from '../caller';
import type { BulkDesk, BulkResult } from './bulk-desk';
import { bulkInput } from './bulk-input';
import { Command, type CommandHandler } from './command';

/** Gives many paid orders without their cards their deliver-within time anew. */
export class BulkRetry extends Command<BulkResult> {
  static readonly operation = 'bulkRetry';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = bulkInput;
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof BulkRetry.input>,
  ) {
    super();
  }
}

export class BulkRetryHandler implements CommandHandler<BulkRetry> {
  readonly command = BulkRetry;
  constructor(private readonly desk: BulkDesk) {}

  execute({ caller, input }: BulkRetry): Promise<BulkResult> {
    return this.desk.run(BulkRetry, caller, input, 'RETRY');
  }
}
