import { z } from 'zod';
import type { Caller, Rights } from '../../caller';
import { Command, type CommandHandler } from '../command';
import { id, ofStaff } from '../input';
import type { OrderDesk } from '../order-desk';
import type { OrderResult } from '../result';

/** Takes a link to an order back: from now on it opens nothing. */
export class RevokeOrderShare extends Command<OrderResult> {
  static readonly operation = 'revokeOrderShare';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofStaff, shareId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof RevokeOrderShare.input>,
  ) {
    super();
  }
}

export class RevokeOrderShareHandler implements CommandHandler<RevokeOrderShare> {
  readonly command = RevokeOrderShare;
  constructor(private readonly desk: OrderDesk) {}

  execute({ caller, input }: RevokeOrderShare): Promise<OrderResult> {
    return this.desk.run(RevokeOrderShare, caller, input, { type: 'RevokeShare', shareId: input.shareId });
  }
}
