import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';
import type { RepairDesk, RepairResult } from './repair-desk';

/** Makes a read model anew from the log while the old rows serve. Its progress stands in `projections`. */
export class RebuildProjection extends Command<RepairResult> {
  static readonly operation = 'rebuildProjection';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, projection: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof RebuildProjection.input>,
  ) {
    super();
  }
}

export class RebuildProjectionHandler implements CommandHandler<RebuildProjection> {
  readonly command = RebuildProjection;
  constructor(private readonly desk: RepairDesk) {}

  execute({ caller, input }: RebuildProjection): Promise<RepairResult> {
    const { projections } = this.desk;
    return this.desk.run(RebuildProjection, caller, input, { action: 'REBUILD' }, async ({ generation }) => {
      // A repeated request begins no second build: one is under way, or has taken over already.
      const done = (await projections.serving(input.projection))?.number !== generation || (await projections.isRebuilding(input.projection));
      if (!done) await projections.rebuild(input.projection);
      return [];
    });
  }
}
