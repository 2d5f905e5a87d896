import { dayToClose, type DailyPolicy } from '../../domain/daily/due';
import type { Instant } from '../../domain/kernel/time';
import { aggregates, LEDGER } from '../aggregates';
import type { Caller } from '../caller';
import type { CommandHandling } from '../handle-command';
import type { DailyTask } from './run-daily-tasks';

/** Closes a day of the ledger; see `LedgerDesk`. The code of a refusal, or null. */
export type CloseOneDay = (caller: Caller, day: string, idempotencyKey: string) => Promise<string | null>;

export interface CloseDaysKit {
  readonly commands: CommandHandling;
  readonly close: CloseOneDay;
  readonly policy: DailyPolicy;
  readonly firstEventAt: () => Promise<Instant | null>;
}

/** A shop that comes back after a year closes the rest with its next looks. */
const DAYS_AT_ONCE_MAX = 31;

/** The shop itself, in the role that closes days. */
const SHOP: Caller = { role: 'FINANCE', clientId: 'daily', actor: { kind: 'ENGINE', id: 'daily' }, requestId: 'daily', locale: 'en' };

/** The day could not be closed; tried again. */
export class DayNotClosed extends Error {
  override readonly name = 'DayNotClosed';
  constructor(day: string, code: string) {
    super(`day ${day} of the ledger is not closed: ${code}`);
  }
}

/** Closes every day that is over, in order, each once: two who try meet at the revision of the one stream of days. */
export const closeDays = ({ commands, close, policy, firstEventAt }: CloseDaysKit): DailyTask => ({
  name: 'day_close',
  async run(now) {
    for (let closed = 0; closed < DAYS_AT_ONCE_MAX; closed++) {
      const { state } = await commands.load(aggregates.closing, LEDGER, true);
      const day = dayToClose(state, state.last === undefined ? await firstEventAt() : null, now, policy);
      if (day === null) return closed;
      const refused = await close(SHOP, day, `daily-close-${day}`);
      if (refused !== null) throw new DayNotClosed(day, refused);
    }
    return DAYS_AT_ONCE_MAX;
  },
});
