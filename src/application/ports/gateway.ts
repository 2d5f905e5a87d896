import type { CallAnswer, CallOptions, IncomingNotice, NoticeAcknowledgement, NoticeVerdict } from './outside-call';

export type { CallAnswer, CallOptions, IncomingNotice } from './outside-call';

/** What the gateway says a payment is. Amounts in integer minor units. */
export interface PaymentFacts {
  readonly reference: string;
  readonly merchantId: string;
  readonly status: 'OPEN' | 'PAID' | 'DECLINED' | 'CLOSED';
  readonly amountMinor: number;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  readonly currency: string;
  readonly payUrl?: string;
  readonly qrText?: string;
  readonly transactionId?: string;
  readonly paidAt?: string;
  readonly reason?: string;
}

export interface RefundFacts {
  readonly refundReference: string;
  readonly status: 'REFUNDED' | 'PENDING' | 'REFUSED';
  readonly reason?: string;
}

export interface PaymentRequest {
  readonly reference: string;
  readonly merchantId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly kind: 'redirect' | 'charge';
  readonly instrument?: string;
  readonly notifyUrl: string;
  readonly returnUrl?: string;
  readonly expiresAt: string;
}

/** What a gateway can do when an outcome is unknown; see "Doubt" in the domain. */
export interface GatewayFlags {
  /** The same reference with the same body returns the same payment. */
  readonly replay: boolean;
  /** Can be asked by our reference. */
  readonly lookup: boolean;
  /** Can be told to close a reference. One it never saw is closed too, or else stays "not found", and then a person ends the doubt. */
  readonly cancel: boolean;
}

/** A well-signed notice, read. A notice is a hint: nobody is credited before the gateway was asked. */
export interface GatewayNotice {
  readonly noticeId: string;
  readonly facts: PaymentFacts;
}

export type NoticeCheck = NoticeVerdict<GatewayNotice>;

/** One gateway account. Methods never reject: whatever happens outside is an answer. */
export interface PaymentGateway {
  readonly flags: GatewayFlags;
  /** How long after a request "never heard of it" must last before it counts. */
  readonly notFoundFinalAfterSeconds: number;
  readonly merchantId: string;
  request(payment: PaymentRequest, options: CallOptions): Promise<CallAnswer<PaymentFacts>>;
  query(reference: string, options: CallOptions): Promise<CallAnswer<PaymentFacts>>;
  close(reference: string, options: CallOptions): Promise<CallAnswer<PaymentFacts>>;
  refund(refund: { reference: string; refundReference: string; amountMinor: number }, options: CallOptions): Promise<CallAnswer<RefundFacts>>;
  queryRefund(refund: { reference: string; refundReference: string }, options: CallOptions): Promise<CallAnswer<RefundFacts>>;
  verifyNotice(notice: IncomingNotice): NoticeCheck;
  readonly noticeAccepted: NoticeAcknowledgement;
}

/** Finds the gateway by id as it is configured now; undefined when it is not (or no longer) there. */
export interface Gateways {
  find(gatewayId: string): PaymentGateway | undefined;
}
