import type { Day } from '../closing/day';

/** Statements of gateways and channels that were held against the books. These names and shapes are stored for ever. */
export type StatementEvent = {
  readonly type: 'StatementReconciled';
  readonly data: {
    readonly side: 'gateway' | 'channel';
    readonly party: string;
    /** The day that it is of; of one that covers everything, the day on which it was made. */
    readonly day: Day;
    /** It covers all that was before as well. */
    readonly cumulative: boolean;
    /** Name of the file or address that it came from, without secrets. */
    readonly source: string;
    readonly contentHash: string;
    readonly lines: number;
    readonly matched: number;
    /** Differences that it showed, known before or not. */
    readonly differing: number;
    /** Differences that it showed to be none any more. */
    readonly settled: number;
    /** On this statement, but booked by us before its beginning or after its end: the one beside it does not have them. */
    readonly carried: readonly string[];
  };
};
