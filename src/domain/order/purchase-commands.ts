import type { Sealed } from '../kernel/sealed';
import type { Instant } from '../kernel/time';
import type { Ranked } from '../routing/choice';
import type { Grant } from './intent';
import type { CancelCause, PassedOver, PolicyUsed, PurchaseWord, ReceivedCard, WriteOffCause } from './purchase-events';

/** What a channel said about one purchase, in the domain's words; everything secret in it is sealed. Amounts in minor units. */
export interface PurchaseReport {
  readonly status: PurchaseWord;
  /** As they were answered: the same card may stand there twice. */
  readonly cards: readonly ReceivedCard[];
  /** Entries that are no card. */
  readonly malformed: number;
  readonly receipt?: Sealed;
  readonly unitCostMinor: number;
  readonly currency: string;
  readonly reason?: string;
}

/** How one sending ended. A refusal or "not done" counts only when no earlier sending of the same id is unknown (`first`). */
export type PurchaseAnswer =
  | { readonly kind: 'REPORTED'; readonly report: PurchaseReport }
  | { readonly kind: 'REFUSED'; readonly code: string }
  | { readonly kind: 'NOT_DONE'; readonly code: string }
  /** `final`: so long after the last sending that "never heard of it" counts. */
  | { readonly kind: 'NOT_FOUND'; readonly final: boolean }
  | { readonly kind: 'UNKNOWN'; readonly cause: string };

/** What became of a card on its own stream. */
export interface StockedCards {
  /** This order's own. */
  readonly claimed: readonly string[];
  /** In the pool: nobody wanted them here any more. */
  readonly surplus: readonly string[];
  /** Codes that were known before: no goods. */
  readonly known: readonly string[];
}

export type PurchaseEngineCommand =
  | ({
      readonly type: 'RequestPurchase';
      readonly channelId: string;
      readonly product: string;
      readonly callbackUrl?: string;
      /** Where there was a choice: all that could be asked, best first. */
      readonly choice?: readonly Ranked[];
      /** Those beside them that could not. */
      readonly passedOver?: readonly PassedOver[];
      /** By which policy; absent for the one that is built in. */
      readonly policy?: PolicyUsed;
    } & Grant)
  | {
      readonly type: 'RecordPurchaseAnswer';
      readonly requestId: string;
      readonly answer: PurchaseAnswer;
      /** The answer to the one sending that the intent was granted for. */
      readonly first: boolean;
      /** When to ask next, if it goes on. */
      readonly nextCheckAt?: Instant;
      /** When the same channel may be asked for these goods anew, should it have refused; absent when it may not. */
      readonly retryAt?: Instant;
      readonly at: Instant;
    }
  | { readonly type: 'RequestPurchaseCancel'; readonly requestId: string; readonly cause: CancelCause }
  | { readonly type: 'HoldPurchase'; readonly channels: readonly PassedOver[] }
  | { readonly type: 'WriteOffPurchase'; readonly requestId: string; readonly cause: WriteOffCause }
  | ({ readonly type: 'SettleGoods'; readonly reservation: number } & StockedCards);

export type ChannelCommand = {
  readonly type: 'RecordPurchaseNotice';
  readonly requestId: string;
  readonly channelId: string;
  readonly noticeId: string;
  readonly claimedStatus: PurchaseWord;
};

/** A person hands over codes, each sealed as the card it will be, or a receipt for everything that is still owed. */
export type HandInCommand = { readonly type: 'DeliverManually'; readonly cards: readonly ReceivedCard[]; readonly receipt?: Sealed };
