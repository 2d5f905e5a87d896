import type { ClaimKind } from '../../domain/ledger/claim';

/** One payment, refund or purchase as a gateway or channel says it happened. Minor units. */
export interface StatementLine {
  readonly kind: ClaimKind;
  /** Our own name of it: payment reference, refund reference or request id. */
  readonly reference: string;
  readonly amountMinor: number;
  readonly currency?: string;
  readonly units?: number;
  /** ISO-8601 UTC, where it says so. */
  readonly at?: string;
}

/** Lines come in chunks, no faster than they are taken. */
export type StatementLines = AsyncIterable<readonly StatementLine[]>;

/** A statement that cannot be read as a whole is not held against anything: what is left out would look like a difference. */
export class StatementUnreadable extends Error {
  override readonly name = 'StatementUnreadable';
}
