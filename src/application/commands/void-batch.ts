import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import type { BatchDesk, BatchResult } from './batch-desk';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';

/** Takes every card of a delivery out of sale for good that no order holds; those that orders hold are listed. */
export class VoidBatch extends Command<BatchResult> {
  static readonly operation = 'voidBatch';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, batchId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof VoidBatch.input>,
  ) {
    super();
  }
}

export class VoidBatchHandler implements CommandHandler<VoidBatch> {
  readonly command = VoidBatch;
  constructor(private readonly desk: BatchDesk) {}

  execute({ caller, input }: VoidBatch): Promise<BatchResult> {
    return this.desk.run(VoidBatch, caller, input, {
      from: ['AVAILABLE', 'QUARANTINED'],
      command: () => ({ type: 'VoidCard', cause: input.reason }),
    });
  }
}
