import type { BuyerTier } from '../buyer/tier';
import type { RiskSignal } from '../buyer/limits';
import type { Money } from '../kernel/money';
import type { Sealed } from '../kernel/sealed';
import type { Intent } from './intent';
import type { PurchaseEvent } from './purchase-events';

/**
 * These names and shapes are stored for ever. A new optional field keeps the version; any other change of shape raises the
 * schema version and brings an upcaster; a change of meaning is a new event. Times are ISO-8601 UTC text.
 */

/** REDIRECT: the buyer pays on a page of the gateway. CHARGE: the shop charges an instrument it already holds. */
export type PaymentKind = 'REDIRECT' | 'CHARGE';
export type ReservePolicy = 'AT_SUBMIT' | 'AT_PAYMENT';
export type PartialPolicy = 'WAIT' | 'SPLIT';
export type CompensationPolicy = 'REFUND' | 'REISSUE' | 'REVIEW';
export type DoubtPolicy = 'WAIT' | 'REROUTE';

/** Where cards for a SKU may come from, in order of preference. */
export type Source = { readonly kind: 'POOL' } | ChannelSource;

/** A channel, its own name of what it sells, and the most that one card may cost there. */
export interface ChannelSource {
  readonly kind: 'CHANNEL';
  readonly channelId: string;
  readonly product: string;
  readonly maxUnitCost: Money;
}

/** What was agreed at submit. Later changes of the SKU do not touch an order. */
export interface OrderTerms {
  readonly unitPrice: Money;
  readonly payWithinSeconds: number;
  readonly deliverWithinSeconds: number;
  readonly reserve: ReservePolicy;
  readonly partial: PartialPolicy;
  readonly compensation: CompensationPolicy;
  readonly onDoubt: DoubtPolicy;
  readonly oversell: boolean;
  readonly sources: readonly Source[];
  /** manual: a person hands it over; no source is drawn on. */
  readonly delivery?: 'manual';
  /** What each card bought from a channel must leave of its price. Absent: whatever the cap of the source leaves. */
  readonly minMargin?: Money;
}

export interface PaymentMethod {
  readonly gatewayId: string;
  readonly kind: PaymentKind;
  readonly returnUrl?: string;
  /** The stored instrument of a CHARGE, sealed under the order id. */
  readonly instrument?: Sealed;
}

export interface OrderSubmitted {
  readonly orderNumber: string;
  readonly clientId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly amount: Money;
  readonly terms: OrderTerms;
  readonly buyer: {
    readonly ref: string;
    readonly tier: BuyerTier;
    readonly contact?: Sealed;
    /** Keyed digests of each way to reach the buyer: support finds orders by a contact without anyone reading one. */
    readonly contactKeys?: readonly string[];
  };
  readonly fields?: Sealed;
  readonly payment: PaymentMethod;
  readonly checkoutId?: string;
  readonly admission: 'NOW' | 'LATER';
  /** LATER: its place in the line, as the time at which it enters. Nothing is done for it before. */
  readonly enterAt?: string;
  /** Keyed digests of where it was ordered from: nobody reads an address or a device from them. */
  readonly client?: { readonly addressKey?: string; readonly deviceKey?: string };
  /** What was worth a second look when it was submitted. It was let in all the same. */
  readonly risk?: readonly RiskSignal[];
  /** HMAC of the canonical input: tells a repeat from another request under the same key. */
  readonly requestFingerprint: string;
  readonly accessToken: { readonly keyVersion: number; readonly epoch: number };
  readonly locale: 'zh-CN' | 'en';
}

/** How a payment is known to be paid: our own authenticated question was answered, or a person vouches for it. */
export type PaymentEvidence = 'QUERY' | 'PERSON';
export type PaymentCall = 'request' | 'query' | 'close';
export type ReportedStatus = 'OPEN' | 'PAID' | 'DECLINED' | 'CLOSED';

