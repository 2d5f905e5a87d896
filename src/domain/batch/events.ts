import type { Money } from '../kernel/money';

/** What a delivery of cards came with; each card of it has these unless its own row says otherwise. */
export interface BatchTerms {
  /** Who delivered it, for people and for the books. */
  readonly supplier?: string;
  /** What one card cost. */
  readonly cost?: Money;
  /** When its cards stop working. ISO-8601 UTC. */
  readonly expiresAt?: string;
}

interface Tally {
  readonly skuId: string;
  readonly rows: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
}

/** An import of cards. These names and shapes are stored for ever; counts are of rows, never their text. */
export type BatchEvent =
  | {
      readonly type: 'BatchOpened';
      readonly data: { readonly skuId: string; readonly source: string; readonly contentHash?: string } & BatchTerms;
    }
  | { readonly type: 'BatchProgressed'; readonly data: Tally }
  | { readonly type: 'BatchClosed'; readonly data: Tally };
