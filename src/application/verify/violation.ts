import type { Position } from '../../domain/kernel/event';

/** Something that must not be. Holds places, names and amounts, never the text of an event. */
export interface Violation {
  /**
   * store: the store's own account of a record or page · revision-gap · position-order · hash: an event is not what was chained ·
   * envelope: actor, cause, correlation or time is missing · schema · unreadable · claim: I2, I9 · reveal: I2 · money: I3 ·
   * continuation: I16 · checkpoint: not what was signed · purchase: I8, I9 of goods that were bought · log: streams and log disagree.
   */
  readonly kind:
    | 'store'
    | 'revision-gap'
    | 'position-order'
    | 'hash'
    | 'envelope'
    | 'schema'
    | 'unreadable'
    | 'claim'
    | 'reveal'
    | 'money'
    | 'continuation'
    | 'purchase'
    | 'checkpoint'
    | 'log';
  readonly stream?: string;
  readonly revision?: number;
  readonly position?: Position;
  /** The first field found to be wrong. */
  readonly field?: string;
  readonly message: string;
}

/** Minor units. charged − refunded = delivered + open. */
export interface CurrencyTotals {
  readonly charged: number;
  readonly refunded: number;
  readonly delivered: number;
  readonly open: number;
}

export interface VerifyReport {
  readonly checked: { readonly streams: number; readonly events: number; readonly cards: number; readonly orders: number };
  readonly violations: readonly Violation[];
  /** What was not checked, and why. */
  readonly skipped: readonly { readonly stream?: string; readonly why: string }[];
  /** By ISO-4217 code. */
  readonly money: Readonly<Record<string, CurrencyTotals>>;
}
