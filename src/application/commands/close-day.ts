import { z } from 'zod';
import { isDay } from '../../domain/closing/day';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { idempotencyKey, reason } from './input';
import type { CloseDayResult, LedgerDesk } from './ledger-desk';

/** A day of the shop's calendar: YYYY-MM-DD. */
export const ledgerDay = z.string().refine(isDay, 'must be a day, as YYYY-MM-DD');

/** Adds up a day of the ledger for good; what comes later belongs to the next open day. */
export class CloseDay extends Command<CloseDayResult> {
  static readonly operation = 'closeDay';
  static readonly rights: Rights = { roles: ['FINANCE', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, day: ledgerDay });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof CloseDay.input>,
  ) {
    super();
  }
}

export class CloseDayHandler implements CommandHandler<CloseDay> {
  readonly command = CloseDay;
  constructor(private readonly desk: LedgerDesk) {}

  execute({ caller, input }: CloseDay): Promise<CloseDayResult> {
    return this.desk.close(CloseDay, caller, input);
  }
}
