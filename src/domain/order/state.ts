import type { Money } from '../kernel/money';
import { fromIso, type Instant } from '../kernel/time';
import type {
  CloseCause,
  ComplaintAbout,
  ComplaintOutcome,
  OrderEventData,
  OrderSubmitted,
  PaymentMethod,
  RefundCause,
  ReviewSubject,
} from './events';
import type { OpenIntent } from './intent';
import type { ArrivingCard, HeldReceipt, Purchase } from './purchase';
import type { PassedOver } from './purchase-events';

/**
 * REQUESTED: intent without outcome · IN_DOUBT: the call's outcome is unknown · OPEN: the gateway waits for the buyer ·
 * NOT_DONE: definitely never arrived · MISMATCHED: money that does not fit the order. CLOSED and NOT_DONE are proven ends.
 */
export type PaymentStatus = 'REQUESTED' | 'IN_DOUBT' | 'OPEN' | 'PAID' | 'DECLINED' | 'CLOSED' | 'NOT_DONE' | 'MISMATCHED';

export interface Payment {
  readonly attempt: number;
  readonly reference: string;
  readonly gatewayId: string;
  readonly request: OrderEventData<'PaymentRequested'>;
  readonly status: PaymentStatus;
  /** When the request was first granted. */
  readonly requestedAt: Instant;
  /** Set while nobody has answered for the request. */
  readonly intent?: OpenIntent;
  /** Set from PaymentCloseRequested until a definite answer. */
  readonly closing?: OpenIntent & { readonly cause: CloseCause; readonly timedOut: boolean };
  readonly payUrl?: string;
  readonly qrText?: string;
  /** A notice says something that we have not asked about yet. */
  readonly noticePending: boolean;
  /** What the latest notice claims, when it came, and how many events of the order there were with it: an answer to an earlier question says nothing of it. */
  readonly notice?: { readonly capturedMinor: number; readonly event: number; readonly at: Instant };
  readonly nextCheckAt?: Instant;
  readonly checkedAt?: Instant;
  /** The gateway said it never heard of it, first at this time. Not yet a no. */
  readonly notFoundAt?: Instant;
  /** Everything known to be captured on it. */
  readonly captured?: Money;
  readonly confirmedAt?: Instant;
  readonly transactionId?: string;
  /** Of a kept payment: what was captured beyond what was asked for. Minor units. */
  readonly surplusMinor?: number;
  /** Captures after the first that a person found, each by the gateway's id of it. */
  readonly capturedAgain?: readonly string[];
  /** A person stands for the money, not the gateway. */
  readonly vouched?: true;
  /** The answer that held its page was lost: nobody can pay on it, so another one takes its place. */
  readonly pageLost?: true;
  /** Of the confirmed payments one is kept; every other goes back. */
  readonly role?: 'KEPT' | 'SURPLUS';
  readonly declinedFor?: string;
  /** Our own performer came too late to send it: that is no attempt. */
  readonly neverSent?: true;
}

/** ORDERED: decided, nothing sent · RETRY: definitely not done, to be sent again · PENDING: the gateway works on it. */
export type RefundStatus = 'ORDERED' | 'REQUESTED' | 'IN_DOUBT' | 'PENDING' | 'RETRY' | 'REFUSED' | 'DONE';

export interface Refund {
  readonly refund: number;
  readonly refundReference: string;
  readonly reference: string;
  readonly gatewayId: string;
  readonly amount: Money;
  readonly cause: RefundCause;
  readonly takesBack: readonly string[];
  readonly full: boolean;
  /** What of it comes off the price of the order; the rest gives back what had been taken too much. Minor units. */
  readonly ofPriceMinor: number;
  readonly status: RefundStatus;
  readonly attempts: number;
  /** Of these, what our own performer came too late to send: those are none. */
  readonly neverSent?: number;
  readonly orderedAt: Instant;
  readonly intent?: OpenIntent;
  /** When, and under which grant, it was last sent. */
  readonly requestedAt?: Instant;
  readonly sentBy?: string;
  readonly nextCheckAt?: Instant;
  /** Of the last sending: the gateway said it never heard of it. Not yet a no. */
  readonly notFoundAt?: Instant;
  readonly dueAt?: Instant;
  /** Why it is sent again, or later than planned. */
  readonly dueCause?: string;
}

export interface Reservation {
  readonly reservation: number;
  readonly cardIds: readonly string[];
}

/** A card that must hear, on its own stream, that this order lets it go. `reported`: it does not work, so nobody else may get it. */
export interface GivenUpCard {
  readonly cardId: string;
  readonly reservation: number;
  readonly revealed: boolean;
  readonly reported?: true;
}

/** A delivered card that did not work. Open until another one stands for it, or its price went back. */
export interface Replacement {
  readonly cardId: string;
  readonly newCardId?: string;
  readonly refunded?: true;
}

