import type { Day } from '../closing/day';
import type { ClaimKind } from '../ledger/claim';

/** What one side says of one payment, refund or purchase. Minor units. */
export interface Said {
  readonly amountMinor: number;
  /** Absent where a statement names none. */
  readonly currency?: string;
  /** Cards, and units of a receipt. */
  readonly units?: number;
}

/** NOT_BOOKED: on the statement only · NOT_ON_STATEMENT: in our books only · the others: both have it, and differ. */
export type DiscrepancyProblem = 'NOT_BOOKED' | 'NOT_ON_STATEMENT' | 'AMOUNT' | 'UNITS' | 'CURRENCY';

/** One thing on which the books and a statement differ. These names and shapes are stored for ever. */
export type DiscrepancyEvent =
  | {
      readonly type: 'DiscrepancyFound';
      readonly data: {
        /** The gateway or channel. */
        readonly party: string;
        readonly kind: ClaimKind;
        readonly reference: string;
        readonly problem: DiscrepancyProblem;
        readonly ours?: Said;
        readonly theirs?: Said;
        readonly day: Day;
        readonly statementId: string;
      };
    }
  /** A person knows why; it is watched further. */
  | { readonly type: 'DiscrepancyExplained'; readonly data: { readonly explanation: string } }
  /** MATCHED: both sides say the same by now · PERSON: somebody has put it right, or lives with it. */
  | { readonly type: 'DiscrepancySettled'; readonly data: { readonly cause: 'MATCHED' | 'PERSON'; readonly statementId?: string } };