export type CloseCause = 'EXPIRED' | 'CANCELLED' | 'METHOD_CHANGED' | 'DECLINED' | 'ENDED' | 'IN_DOUBT';
export type RefundCause = 'SURPLUS' | 'LATE' | 'CANCELLED' | 'DEADLINE' | 'PARTIAL' | 'PERSON';
/** TAKEN_BACK: delivered cards of a refund that is done. REPLACED: a reported card that gets another one. The others let go of what was never delivered. */
export type GiveUpCause = 'ENDED' | 'REFUNDED' | 'TAKEN_BACK' | 'REPLACED';
export type RetryStep = 'payment' | 'refund' | 'purchase';

/** DELIVERY: it did not come, or came late · PAYMENT: paid twice, or paid and not taken notice of · REFUND: money that did not come back. */
export type ComplaintAbout = 'DELIVERY' | 'PAYMENT' | 'REFUND' | 'OTHER';
/** UPHELD: the buyer was right · REJECTED: there is nothing in it. */
export type ComplaintOutcome = 'UPHELD' | 'REJECTED';

/** What a review is about; only its own answer closes it: `deadline`, `payment:<reference>`, `refund:<reference>`, `purchase:<requestId>`, `delivery`, `frozen`. */
export type ReviewSubject = string;

export type OrderEvent =
  | { readonly type: 'OrderSubmitted'; readonly data: OrderSubmitted }
  | {
      readonly type: 'OrderRouted';
      readonly data: {
        readonly skuId: string;
        readonly lane: string;
        readonly policyVersion: string;
        readonly canary: boolean;
        readonly why: string;
      };
    }
  | { readonly type: 'CancelRequested'; readonly data: { readonly skuId: string } }
  // Payment
  | {
      readonly type: 'PaymentRequested';
      readonly data: Intent & {
        readonly attempt: number;
        readonly reference: string;
        readonly gatewayId: string;
        readonly merchantId: string;
        readonly kind: PaymentKind;
        readonly amount: Money;
        readonly instrument?: Sealed;
        readonly notifyUrl: string;
        readonly returnUrl?: string;
        readonly expiresAt: string;
      };
    }
  | {
      readonly type: 'PaymentOpened';
      readonly data: {
        readonly reference: string;
        readonly gatewayId: string;
        readonly payUrl?: string;
        readonly qrText?: string;
        readonly nextCheckAt: string;
      };
    }
  | {
      readonly type: 'PaymentNoticeReceived';
      readonly data: {
        readonly reference: string;
        readonly gatewayId: string;
        readonly noticeId: string;
        readonly claimedStatus: ReportedStatus;
        readonly claimedCapturedMinor: number;
        /** A person bound a notice of the quarantine to this payment. */
        readonly matched?: true;
      };
    }
  | {
      readonly type: 'PaymentChecked';
      readonly data: {
        readonly reference: string;
        readonly gatewayId: string;
        readonly status: ReportedStatus | 'NOT_FOUND';
        readonly nextCheckAt?: string;
      };
    }
  | {
      readonly type: 'PaymentConfirmed';
      readonly data: {
        readonly reference: string;
        readonly gatewayId: string;
        readonly skuId: string;
        readonly quantity: number;
        readonly captured: Money;
        readonly evidence: PaymentEvidence;
        readonly transactionId?: string;
      };
    }
  | { readonly type: 'PaymentDeclined'; readonly data: { readonly reference: string; readonly gatewayId: string; readonly cause: string } }
  | {
      readonly type: 'PaymentTimedOut';
      readonly data: { readonly reference: string; readonly gatewayId: string; readonly call: PaymentCall; readonly cause: string };
    }
  | {
      readonly type: 'PaymentMismatched';
      readonly data: {
        readonly reference: string;
        readonly gatewayId: string;
        readonly field: 'merchantId' | 'amount' | 'captured' | 'currency';
        readonly expected: string;
        readonly reported: string;
        readonly captured: Money;
      };
    }
  | { readonly type: 'PaymentMethodChanged'; readonly data: { readonly payment: PaymentMethod; readonly closes?: string } }
  | { readonly type: 'PaymentMethodChangeDropped'; readonly data: { readonly reference: string; readonly payment: PaymentMethod } }
  | {
      readonly type: 'PaymentCloseRequested';
      readonly data: Intent & { readonly reference: string; readonly gatewayId: string; readonly cause: CloseCause };
    }
  | {
      readonly type: 'PaymentClosed';
      readonly data: { readonly reference: string; readonly gatewayId: string; readonly proof: 'CLOSED' | 'NEVER_SEEN' | 'NOT_DONE' | 'PERSON' };
    }
  | {
      readonly type: 'SurplusPaymentConfirmed';
      readonly data: {
        readonly reference: string;
        readonly gatewayId: string;
        readonly captured: Money;
        readonly evidence: PaymentEvidence;
        readonly transactionId?: string;
      };
    }
  | {
      /** A person found money that the gateway took once more on a payment that was confirmed before. */
      readonly type: 'PaymentCapturedAgain';
      readonly data: {
        readonly reference: string;
        readonly gatewayId: string;
        /** What was taken this time; it goes back. */
        readonly surplus: Money;
        /** Everything captured on this payment by now. */
        readonly captured: Money;
        readonly evidence: 'PERSON';
        readonly transactionId: string;
      };
    }
  | {
      readonly type: 'LatePaymentReceived';
      readonly data: {
        readonly reference: string;
        readonly gatewayId: string;
        readonly skuId: string;
        readonly quantity: number;
        readonly captured: Money;
        readonly evidence: PaymentEvidence;
        readonly transactionId?: string;
      };
    }
  // Retry
  | {
      readonly type: 'RetryScheduled';
      readonly data: {
        readonly step: RetryStep;
        readonly reference: string;
        readonly attempt: number;
        readonly dueAt: string;
        readonly cause: string;
      };
    }
  | PurchaseEvent
  // Cards
  | {
      readonly type: 'CardReserved';
      readonly data: { readonly skuId: string; readonly reservation: number; readonly cardIds: readonly string[]; readonly by: string };
    }
  | {
      readonly type: 'CardReservationLost';
      readonly data: { readonly skuId: string; readonly reservation: number; readonly lostCardId: string; readonly cardIds: readonly string[] };
    }
  | { readonly type: 'CardsSecured'; readonly data: { readonly skuId: string; readonly reservation: number; readonly cardIds: readonly string[] } }
  | {
      readonly type: 'CardsGivenUp';
      readonly data: {
        readonly skuId: string;
        readonly cardIds: readonly string[];
        readonly revealedCardIds: readonly string[];
        readonly cause: GiveUpCause;
      };
    }
  | { readonly type: 'CardsReleased'; readonly data: { readonly skuId: string; readonly cardIds: readonly string[] } }
  // Delivery
  | {
      readonly type: 'OrderDelivered';
      readonly data: {
        readonly skuId: string;
        /** Everything the buyer has from now on. */
        readonly cardIds: readonly string[];
        readonly partial: boolean;
        /** Units for which there is a receipt instead of a card. */
        readonly receiptUnits?: number;
        /** Of a further delivery: what is new in it. */
        readonly added?: readonly string[];
        /** Which new card stands for which reported one. */
        readonly replaces?: readonly { readonly cardId: string; readonly replaces: string }[];
      };
    }
  | { readonly type: 'CardsRevealed'; readonly data: { readonly cardIds: readonly string[]; readonly first: boolean } }
  | { readonly type: 'CardReported'; readonly data: { readonly cardId: string; readonly problem: string } }
  | {
      readonly type: 'ReissueOrdered';
      readonly data: {
        readonly round: number;
        readonly deliverBy: string;
        readonly cause: 'DEADLINE' | 'REPORTED';
        /** The reported card that gets another one. */
        readonly cardId?: string;
      };
    }
  | { readonly type: 'DeliveryResendRequested'; readonly data: { readonly cardIds: readonly string[] } }
  | { readonly type: 'AccessTokenRotated'; readonly data: { readonly epoch: number } }
  // Money back
  | {
      readonly type: 'RefundOrdered';
      readonly data: {
        readonly refund: number;
        readonly refundReference: string;
        readonly reference: string;
        readonly gatewayId: string;
        readonly amount: Money;
        readonly cause: RefundCause;
        readonly takesBack: readonly string[];
        readonly full: boolean;
      };
    }
  | {
      readonly type: 'RefundRequested';
      readonly data: Intent & {
        readonly refundReference: string;
        readonly reference: string;
        readonly gatewayId: string;
        readonly amount: Money;
        readonly attempt: number;
      };
    }
  | { readonly type: 'RefundTimedOut'; readonly data: { readonly refundReference: string; readonly gatewayId: string; readonly cause: string } }
  | {
      readonly type: 'RefundChecked';
      readonly data: {
        readonly refundReference: string;
        readonly gatewayId: string;
        readonly status: 'PENDING' | 'NOT_FOUND';
        readonly nextCheckAt: string;
      };
    }
  | {
      readonly type: 'RefundRefused';
      readonly data: {
        readonly refundReference: string;
        readonly gatewayId: string;
        readonly cause: string;
        /** Known from a person, where the gateway cannot be asked. */
        readonly evidence?: 'PERSON';
      };
    }
  | {
      readonly type: 'Compensated';
      readonly data:
        | {
            readonly method: 'REFUND';
            readonly skuId: string;
            readonly refundReference: string;
            readonly gatewayId: string;
            readonly amount: Money;
            readonly cause: RefundCause;
            readonly full: boolean;
            /** Known from a person, where the gateway cannot be asked. */
            readonly evidence?: 'PERSON';
          }
        | { readonly method: 'REISSUE'; readonly skuId: string };
    }
  // Ends
  | { readonly type: 'OrderCancelled'; readonly data: { readonly skuId: string; readonly cause: 'REQUESTED' | 'OUT_OF_STOCK' } }
  | { readonly type: 'OrderExpired'; readonly data: { readonly skuId: string } }
  | { readonly type: 'OrderFailed'; readonly data: { readonly skuId: string; readonly cause: string } }
  | {
      readonly type: 'OrderReopened';
      readonly data: { readonly skuId: string; readonly cause: 'LATE_PAYMENT' | 'PERSON'; readonly deliverBy: string };
    }
  // People
  | { readonly type: 'ReviewOpened'; readonly data: { readonly subject: ReviewSubject; readonly cause: string } }
  | { readonly type: 'ReviewResolved'; readonly data: { readonly subject: ReviewSubject; readonly resolution: 'ANSWERED' | 'PERSON' } }
  | { readonly type: 'OrderFrozen'; readonly data: { readonly cause: string } }
  | { readonly type: 'OrderUnfrozen'; readonly data: Record<string, never> }
  /** What the buyer is unhappy with, a single code apart: that is CardReported. The subject is `complaint:<n>`. */
  | {
      readonly type: 'ComplaintOpened';
      readonly data: { readonly subject: ReviewSubject; readonly about: ComplaintAbout; readonly text: string };
    }
  /** How a complaint came out: of the subject, which is that of its review. */
  | { readonly type: 'ComplaintResolved'; readonly data: { readonly subject: ReviewSubject; readonly outcome: ComplaintOutcome } }
  | { readonly type: 'NoteAdded'; readonly data: { readonly text: string } }
  /** The person at the desk whose order it is now, as the id of an actor. */
  | { readonly type: 'OrderAssigned'; readonly data: { readonly assignee: string } }
  | { readonly type: 'OrderUnassigned'; readonly data: Record<string, never> }
  | { readonly type: 'OrderTagged'; readonly data: { readonly tag: string } }
  | { readonly type: 'OrderUntagged'; readonly data: { readonly tag: string } }
  /** The order has forgotten its buyer. `contactKeys`: what it was found by until now. */
  | { readonly type: 'BuyerErased'; readonly data: { readonly skuId: string; readonly contactKeys: readonly string[] } }
  /** A person of the shop, as the id of an actor, was shown what the buyer had filled in. */
  | { readonly type: 'FieldsRevealed'; readonly data: { readonly reader: string } }
  /** There is a link that shows the order, redacted, to whoever holds it. */
  | { readonly type: 'OrderShared'; readonly data: { readonly shareId: string; readonly expiresAt: string } }
  /** Somebody opened it; looks of one hour are one opening, and only so many are kept. */
  | { readonly type: 'SharedOrderOpened'; readonly data: { readonly shareId: string; readonly opening: number } }
  | { readonly type: 'ShareRevoked'; readonly data: { readonly shareId: string } };

export type OrderEventOf<T extends OrderEvent['type']> = Extract<OrderEvent, { type: T }>;
export type OrderEventData<T extends OrderEvent['type']> = OrderEventOf<T>['data'];