export type EndKind = 'DELIVERED' | 'PARTLY_DELIVERED' | 'CANCELLED' | 'DECLINED' | 'REFUNDED' | 'EXPIRED';

export interface OrderEnd {
  readonly kind: EndKind;
  readonly at: Instant;
  readonly cause?: string;
}

/** A complaint waits for a person under its subject. A card that is reported again is the same complaint, open anew. */
export interface Complaint {
  readonly subject: ReviewSubject;
  readonly about: ComplaintAbout | 'CODE';
  readonly openedAt: Instant;
  readonly resolvedAt?: Instant;
  readonly outcome?: ComplaintOutcome;
}

export interface OrderState {
  readonly orderId: string;
  readonly submitted?: OrderSubmitted;
  readonly submittedAt: Instant;
  readonly payBy: Instant;
  readonly lane?: string;
  readonly method?: PaymentMethod;
  /** A method change that waits for this reference to be closed. */
  readonly changing?: { readonly from: string; readonly at: Instant };
  readonly payments: readonly Payment[];
  readonly paymentRetry?: { readonly attempts: number; readonly dueAt: Instant; readonly cause: string };
  readonly paidAt?: Instant;
  readonly deliverBy?: Instant;
  /** Reserved and not yet settled: neither secured nor lost. */
  readonly reserving?: Reservation;
  readonly reservations: number;
  /** Cards this order holds, by the reservation that claimed them. */
  readonly held: readonly { readonly cardId: string; readonly reservation: number }[];
  readonly givenUp: readonly GivenUpCard[];
  /** Every purchase ever requested from a channel. */
  readonly purchases: readonly Purchase[];
  /** Since when it waits for a channel to sell at a price that leaves enough; gone once something is bought. */
  readonly margin?: { readonly heldAt: Instant; readonly channels: readonly PassedOver[] };
  /** Goods that were answered and are not yet on their own streams. */
  readonly arriving: readonly ArrivingCard[];
  readonly receipts: readonly HeldReceipt[];
  /** Goods that people handed in, counted. */
  readonly handIns: number;
  /** How often goods were looked for anew: attempts are counted within one round. */
  readonly sourceRound: number;
  readonly deliveredCardIds: readonly string[];
  readonly revealedCardIds: readonly string[];
  readonly firstViewedAt?: Instant;
  readonly lastViewedAt?: Instant;
  /** Who of the shop was the last to see what the buyer had filled in. */
  readonly fieldsSeen?: { readonly reader: string; readonly at: Instant };
  readonly reissueRounds: number;
  /** Delivered cards whose buyer says that they do not work. */
  readonly reported: readonly string[];
  readonly replacements: readonly Replacement[];
  /** Cards of the quantity that are settled in money. */
  readonly notOwed: number;
  readonly refunds: readonly Refund[];
  readonly cancelRequestedAt?: Instant;
  readonly end?: OrderEnd;
  /** The order was delivered at some time; a later refund does not undo that fact. */
  readonly deliveredAt?: Instant;
  readonly reopenedAt?: Instant;
  readonly frozen?: { readonly cause: string; readonly at: Instant };
  readonly reviews: readonly { readonly subject: ReviewSubject; readonly cause: string; readonly openedAt: Instant }[];
  /** Whatever the buyer complained of, reported cards among it; oldest first. */
  readonly complaints: readonly Complaint[];
  /** The person at the desk whose order it is, as the id of an actor. */
  readonly assignee?: string;
  /** By which people at the desk find it again, in the order in which they were given. */
  readonly tags: readonly string[];
  /** Links that show it to people outside. */
  readonly shares: readonly Share[];
  readonly tokenEpoch: number;
  /** Since when it does not know its buyer any more. */
  readonly erasedAt?: Instant;
  readonly lastEventAt: Instant;
  readonly events: number;
}

/** Every member that an order may lack. */
type NotYet = { readonly [Name in keyof OrderState as undefined extends OrderState[Name] ? Name : never]-?: undefined };

/**
 * Named all the same: a copy with other values is a hundred times cheaper for V8 than one with a member more, and orders that were copied
 * so share one shape, which is what reading them quickly depends on (decision 97).
 */
const notYet: NotYet = {
  submitted: undefined,
  lane: undefined,
  method: undefined,
  changing: undefined,
  paymentRetry: undefined,
  paidAt: undefined,
  deliverBy: undefined,
  reserving: undefined,
  margin: undefined,
  firstViewedAt: undefined,
  lastViewedAt: undefined,
  fieldsSeen: undefined,
  cancelRequestedAt: undefined,
  end: undefined,
  deliveredAt: undefined,
  reopenedAt: undefined,
  frozen: undefined,
  assignee: undefined,
  erasedAt: undefined,
};

