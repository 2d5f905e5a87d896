import type { Rejection } from '../kernel/rejection';
import type { Instant } from '../kernel/time';
import type { Grant } from './intent';
import type { ChannelCommand, HandInCommand, PurchaseEngineCommand } from './purchase-commands';
import type {
  CloseCause,
  ComplaintAbout,
  ComplaintOutcome,
  OrderSubmitted,
  PaymentCall,
  PaymentMethod,
  RefundCause,
  ReportedStatus,
  RetryStep,
  ReviewSubject,
} from './events';

/** What a gateway said about one payment, in the domain's words. Amounts in minor units. */
export interface PaymentReport {
  readonly status: ReportedStatus;
  readonly merchantId: string;
  readonly amountMinor: number;
  readonly capturedMinor: number;
  readonly currency: string;
  readonly payUrl?: string;
  readonly qrText?: string;
  readonly transactionId?: string;
  readonly reason?: string;
}

/** How one sending ended. A refusal or "not done" counts only when no earlier sending of the same id is unknown (`first`). */
export type PaymentAnswer =
  | { readonly kind: 'REPORTED'; readonly report: PaymentReport }
  | { readonly kind: 'REFUSED'; readonly code: string }
  | { readonly kind: 'NOT_DONE'; readonly code: string; readonly retryAt: Instant }
  /** `final`: so long after the request that "never heard of it" counts as a no. */
  | { readonly kind: 'NOT_FOUND'; readonly final: boolean }
  | { readonly kind: 'UNKNOWN'; readonly cause: string };

export type RefundAnswer =
  | { readonly kind: 'REFUNDED' }
  | { readonly kind: 'PENDING' }
  /** `definite`: the gateway's status word, not only the refusal of one sending. */
  | { readonly kind: 'REFUSED'; readonly code: string; readonly definite: boolean }
  | { readonly kind: 'NOT_DONE'; readonly code: string; readonly retryAt: Instant }
  | { readonly kind: 'NOT_FOUND'; readonly final: boolean; readonly retryAt: Instant }
  | { readonly kind: 'UNKNOWN'; readonly cause: string };

export type BuyerCommand =
  | { readonly type: 'SubmitOrder'; readonly orderId: string; readonly order: OrderSubmitted }
  | { readonly type: 'RequestCancel' }
  | { readonly type: 'ChangePaymentMethod'; readonly payment: PaymentMethod; readonly gatewayCanCloseOrBeAsked: boolean }
  | { readonly type: 'RevealCards'; readonly at: Instant }
  | { readonly type: 'ReportCard'; readonly cardId: string; readonly problem: string }
  | { readonly type: 'OpenComplaint'; readonly about: ComplaintAbout; readonly text: string }
  | { readonly type: 'RotateAccessToken' }
  | { readonly type: 'ResendDelivery' };

export type GatewayCommand = {
  readonly type: 'RecordNotice';
  readonly reference: string;
  readonly gatewayId: string;
  readonly noticeId: string;
  readonly claimedStatus: ReportedStatus;
  readonly claimedCapturedMinor: number;
  readonly matched?: true;
};

/** How a person may answer a review. What it is about decides which of them are offered. */
export type ReviewChoice =
  | 'RETRY'
  | 'REISSUE'
  | 'REFUND'
  | 'CONFIRM_PAYMENT'
  | 'CONFIRM_SURPLUS'
  | 'NOT_PAID'
  | 'CONFIRM_REFUNDED'
  | 'NOT_REFUNDED'
  | 'REFUND_AGAIN'
  | 'WRITE_OFF'
  | 'UNFREEZE'
  | 'DISMISS';

/** What a person adds to a choice. */
export interface ReviewFacts {
  readonly at: Instant;
  /** Minor units. */
  readonly amountMinor?: number;
  readonly transactionId?: string;
}

/** What a person found out about a refund that no machine can ask about. */
export type RefundOutcome = 'REFUNDED' | 'NOT_REFUNDED';

export type PersonCommand =
  | HandInCommand
  | { readonly type: 'OrderRefund'; readonly reference?: string; readonly amountMinor?: number; readonly cardIds?: readonly string[] }
  | { readonly type: 'RetryOrder'; readonly at: Instant }
  | { readonly type: 'RerouteOrder' }
  | { readonly type: 'ReissueCard'; readonly cardId: string; readonly at: Instant }
  | { readonly type: 'ConfirmRefund'; readonly refundReference: string; readonly outcome: RefundOutcome }
  | {
      readonly type: 'ConfirmPayment';
      readonly reference: string;
      readonly capturedMinor?: number;
      readonly transactionId?: string;
      readonly at: Instant;
    }
  /** `transactionId`: of the second capture. Minor units; the amount asked for unless told. */
  | { readonly type: 'ConfirmSurplus'; readonly reference: string; readonly transactionId: string; readonly surplusMinor?: number }
  | { readonly type: 'FreezeOrder'; readonly cause: string }
  | { readonly type: 'UnfreezeOrder' }
  | { readonly type: 'ResolveReview'; readonly subject: ReviewSubject }
  | ({ readonly type: 'AnswerReview'; readonly subject: ReviewSubject; readonly choice: ReviewChoice } & ReviewFacts)
  | { readonly type: 'AddNote'; readonly text: string }
  /** `over`: also when somebody else has it. */
  | { readonly type: 'ResolveComplaint'; readonly subject: ReviewSubject; readonly outcome: ComplaintOutcome }
  | { readonly type: 'AssignOrder'; readonly assignee: string; readonly over: boolean }
  | { readonly type: 'UnassignOrder' }
  | { readonly type: 'TagOrder'; readonly tag: string }
  | { readonly type: 'UntagOrder'; readonly tag: string }
  /** `reader`: who looks, as the id of an actor. */
  | { readonly type: 'RevealFields'; readonly reader: string; readonly at: Instant }
  /** `hours`: how long the link is to open the order. */
  | { readonly type: 'ShareOrder'; readonly shareId: string; readonly hours: number; readonly at: Instant }
  | { readonly type: 'RevokeShare'; readonly shareId: string };

