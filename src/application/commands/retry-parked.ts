import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, NAMES_MAX, reason } from './input';
import type { RepairDesk, RepairResult } from './repair-desk';

/** Reads streams again that a read model set aside, after what was wrong has been mended. */
export class RetryParked extends Command<RepairResult> {
  static readonly operation = 'retryParked';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({
    idempotencyKey,
    reason,
    projection: id,
    /** Only these; all that wait when absent. */
    streams: z.array(id).max(NAMES_MAX).optional(),
  });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof RetryParked.input>,
  ) {
    super();
  }
}

export class RetryParkedHandler implements CommandHandler<RetryParked> {
  readonly command = RetryParked;
  constructor(private readonly desk: RepairDesk) {}

  execute({ caller, input }: RetryParked): Promise<RepairResult> {
    const { projection, streams } = input;
    return this.desk.run(RetryParked, caller, input, { action: 'RETRY' }, () =>
      this.desk.projections.retry(projection, streams === undefined ? {} : { streams }),
    );
  }
}
