import type { Money } from '../kernel/money';
import type { Sealed } from '../kernel/sealed';
import type { Ranked } from '../routing/choice';
import type { TrialArm } from '../routing/policy';
import type { Intent } from './intent';

/**
 * Goods bought from issuing channels, or handed in by a person. These names and shapes are stored for ever. Costs are what the shop
 * pays, never what its buyer does.
 */

/** What a channel says a purchase is. COMPLETED, PARTIAL, REFUSED and CANCELLED are final; PENDING is "ask again". */
export type PurchaseWord = 'COMPLETED' | 'PARTIAL' | 'PENDING' | 'REFUSED' | 'CANCELLED';
/** STATUS: the channel's own word · REQUEST: it refused this one sending, which was the only one · NOT_DONE: it never arrived there. */
export type RefusalProof = 'STATUS' | 'REQUEST' | 'NOT_DONE';
export type CancelCause = 'IN_DOUBT' | 'OVERDUE' | 'UNWANTED' | 'REROUTE' | 'WRITTEN_OFF';
/** TERMS: the order was to be rerouted · NEVER_SEEN: the channel, asked late enough, never heard of it · PERSON: somebody decided so. */
export type WriteOffCause = 'TERMS' | 'NEVER_SEEN' | 'PERSON';
export type DisputeProblem = 'SAME_CARD_TWICE' | 'KNOWN_CODE' | 'MALFORMED_CARD' | 'MISSING_CARD' | 'OVER_PRICE' | 'OTHER_CURRENCY';

/** A card as it came in: its id is made from its code, its text is sealed as the card it will be. */
export interface ReceivedCard {
  readonly cardId: string;
  readonly fingerprint: string;
  readonly sealed: Sealed;
  /** From here on it is worth nothing. ISO-8601 UTC. */
  readonly expiresAt?: string;
}

/** Proof of what was done for the buyer where there is no code, e.g. of a top-up: sealed under the order. It stands for so many units. */
export interface Receipt {
  readonly units: number;
  readonly sealed: Sealed;
}

interface Goods {
  readonly requestId: string;
  readonly skuId: string;
  /** Under which the cards are claimed on their own streams. */
  readonly reservation: number;
  /** Those that no earlier answer has named; each once. */
  readonly cards: readonly ReceivedCard[];
  readonly receipt?: Receipt;
}

interface BoughtGoods extends Goods {
  readonly channelId: string;
  readonly unitCost: Money;
}

/** The policy that a purchase followed; `trial`: what was being tried at the time, and on which side of it the order was. */
export interface PolicyUsed {
  readonly version: string;
  readonly trial?: { readonly version: string; readonly arm: TrialArm };
}

/**
 * Why an order cannot buy at a channel now. GIVEN_UP: a purchase there was written off in this round, or a person sent the order elsewhere · NOT_YET: it failed there lately ·
 * PROBED_BY_OTHERS: it is being tried with a few orders, and this is none of them · MARGIN_TOO_LOW: its price would leave the shop too little ·
 * RETRY_BUDGET: so much was sent there again to no end that the next retry has to wait.
 * Stored for ever.
 */
export type WhyNot =
  | 'UNKNOWN_CHANNEL'
  | 'PAUSED'
  | 'DRAINING'
  | 'AWAY'
  | 'SOLD_OUT'
  | 'TOO_DEAR'
  | 'MARGIN_TOO_LOW'
  | 'OTHER_CURRENCY'
  | 'GIVEN_UP'
  | 'NOT_YET'
  | 'ISOLATED'
  | 'PROBED_BY_OTHERS'
  | 'BUSY'
  | 'RETRY_BUDGET';

/** A channel that is passed over, and why. Stored for ever. */
export interface PassedOver {
  readonly channelId: string;
  readonly product: string;
  readonly why: WhyNot;
  /** What one card costs there, where that is known. */
  readonly unitCost?: Money;
}

interface AboutPurchase {
  readonly requestId: string;
  readonly channelId: string;
}

export type PurchaseEvent =
  | {
      readonly type: 'PurchaseRequested';
      readonly data: Intent &
        AboutPurchase & {
          readonly attempt: number;
          readonly skuId: string;
          readonly product: string;
          readonly quantity: number;
          readonly maxUnitCost: Money;
          /** What the buyer filled in, sealed under the order. */
          readonly fields?: Sealed;
          readonly callbackUrl?: string;
          /** Where there was a choice: all channels that could be asked, best first, and why in that order. */
          readonly choice?: readonly Ranked[];
          /** Channels beside them that could not be asked, and why. */
          readonly passedOver?: readonly PassedOver[];
          /** By which policy; absent for the one that is built in. */
          readonly policy?: PolicyUsed;
        };
    }
  /** Nothing is bought: no channel is left, and at the price of one too little would be left of the order's own. */
  | {
      readonly type: 'PurchaseHeld';
      readonly data: { readonly skuId: string; readonly minMargin: Money; readonly channels: readonly PassedOver[] };
    }
  | { readonly type: 'PurchaseTimedOut'; readonly data: AboutPurchase & { readonly cause: string } }
  /** An answer that ends nothing: it is asked again, at `nextCheckAt` if that is set. */
  | {
      readonly type: 'PurchaseChecked';
      readonly data: AboutPurchase & { readonly status: PurchaseWord | 'NOT_FOUND'; readonly nextCheckAt?: string };
    }
  | {
      readonly type: 'PurchaseNoticeReceived';
      readonly data: AboutPurchase & { readonly noticeId: string; readonly claimedStatus: PurchaseWord };
    }
  /** From here on the channel is told to forget it, until it says what became of it. */
  | { readonly type: 'PurchaseCancelRequested'; readonly data: AboutPurchase & { readonly cause: CancelCause } }
  /** Stored before any card of it is: the cards are stocked on their own streams next. */
  | { readonly type: 'PurchaseCompleted'; readonly data: BoughtGoods }
  | { readonly type: 'PurchasePartlyCompleted'; readonly data: BoughtGoods }
  | {
      readonly type: 'PurchaseRefused';
      readonly data: AboutPurchase & { readonly skuId: string; readonly reason: string; readonly proof: RefusalProof };
    }
  | { readonly type: 'PurchaseCancelled'; readonly data: AboutPurchase & { readonly skuId: string; readonly reason?: string } }
  /** Nobody waits for it any more. What it may have cost is a risk until a definite answer comes after all. */
  | {
      readonly type: 'PurchaseWrittenOff';
      readonly data: AboutPurchase & { readonly skuId: string; readonly costAtRisk: Money; readonly cause: WriteOffCause };
    }
  /** To be claimed back from whoever sold it: so many cards, and what is asked for them. */
  | {
      readonly type: 'PurchaseDisputed';
      readonly data: {
        readonly requestId: string;
        readonly channelId?: string;
        readonly skuId: string;
        readonly problem: DisputeProblem;
        readonly cards: number;
        readonly amount?: Money;
        readonly cardIds: readonly string[];
      };
    }
  /** Cards that came when nobody wanted them any more: they are in the pool now, at their cost. */
  | {
      readonly type: 'SurplusStocked';
      readonly data: {
        readonly requestId: string;
        readonly channelId?: string;
        readonly skuId: string;
        readonly cardIds: readonly string[];
        readonly cost?: Money;
      };
    }
  /** A person delivers by hand: codes, or a receipt where there is no code. */
  | { readonly type: 'GoodsHandedIn'; readonly data: Goods };

export type PurchaseEventOf<T extends PurchaseEvent['type']> = Extract<PurchaseEvent, { readonly type: T }>;
