import type { Total } from '../ledger/posting';

/**
 * The days of the shop's ledger, in order, on one stream. These names and shapes are stored for ever. A day is closed in two steps:
 * the place of DayCloseOrdered in the log parts what belongs to it from what came too late, whatever store the log is in.
 */
export type ClosingEvent =
  | {
      readonly type: 'DayCloseOrdered';
      readonly data: {
        /** As the shop's clock has it: YYYY-MM-DD. */
        readonly day: string;
        /** IANA name of the time zone that the day was told by. */
        readonly timeZone: string;
        /** Where the day ended. ISO-8601 UTC. */
        readonly endsAt: string;
      };
    }
  | {
      readonly type: 'DayClosed';
      readonly data: {
        readonly day: string;
        readonly endsAt: string;
        /** Movements of the day by account, party and currency. */
        readonly totals: readonly Total[];
        readonly entries: number;
        /** Of these, the ones that happened on days closed before. */
        readonly late: number;
        /** Where DayCloseOrdered stood in the log when the day was added up. */
        readonly position: string;
      };
    };
