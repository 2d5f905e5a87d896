import { z } from 'zod';
import { aggregates } from '../../aggregates';
import type { Caller, Rights } from '../../caller';
import type { CommandHandling } from '../../handle-command';
import { Command, type CommandHandler } from '../command';
import { id, idempotencyKey, reason } from '../input';
import type { SettingResult } from '../result';
import type { SettingDesk } from '../setting-desk';

/** A block ends before its time. */
export class UnblockBuyer extends Command<SettingResult> {
  static readonly operation = 'unblockBuyer';
  static readonly rights: Rights = { roles: ['SUPPORT', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, blockId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof UnblockBuyer.input>,
  ) {
    super();
  }
}

export class UnblockBuyerHandler implements CommandHandler<UnblockBuyer> {
  readonly command = UnblockBuyer;
  constructor(
    private readonly desk: SettingDesk,
    private readonly commands: Pick<CommandHandling, 'clock'>,
  ) {}

  execute({ caller, input }: UnblockBuyer): Promise<SettingResult> {
    return this.desk.run(UnblockBuyer, caller, input, aggregates.block, input.blockId, { type: 'LiftBlock', at: this.commands.clock.now() });
  }
}
