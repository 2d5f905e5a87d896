import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import type { BatchDesk, BatchResult } from './batch-desk';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';

/** Takes every card of a delivery out of sale that no order holds; those that orders hold are listed. */
export class QuarantineBatch extends Command<BatchResult> {
  static readonly operation = 'quarantineBatch';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, batchId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof QuarantineBatch.input>,
  ) {
    super();
  }
}

export class QuarantineBatchHandler implements CommandHandler<QuarantineBatch> {
  readonly command = QuarantineBatch;
  constructor(private readonly desk: BatchDesk) {}

  execute({ caller, input }: QuarantineBatch): Promise<BatchResult> {
    return this.desk.run(QuarantineBatch, caller, input, { from: ['AVAILABLE'], command: () => ({ type: 'QuarantineCard', cause: 'PERSON' }) });
  }
}
