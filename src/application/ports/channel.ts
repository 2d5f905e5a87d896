import type { CallAnswer, CallOptions, IncomingNotice, NoticeAcknowledgement, NoticeVerdict } from './outside-call';

/** One card as the channel hands it over: the code, what belongs to it, and until when it can be used (ISO-8601 UTC). Secret, all of it. */
export interface ChannelCard {
  readonly code: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly expiresAt?: string;
}

/**
 * What the channel says a purchase is. COMPLETED and PARTIAL are final and name the cards (a top-up has a receipt instead); REFUSED and
 * CANCELLED are final and name none; PENDING is "ask again". `unitCostMinor` is what one card cost, in minor units of `currency`; 0 where nothing was bought.
 */
export interface PurchaseFacts {
  readonly requestId: string;
  readonly status: 'COMPLETED' | 'PARTIAL' | 'PENDING' | 'REFUSED' | 'CANCELLED';
  readonly cards: readonly ChannelCard[];
  /** Entries of the answer that are no card (no code, or one that cannot be a code): they were paid for, do not count as delivered, and are disputed. */
  readonly malformedCards: number;
  readonly receipt?: string;
  readonly unitCostMinor: number;
  readonly currency: string;
  /** OUT_OF_STOCK, PRICE_CHANGED, BALANCE_LOW, or a word of the channel's own. */
  readonly reason?: string;
}

/** What a channel could sell of one product now; a hint, it may be gone a moment later. */
export interface StockFacts {
  readonly available: number;
  readonly unitCostMinor: number;
  readonly currency: string;
}

/** What is left of the money that the shop deposited with the channel. */
export interface BalanceFacts {
  readonly balanceMinor: number;
  readonly currency: string;
}

export interface PurchaseRequest {
  /** Ours: the same id with the same body is the same purchase. 1 to 64 of `[A-Za-z0-9._-]`. */
  readonly requestId: string;
  /** The channel's name of what it sells. */
  readonly product: string;
  readonly quantity: number;
  /** The channel refuses (PRICE_CHANGED) rather than sell above it. */
  readonly maxUnitCostMinor: number;
  readonly currency: string;
  /** What the buyer filled in for a top-up, by name. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly callbackUrl?: string;
}

/** What a channel can do when an outcome is unknown, and whether it may give fewer than asked; see "Doubt" in the domain. */
export interface ChannelFlags {
  /** The same id with the same body returns the same purchase. */
  readonly replay: boolean;
  /** Can be asked by our id. */
  readonly lookup: boolean;
  /** Can be told to forget an id, also one it never saw; answers what it became. */
  readonly cancel: boolean;
  readonly partialFill: boolean;
}

/** A well-signed notice, read. */
export interface ChannelNotice {
  readonly noticeId: string;
  readonly facts: PurchaseFacts;
}

/**
 * One account at one upstream. Methods never reject: whatever happens outside is an answer. A flag that is off makes its call answer
 * `refused NOT_SUPPORTED` without sending anything.
 */
export interface IssuingChannel {
  readonly flags: ChannelFlags;
  /** How long after a request "never heard of it" must last before it counts. */
  readonly notFoundFinalAfterSeconds: number;
  purchase(request: PurchaseRequest, options: CallOptions): Promise<CallAnswer<PurchaseFacts>>;
  query(requestId: string, options: CallOptions): Promise<CallAnswer<PurchaseFacts>>;
  cancel(requestId: string, options: CallOptions): Promise<CallAnswer<PurchaseFacts>>;
  stock(product: string, options: CallOptions): Promise<CallAnswer<StockFacts>>;
  balance(options: CallOptions): Promise<CallAnswer<BalanceFacts>>;
  verifyNotice(notice: IncomingNotice): NoticeVerdict<ChannelNotice>;
  readonly noticeAccepted: NoticeAcknowledgement;
}

/** Finds the channel by id as it is configured now; undefined when it is not (or no longer) there. */
export interface Channels {
  find(channelId: string): IssuingChannel | undefined;
}