export const noOrder: OrderState = {
  ...(notYet as object),
  orderId: '',
  submittedAt: 0,
  payBy: 0,
  payments: [],
  reservations: 0,
  held: [],
  givenUp: [],
  purchases: [],
  arriving: [],
  receipts: [],
  handIns: 0,
  sourceRound: 0,
  deliveredCardIds: [],
  revealedCardIds: [],
  reissueRounds: 0,
  reported: [],
  replacements: [],
  notOwed: 0,
  refunds: [],
  reviews: [],
  complaints: [],
  tags: [],
  shares: [],
  tokenEpoch: 0,
  lastEventAt: 0,
  events: 0,
};

/** A link that shows one order, redacted, to somebody outside. */
export interface Share {
  readonly shareId: string;
  readonly sharedAt: Instant;
  readonly expiresAt: Instant;
  readonly revokedAt?: Instant;
  /** Those that were kept: not every look is. */
  readonly openings: number;
  readonly firstOpenedAt?: Instant;
  readonly lastOpenedAt?: Instant;
}

/** The order exists: every question below is asked of such a state only. */
export interface SubmittedOrder extends OrderState {
  readonly submitted: OrderSubmitted;
  readonly method: PaymentMethod;
}

export const isSubmitted = (state: OrderState): state is SubmittedOrder => state.submitted !== undefined && state.method !== undefined;

/** When an order that had to wait enters; undefined when it entered at once. */
export const entersAt = ({ enterAt }: OrderSubmitted): Instant | undefined => (enterAt === undefined ? undefined : fromIso(enterAt));

export const findPayment = (state: OrderState, reference: string): Payment | undefined => state.payments.find((p) => p.reference === reference);
export const findRefund = (state: OrderState, refundReference: string): Refund | undefined =>
  state.refunds.find((r) => r.refundReference === refundReference);
export const latestPayment = (state: OrderState): Payment | undefined => state.payments.at(-1);
export const keptPayment = (state: OrderState): Payment | undefined => state.payments.find((p) => p.role === 'KEPT');

/** Nothing more can be captured on it, and that is proven. */
export const isProvenClosed = (payment: Payment): boolean => payment.status === 'CLOSED' || payment.status === 'NOT_DONE';

/** Its outcome is unknown: the request or the close has no definite answer. */
export const isInDoubt = (payment: Payment): boolean =>
  payment.status === 'REQUESTED' || payment.status === 'IN_DOUBT' || payment.closing !== undefined;

export const isRefundOpen = (refund: Refund): boolean => refund.status !== 'DONE' && refund.status !== 'REFUSED';
export const isRefundInDoubt = (refund: Refund): boolean =>
  refund.status === 'REQUESTED' || refund.status === 'IN_DOUBT' || refund.status === 'PENDING';

/** A refund of the whole kept payment is on its way: nothing is delivered or shown any more. */
export const fullRefundOpen = (state: OrderState): boolean => state.refunds.some((r) => r.full && isRefundOpen(r));

/** Nobody wants cards for it any more. */
export const lettingGo = (state: OrderState): boolean => state.end !== undefined || fullRefundOpen(state) || state.cancelRequestedAt !== undefined;

/** Cards that an open refund takes back may not be shown. */
export const isWithheld = (state: OrderState, cardId: string): boolean => state.refunds.some((r) => isRefundOpen(r) && r.takesBack.includes(cardId));

/** Reviews are named for the call or payment they are about. */
export const paymentSubject = (reference: string): ReviewSubject => `payment:${reference}`;
export const refundSubject = (reference: string): ReviewSubject => `refund:${reference}`;
export const cardSubject = (cardId: string): ReviewSubject => `card:${cardId}`;
export const inReview = (state: OrderState, subject: ReviewSubject): boolean => state.reviews.some((r) => r.subject === subject);

export const sumMinor = (amounts: readonly (Money | undefined)[]): number => amounts.reduce((sum, amount) => sum + (amount?.amountMinor ?? 0), 0);
/** Everything confirmed captured on any payment of the order, surplus included. Minor units. */
export const capturedMinor = (state: OrderState): number => sumMinor(state.payments.map((p) => p.captured));
/** Everything confirmed returned. Minor units. */
export const refundedMinor = (state: OrderState): number => sumMinor(state.refunds.filter((r) => r.status === 'DONE').map((r) => r.amount));
/** What may still be returned of one payment: captured less everything that was ordered back and not refused. Minor units. */
export function refundableMinor(state: OrderState, payment: Payment): number {
  const ordered = state.refunds.filter((r) => r.reference === payment.reference && r.status !== 'REFUSED').map((r) => r.amount);
  return (payment.captured?.amountMinor ?? 0) - sumMinor(ordered);
}

