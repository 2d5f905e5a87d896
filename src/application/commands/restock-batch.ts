import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import type { BatchDesk, BatchResult } from './batch-desk';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';

/** Puts the cards of a delivery that a person has quarantined on sale again. */
export class RestockBatch extends Command<BatchResult> {
  static readonly operation = 'restockBatch';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, batchId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof RestockBatch.input>,
  ) {
    super();
  }
}

export class RestockBatchHandler implements CommandHandler<RestockBatch> {
  readonly command = RestockBatch;
  constructor(private readonly desk: BatchDesk) {}

  execute({ caller, input }: RestockBatch): Promise<BatchResult> {
    return this.desk.run(RestockBatch, caller, input, { from: ['QUARANTINED'], command: (at) => ({ type: 'RestockCard', at }) });
  }
}
