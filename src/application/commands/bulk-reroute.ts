import type { z } from 'zod';
import type { Caller, Rights } from '../caller';
import type { BulkDesk, BulkResult } from './bulk-desk';
import { bulkInput } from './bulk-input';
import { Command, type CommandHandler } from './command';

/** Sends many orders that wait at a channel elsewhere. */
export class BulkReroute extends Command<BulkResult> {
  static readonly operation = 'bulkReroute';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = bulkInput;
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof BulkReroute.input>,
  ) {
    super();
  }
}

export class BulkRerouteHandler implements CommandHandler<BulkReroute> {
  readonly command = BulkReroute;
  constructor(private readonly desk: BulkDesk) {}

  execute({ caller, input }: BulkReroute): Promise<BulkResult> {
    return this.desk.run(BulkReroute, caller, input, 'REROUTE');
  }
}
