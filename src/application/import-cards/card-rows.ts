import type { CardState } from '../../domain/card/state';
import type { BatchCounts } from '../../domain/batch/decide';
import { cardIdFor } from '../../domain/kernel/ids';
import { fromIso, type Instant } from '../../domain/kernel/time';
import type { CardText } from '../card-text';
import type { Keyring } from '../ports/keyring';
import type { ImportRow, RowReason } from './rows';

/** Why a code is not new. `SOLD`: an order holds it or got it. `WITHDRAWN`: it is quarantined, voided or expired. */
export type DuplicateReason = 'DUPLICATE_IN_FILE' | 'DUPLICATE_IN_POOL' | 'DUPLICATE_SOLD' | 'DUPLICATE_WITHDRAWN';

/** A row that was not accepted. `fingerprint` names a code without telling it: equal codes have equal ones. */
export interface RowProblem {
  readonly row: number;
  readonly reason: RowReason | DuplicateReason;
  readonly fingerprint?: string;
}

/** A row that is a card, under the names that its code gives it. */
export interface CardRow {
  readonly row: number;
  readonly text: CardText;
  readonly cardId: string;
  readonly fingerprint: string;
}

export interface Naming {
  readonly skuId: string;
  readonly batchId: string;
  /** The same code may be sold more than once: each row is a card of its own. */
  readonly reusable: boolean;
  /** For rows that do not say when they expire. */
  readonly expiresAt?: string;
  /** Cards that expire up to here are not taken. */
  readonly expiredUpTo: Instant;
}

/** Names a row, or says why it is no card to sell. */
export function nameRow(keyring: Keyring, naming: Naming, row: ImportRow): CardRow | RowProblem {
  if (!('card' in row)) return row;
  const { skuId, batchId, reusable, expiredUpTo } = naming;
  const fingerprint = keyring.fingerprint(row.card.code, 'card');
  const expiresAt = row.card.expiresAt ?? naming.expiresAt;
  if (expiresAt !== undefined && fromIso(expiresAt) <= expiredUpTo) return { row: row.row, reason: 'EXPIRED', fingerprint };
  const cardId = reusable ? cardIdFor(skuId, fingerprint, `${batchId}:${row.row}`) : cardIdFor(skuId, fingerprint);
  const text = expiresAt === undefined ? row.card : { ...row.card, expiresAt };
  return { row: row.row, text, cardId, fingerprint };
}

/** Which duplicate a code is whose card stands there already. */
export function duplicateOf({ status, batchId }: CardState, ownBatchId: string): DuplicateReason {
  if (batchId === ownBatchId) return 'DUPLICATE_IN_FILE';
  if (status === 'CLAIMED') return 'DUPLICATE_SOLD';
  return status === 'AVAILABLE' ? 'DUPLICATE_IN_POOL' : 'DUPLICATE_WITHDRAWN';
}

export type ReasonCounts = Readonly<Partial<Record<RowProblem['reason'], number>>>;

export const noCounts: BatchCounts = { rows: 0, accepted: 0, duplicates: 0, rejected: 0 };

export const addCounts = (a: BatchCounts, b: BatchCounts): BatchCounts => ({
  rows: a.rows + b.rows,
  accepted: a.accepted + b.accepted,
  duplicates: a.duplicates + b.duplicates,
  rejected: a.rejected + b.rejected,
});

/** rows = accepted + duplicates + rejected, always. */
export function countsOf(rows: number, problems: readonly RowProblem[]): BatchCounts {
  const duplicates = problems.filter(({ reason }) => reason.startsWith('DUPLICATE')).length;
  return { rows, accepted: rows - problems.length, duplicates, rejected: problems.length - duplicates };
}

const PROBLEMS_KEPT_MAX = 1_000;

/** The problems of a run: the first of them with their rows, and how many there are of each kind. */
export class ProblemList {
  private readonly first: RowProblem[] = [];
  private readonly byReason = new Map<RowProblem['reason'], number>();

  add(problems: readonly RowProblem[]): void {
    for (const problem of problems) {
      if (this.first.length < PROBLEMS_KEPT_MAX) this.first.push(problem);
      this.byReason.set(problem.reason, (this.byReason.get(problem.reason) ?? 0) + 1);
    }
  }

  get kept(): readonly RowProblem[] {
    return this.first;
  }

  get counts(): ReasonCounts {
    return Object.fromEntries(this.byReason);
  }
}
