import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { refuse } from '../refusals';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';
import type { RepairDesk, RepairResult } from './repair-desk';

/** Streams that one read model sets aside at most, and one more. */
const PARKED_MAX = 1_001;

/** Gives up one event in one read model: its stream goes on behind it. The log keeps the event, and a rebuild meets it again. */
export class SkipParked extends Command<RepairResult> {
  static readonly operation = 'skipParked';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, projection: id, stream: id, revision: z.int().min(0) });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof SkipParked.input>,
  ) {
    super();
  }
}

export class SkipParkedHandler implements CommandHandler<SkipParked> {
  readonly command = SkipParked;
  constructor(private readonly desk: RepairDesk) {}

  async execute({ caller, input }: SkipParked): Promise<RepairResult> {
    const { projection, stream, revision } = input;
    let waited = true;
    const result = await this.desk.run(SkipParked, caller, input, { action: 'SKIP', stream, revision }, async () => {
      const parked = await this.desk.projections.parked(projection, PARKED_MAX);
      // Only the event that was looked at: the stream may wait at another one by now, or not at all.
      waited = parked.some((one) => one.stream === stream && one.revision === revision);
      return waited ? this.desk.projections.retry(projection, { streams: [stream], skipPoisoned: true }) : [];
    });
    return waited || !result.ok || result.replayed ? result : { ok: false, refusal: refuse('NOT_PARKED', { field: ['stream'] }) };
  }
}