/** What was captured on it and is not ours: all of a second payment, or what a kept one took too much; less what was ordered back for that. Minor units. */
export function surplusMinor(state: OrderState, payment: Payment): number {
  if (payment.role === 'SURPLUS') return refundableMinor(state, payment);
  if (payment.surplusMinor === undefined) return 0;
  const ordered = state.refunds.filter((r) => r.reference === payment.reference && r.status !== 'REFUSED');
  const settled = ordered.reduce((sum, { amount, ofPriceMinor }) => sum + amount.amountMinor - ofPriceMinor, 0);
  return Math.max(0, Math.min(refundableMinor(state, payment), payment.surplusMinor - settled));
}

/** What its order keeps of it: what was asked for, less what came off that price. A part that was not delivered does so even where its refund was refused. Minor units. */
export function keptMinor({ end, refunds }: OrderState, { role, request, reference }: Payment): number {
  if (role !== 'KEPT' || end?.kind === 'REFUNDED') return 0;
  const off = refunds.filter((r) => r.reference === reference && (r.status !== 'REFUSED' || r.cause === 'PARTIAL'));
  const offMinor = off.reduce((sum, { ofPriceMinor }) => sum + ofPriceMinor, 0);
  return Math.max(0, request.amount.amountMinor - offMinor);
}

/** What lies there beyond what the order keeps, whoever has to send it back. Minor units. */
export const tooMuchMinor = (state: OrderState, payment: Payment): number => Math.max(0, refundableMinor(state, payment) - keptMinor(state, payment));

/**
 * What of a refund that is ordered now comes off the price of the order. What a person gives back settles first what was taken too much, and is
 * given of the price beyond that; what is named for cards is their price. Minor units.
 */
export function ofPriceMinor(state: OrderState, { reference, amount: { amountMinor }, cause, takesBack }: OrderEventData<'RefundOrdered'>): number {
  if (cause === 'SURPLUS') return 0;
  if (cause === 'PARTIAL') return amountMinor;
  const payment = findPayment(state, reference);
  if (payment?.role !== 'KEPT') return 0;
  const ofCards = takesBack.length * (state.submitted?.terms.unitPrice.amountMinor ?? 0);
  return Math.max(Math.min(amountMinor, ofCards), amountMinor - tooMuchMinor(state, payment));
}

/** Surplus to be ordered back now: nothing while a refund of the payment is open, or once one was refused: that is for people. */
export function surplusDueMinor(state: OrderState, payment: Payment): number {
  const stands = (r: Refund): boolean =>
    r.reference === payment.reference && (isRefundOpen(r) || (r.status === 'REFUSED' && (payment.role === 'SURPLUS' || r.cause === 'SURPLUS')));
  return state.refunds.some(stands) ? 0 : surplusMinor(state, payment);
}

/** Payments that were tried at a gateway; what a slow engine never sent does not use them up. */
export const paymentAttempts = (state: OrderState): number => state.payments.filter(({ neverSent }) => neverSent === undefined).length;

/** The same of a refund: how often it left this shop, the one under way included. */
export const refundAttempts = ({ attempts, neverSent = 0 }: Refund): number => attempts - neverSent;

/** Units for which the buyer gets a receipt instead of a card. */
export const receiptUnits = (state: OrderState): number => state.receipts.reduce((sum, { units }) => sum + units, 0);

/** Reported cards that neither another card nor money stands for yet. */
export const openReplacements = (state: OrderState): readonly Replacement[] =>
  state.replacements.filter(({ newCardId, refunded }) => newCardId === undefined && refunded === undefined);

/** Units that the order must have in cards or receipts, less those that money stands for. */
const unitsDue = (state: SubmittedOrder): number => state.submitted.quantity - state.notOwed;

/**
 * Units to be found besides those that are held, being claimed, or stood for by a receipt; none for a reported card whose price is on its way
 * back. Cards on their way in do not count.
 */
export function unitsOwed(state: SubmittedOrder): number {
  const goingBack = openReplacements(state).filter(({ cardId }) => isWithheld(state, cardId)).length;
  return unitsDue(state) - goingBack - state.held.length - (state.reserving?.cardIds.length ?? 0) - receiptUnits(state);
}

/** Cards to be found besides those as well that are on their way in. */
export const cardsMissing = (state: SubmittedOrder): number => unitsOwed(state) - Math.min(state.arriving.length, Math.max(0, unitsOwed(state)));

/** Cards of the shop's own stock may be taken for it. */
export const drawsOnPool = ({ submitted: { terms } }: SubmittedOrder): boolean =>
  terms.delivery !== 'manual' && terms.sources.some((source) => source.kind === 'POOL');

/** Everything is the order's own: nothing is missing, nothing is still being claimed. */
export const allSecured = (state: SubmittedOrder): boolean =>
  state.reserving === undefined && state.held.length + receiptUnits(state) >= unitsDue(state);
