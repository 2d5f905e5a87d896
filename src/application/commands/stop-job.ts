import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import type { BulkDesk, BulkResult } from './bulk-desk';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';

/** Stops a repair of many orders before its next order, a rotation of keys before its next cards, or buying ahead before its next purchase. What it has done stays done. */
export class StopJob extends Command<BulkResult> {
  static readonly operation = 'stopJob';
  static readonly rights: Rights = { roles: ['FINANCE', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, jobId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof StopJob.input>,
  ) {
    super();
  }
}

export class StopJobHandler implements CommandHandler<StopJob> {
  readonly command = StopJob;
  constructor(private readonly desk: BulkDesk) {}

  execute({ caller, input }: StopJob): Promise<BulkResult> {
    return this.desk.stop(StopJob, caller, input);
  }
}