/** Whoever holds a link to the order opens it. */
export interface ShareCommand {
  readonly type: 'OpenShare';
  readonly shareId: string;
  readonly at: Instant;
}

/** The buyer of an order is to be forgotten. */
export interface EraseCommand {
  readonly type: 'EraseBuyer';
  /** Keys of the buyer up to this one are destroyed. */
  readonly generation: number;
  /** When the erasure was ordered: whoever orders later is somebody new. */
  readonly orderedAt: Instant;
  readonly at: Instant;
}

export type EngineCommand =
  | PurchaseEngineCommand
  | { readonly type: 'RouteOrder'; readonly lane: string; readonly policyVersion: string; readonly canary?: boolean; readonly why: string }
  | ({ readonly type: 'RequestPayment'; readonly merchantId: string; readonly notifyUrl: string } & Grant)
  | {
      readonly type: 'RecordPaymentAnswer';
      readonly call: PaymentCall;
      readonly reference: string;
      readonly answer: PaymentAnswer;
      readonly first: boolean;
      /** Events of the order that were known when the question was put; absent where nobody was asked. */
      readonly asOf?: number;
      /** When to ask next, if it is still open. */
      readonly nextCheckAt?: Instant;
      /** The notice that waits came so long before the question that an answer without its money counts. */
      readonly noticeIsOld?: true;
      readonly at: Instant;
    }
  /** There is no room for this retry before `to`. */
  | { readonly type: 'MoveRetry'; readonly step: RetryStep; readonly reference: string; readonly to: Instant }
  | ({ readonly type: 'RequestClose'; readonly reference: string; readonly cause: CloseCause } & Grant)
  | { readonly type: 'ReserveCards'; readonly cardIds: readonly string[]; readonly by: string }
  | { readonly type: 'SettleReservation'; readonly reservation: number; readonly lostCardId?: string }
  | { readonly type: 'GiveUpUndelivered' }
  | { readonly type: 'RecordReleased'; readonly cardIds: readonly string[] }
  | { readonly type: 'DeliverOrder' }
  | { readonly type: 'DeliverPart' }
  | { readonly type: 'ReissueOrder'; readonly at: Instant }
  | { readonly type: 'Compensate'; readonly reference: string; readonly cause: RefundCause }
  | ({ readonly type: 'RequestRefund'; readonly refundReference: string } & Grant)
  | {
      readonly type: 'RecordRefundAnswer';
      readonly refundReference: string;
      readonly answer: RefundAnswer;
      readonly first: boolean;
      /** Which sending was answered or asked about: a refund is sent again under its one reference. */
      readonly attempt: number;
      readonly nextCheckAt: Instant;
    }
  | { readonly type: 'CancelOrder'; readonly cause: 'REQUESTED' | 'OUT_OF_STOCK' }
  | { readonly type: 'ExpireOrder' }
  | { readonly type: 'FailOrder'; readonly cause: string }
  | { readonly type: 'OpenReview'; readonly subject: ReviewSubject; readonly cause: string };

export type OrderCommand = BuyerCommand | GatewayCommand | ChannelCommand | PersonCommand | EngineCommand | EraseCommand | ShareCommand;

export type OrderRejection = Rejection<
  | 'ORDER_NOT_FOUND'
  | 'ORDER_EXISTS'
  | 'ILLEGAL_STATE'
  | 'CANNOT_CANCEL_PAID_ORDER'
  | 'ORDER_FROZEN'
  | 'PAYMENT_NOT_FOUND'
  | 'PAYMENT_PAGE_OPEN'
  | 'REFUND_IN_PROGRESS'
  | 'REFUND_NOT_FOUND'
  | 'NOTHING_TO_REFUND'
  | 'AMOUNT_TOO_LARGE'
  | 'NOT_DELIVERED'
  | 'DONE_WITH_RECEIPT'
  | 'CARD_NOT_IN_ORDER'
  | 'CARDS_NOT_PAID_BY_IT'
  | 'CARD_NOT_REPORTED'
  | 'REISSUE_LIMIT_REACHED'
  | 'REFUND_NOT_IN_DOUBT'
  | 'REVIEW_NOT_FOUND'
  | 'REVIEW_NEEDS_ANSWER'
  | 'CHOICE_NOT_OFFERED'
  | 'NOT_PAID'
  | 'NOTHING_TO_RETRY'
  | 'NOTHING_TO_REROUTE'
  | 'NO_OTHER_SOURCE'
  | 'PAYMENT_ALREADY_CONFIRMED'
  | 'MORE_THAN_ASKED'
  | 'ORDER_TOO_LONG'
  | 'PURCHASE_NOT_FOUND'
  | 'PURCHASE_IN_DOUBT'
  | 'TOO_MANY_CARDS'
  | 'ASSIGNED_TO_ANOTHER'
  | 'COMPLAINT_OPEN'
  | 'COMPLAINT_NOT_FOUND'
  | 'TOO_MANY_COMPLAINTS'
  | 'TOO_MANY_TAGS'
  | 'TOO_MANY_SHARES'
  | 'SHARE_NOT_FOUND'
  | 'SHARE_OVER'
  | 'BUYER_ERASED'
  | 'BUYER_HAS_OPEN_ORDERS'
  | 'NO_FIELDS'
>;
