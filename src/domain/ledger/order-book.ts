import type { Money } from '../kernel/money';
import type { OrderEvent, OrderEventData } from '../order/events';
import type { PurchaseEvent } from '../order/purchase-events';
import { move, type Place, type Posting } from './posting';
import { atParty, type Claim } from './claim';

/** What the ledger remembers of one order. Amounts are minor units, by currency where buyers may have paid another one than was asked for. */
export interface OrderBook {
  readonly unitPriceMinor: number;
  readonly currency: string;
  readonly quantity: number;
  /** Units that the buyer has or had, and how much of their price is revenue. */
  readonly units: number;
  readonly earnedMinor: number;
  /** The payment that the order keeps. */
  readonly kept?: string;
  /** How much of the price went back: that is not earned by money that comes later. */
  readonly givenMinor: number;
  readonly buyerMoney: Amounts;
  /** Owed back, by payment reference. */
  readonly surplus: Amounts;
  /** Which payment each refund returns, and what of it comes off the price. */
  readonly refunds: Readonly<Record<string, { readonly reference: string; readonly ofPriceMinor: number }>>;
  /** Purchases that were written off, by request id: what they may cost. */
  readonly risks: Readonly<Record<string, Money>>;
  readonly claims: readonly Claim[];
}

type Amounts = Readonly<Record<string, number>>;

export interface Booked<B> {
  readonly book: B;
  readonly postings: readonly Posting[];
  readonly subject: string;
}

const SURPLUS: Place = { account: 'surplus' };
const BUYER_MONEY: Place = { account: 'buyerMoney' };
const plus = (amounts: Amounts, key: string, minor: number): Amounts => ({ ...amounts, [key]: (amounts[key] ?? 0) + minor });

/** Every type of event that means money, or says what later ones mean; others change no book. */
export const BOOKED_ORDER_EVENTS: ReadonlySet<OrderEvent['type']> = new Set<OrderEvent['type']>([
  'OrderSubmitted',
  'PaymentConfirmed',
  'SurplusPaymentConfirmed',
  'PaymentCapturedAgain',
  'LatePaymentReceived',
  'PaymentMismatched',
  'RefundOrdered',
  'Compensated',
  'OrderDelivered',
  'PurchaseCompleted',
  'PurchasePartlyCompleted',
  'PurchaseRefused',
  'PurchaseCancelled',
  'PurchaseWrittenOff',
  'PurchaseDisputed',
]);

function opened({ amount, quantity, terms }: OrderEventData<'OrderSubmitted'>): OrderBook {
  return {
    unitPriceMinor: terms.unitPrice.amountMinor,
    currency: amount.currency,
    quantity,
    units: 0,
    earnedMinor: 0,
    givenMinor: 0,
    buyerMoney: {},
    surplus: {},
    refunds: {},
    risks: {},
    claims: [],
  };
}

interface Captured {
  readonly reference: string;
  readonly gatewayId: string;
  /** Everything captured on this payment by now. */
  readonly captured: Money;
  readonly transactionId?: string;
}

/** Money came in: what of it was not booked before. A payment that was taken for the order's own and is none moves to what is owed back. */
function took(book: OrderBook, data: Captured, role: 'BUYER_MONEY' | 'SURPLUS', at: string): Booked<OrderBook> {
  const { reference, gatewayId, captured, transactionId } = data;
  const { currency } = captured;
  const seen = atParty(book.claims, 'PAYMENT', reference);
  const gateway: Place = { account: 'gateway', party: gatewayId };
  if (seen !== undefined && seen.currency !== currency) return tookOther(book, data, role, at, seen);
  const before = seen?.amountMinor ?? 0;
  const grown = captured.amountMinor - before;
  const claim: Claim = {
    kind: 'PAYMENT',
    party: gatewayId,
    reference,
    ...captured,
    at,
    ...(transactionId === undefined ? {} : { transactionId }),
  };
  const claims = [...book.claims.filter((one) => one !== seen), claim];
  if (role === 'BUYER_MONEY') {
    const buyerMoney = plus(book.buyerMoney, currency, grown);
    return { book: { ...book, buyerMoney, claims }, postings: move(gateway, BUYER_MONEY, { amountMinor: grown, currency }), subject: reference };
  }
  // What was booked of it before stands as the buyer's: it never was the order's.
  const misplaced = Math.max(0, before - returnedOf(book, reference) - (book.surplus[reference] ?? 0));
  const buyerMoney = misplaced === 0 ? book.buyerMoney : plus(book.buyerMoney, currency, -misplaced);
  const surplus = plus(book.surplus, reference, grown + misplaced);
  const postings = [...move(gateway, SURPLUS, { amountMinor: grown, currency }), ...move(BUYER_MONEY, SURPLUS, { amountMinor: misplaced, currency })];
  return { book: { ...book, buyerMoney, surplus, claims }, postings, subject: reference };
}

/** The gateway names another currency than before: what was booked of the payment is taken back, and what it says now is booked. */
function tookOther(book: OrderBook, data: Captured, role: 'BUYER_MONEY' | 'SURPLUS', at: string, seen: Claim): Booked<OrderBook> {
  const { amountMinor, currency, party } = seen;
  const without = { ...book, buyerMoney: plus(book.buyerMoney, currency, -amountMinor), claims: book.claims.filter((one) => one !== seen) };
  const taken = took(without, data, role, at);
  return { ...taken, postings: [...move(BUYER_MONEY, { account: 'gateway', party }, { amountMinor, currency }), ...taken.postings] };
}

/** What went back of one payment. */
const returnedOf = ({ claims, refunds }: OrderBook, reference: string): number =>
  claims.reduce((sum, claim) => sum + (claim.kind === 'REFUND' && refunds[claim.reference]?.reference === reference ? claim.amountMinor : 0), 0);

/** Of one payment more was taken than it was for: that much is owed back. */
function tookAgain(book: OrderBook, data: OrderEventData<'PaymentCapturedAgain'>, at: string): Booked<OrderBook> {
  const { reference, surplus } = data;
  const taken = took(book, data, 'BUYER_MONEY', at);
  return {
    book: {
      ...taken.book,
      buyerMoney: plus(taken.book.buyerMoney, surplus.currency, -surplus.amountMinor),
      surplus: plus(taken.book.surplus, reference, surplus.amountMinor),
    },
    postings: [...taken.postings, ...move(BUYER_MONEY, SURPLUS, surplus)],
    subject: reference,
  };
}

/**
 * What of a refund comes off the price, as the order itself reckons it: what a person gives back settles first what was taken too much,
 * what is named for cards is their price.
 */
function ordered(book: OrderBook, data: OrderEventData<'RefundOrdered'>): Booked<OrderBook> {
  const { refundReference, reference, amount, cause, takesBack } = data;
  const captured = atParty(book.claims, 'PAYMENT', reference)?.amountMinor ?? 0;
  const priceMinor = Math.max(0, book.unitPriceMinor * book.quantity - book.givenMinor);
  const tooMuch = reference === book.kept ? Math.max(0, captured - returnedOf(book, reference) - priceMinor) : Infinity;
  const ofCards = cause === 'PARTIAL' ? amount.amountMinor : Math.min(amount.amountMinor, takesBack.length * book.unitPriceMinor);
  const ofPriceMinor = cause === 'SURPLUS' ? 0 : Math.max(ofCards, amount.amountMinor - tooMuch);
  return { book: { ...book, refunds: { ...book.refunds, [refundReference]: { reference, ofPriceMinor } } }, postings: [], subject: refundReference };
}

/**
 * Money went back. What of it is no price comes from what was owed back; the price comes from what was not earned yet, and what is left of it
 * was revenue once and counts as given back after delivery.
 */
function gaveBack(book: OrderBook, data: OrderEventData<'Compensated'> & { method: 'REFUND' }, at: string): Booked<OrderBook> {
  const { refundReference, gatewayId, amount } = data;
  const { currency } = amount;
  const { reference, ofPriceMinor } = book.refunds[refundReference] ?? { reference: '', ofPriceMinor: amount.amountMinor };
  const upTo = (left: number, there = 0): number => Math.max(0, Math.min(left, there));
  const settled = amount.amountMinor - ofPriceMinor;
  const notEarned = book.unitPriceMinor * book.quantity - book.givenMinor - book.earnedMinor;
  const first = upTo(settled, book.surplus[reference]);
  const buyer = upTo(settled - first + upTo(ofPriceMinor, notEarned), book.buyerMoney[currency]);
  const surplus = first + upTo(amount.amountMinor - first - buyer, (book.surplus[reference] ?? 0) - first);
  const gateway: Place = { account: 'gateway', party: gatewayId };
  const postings = [
    ...move(SURPLUS, gateway, { amountMinor: surplus, currency }),
    ...move(BUYER_MONEY, gateway, { amountMinor: buyer, currency }),
    ...move({ account: 'refunds' }, gateway, { amountMinor: amount.amountMinor - surplus - buyer, currency }),
  ];
  const claim: Claim = { kind: 'REFUND', party: gatewayId, reference: refundReference, ...amount, at };
  return {
    book: {
      ...book,
      surplus: plus(book.surplus, reference, -surplus),
      buyerMoney: plus(book.buyerMoney, currency, -buyer),
      givenMinor: book.givenMinor + ofPriceMinor,
      claims: [...book.claims, claim],
    },
    postings,
    subject: refundReference,
  };
}

/** A channel sold: cards are on their way to their own streams, a receipt is used up at once. */
function bought(book: OrderBook, data: OrderEventData<'PurchaseCompleted'>, at: string): Booked<OrderBook> {
  const { requestId, channelId, cards, receipt, unitCost } = data;
  const { currency } = unitCost;
  const of = (units: number): Money => ({ amountMinor: units * unitCost.amountMinor, currency });
  const channel: Place = { account: 'channel', party: channelId };
  const units = cards.length + (receipt?.units ?? 0);
  const before = atParty(book.claims, 'PURCHASE', requestId);
  const claim: Claim = {
    kind: 'PURCHASE',
    party: channelId,
    reference: requestId,
    amountMinor: (before?.amountMinor ?? 0) + of(units).amountMinor,
    currency,
    units: (before?.units ?? 0) + units,
    unitMinor: unitCost.amountMinor,
    at,
    ...(before?.disputedMinor === undefined ? {} : { disputedMinor: before.disputedMinor }),
  };
  const settled = noRisk(book, requestId, channelId);
  return {
    book: { ...settled.book, claims: [...book.claims.filter((one) => one !== before), claim] },
    postings: [
      ...settled.postings,
      ...move({ account: 'transit', party: channelId }, channel, of(cards.length)),
      ...move({ account: 'cardCosts' }, channel, of(receipt?.units ?? 0)),
    ],
    subject: requestId,
  };
}

/** Its outcome is known: what it may have cost is no risk any more. */
function noRisk(book: OrderBook, requestId: string, channelId: string): Booked<OrderBook> {
  const { [requestId]: risk, ...risks } = book.risks;
  if (risk === undefined) return { book, postings: [], subject: requestId };
  const postings = move({ account: 'riskProvision', party: channelId }, { account: 'costAtRisk', party: channelId }, risk);
  return { book: { ...book, risks }, postings, subject: requestId };
}

function writtenOff(book: OrderBook, data: OrderEventData<'PurchaseWrittenOff'>): Booked<OrderBook> {
  const { requestId, channelId, costAtRisk } = data;
  const before = noRisk(book, requestId, channelId);
  const postings = move({ account: 'costAtRisk', party: channelId }, { account: 'riskProvision', party: channelId }, costAtRisk);
  return {
    book: { ...before.book, risks: { ...before.book.risks, [requestId]: costAtRisk } },
    postings: [...before.postings, ...postings],
    subject: requestId,
  };
}

/** Goods that never came, or came before, are claimed back. What was only too dear is a cost until it is paid back. */
function disputed(book: OrderBook, data: OrderEventData<'PurchaseDisputed'>): Booked<OrderBook> {
  const { requestId, channelId, problem, cards, amount } = data;
  const claim = atParty(book.claims, 'PURCHASE', requestId);
  const isTooDear = problem === 'OVER_PRICE' || problem === 'OTHER_CURRENCY';
  if (channelId === undefined || claim === undefined || isTooDear) return { book, postings: [], subject: requestId };
  const place: Place = { account: 'disputed', party: channelId };
  // A known code was counted among the cards that came; it never gets a stream of its own.
  if (problem === 'KNOWN_CODE') {
    const cost = { amountMinor: (claim.unitMinor ?? 0) * cards, currency: claim.currency };
    return { book, postings: move(place, { account: 'transit', party: channelId }, cost), subject: requestId };
  }
  if (amount === undefined) return { book, postings: [], subject: requestId };
  const changed: Claim = { ...claim, disputedMinor: (claim.disputedMinor ?? 0) + amount.amountMinor };
  return {
    book: { ...book, claims: book.claims.map((one) => (one === claim ? changed : one)) },
    postings: move(place, { account: 'channel', party: channelId }, amount),
    subject: requestId,
  };
}

/** What an event says of money that goes to a channel; nothing for all others. */
export function bookPurchaseEvent(book: OrderBook, event: OrderEvent | PurchaseEvent, at: string): Booked<OrderBook> {
  switch (event.type) {
    case 'PurchaseCompleted':
    case 'PurchasePartlyCompleted':
      return bought(book, event.data, at);
    case 'PurchaseRefused':
    case 'PurchaseCancelled':
      return noRisk(book, event.data.requestId, event.data.channelId);
    case 'PurchaseWrittenOff':
      return writtenOff(book, event.data);
    case 'PurchaseDisputed':
      return disputed(book, event.data);
    default:
      return { book, postings: [], subject: '' };
  }
}

function meaning(book: OrderBook, event: OrderEvent, at: string): Booked<OrderBook> {
  switch (event.type) {
    case 'PaymentConfirmed':
    case 'LatePaymentReceived':
      return took({ ...book, kept: event.data.reference }, event.data, 'BUYER_MONEY', at);
    case 'PaymentMismatched':
      return took(book, event.data, 'BUYER_MONEY', at);
    case 'SurplusPaymentConfirmed':
      return took(book, event.data, 'SURPLUS', at);
    case 'PaymentCapturedAgain':
      return tookAgain(book, event.data, at);
    case 'RefundOrdered':
      return ordered(book, event.data);
    case 'Compensated':
      return event.data.method === 'REFUND' ? gaveBack(book, event.data, at) : { book, postings: [], subject: '' };
    case 'OrderDelivered': {
      const units = Math.min(book.quantity, event.data.cardIds.length + (event.data.receiptUnits ?? 0));
      return { book: { ...book, units: Math.max(book.units, units) }, postings: [], subject: 'delivery' };
    }
    default:
      return bookPurchaseEvent(book, event, at);
  }
}

/** The price of what the buyer has is earned, as far as it was paid and nobody gave it back. */
function earn({ book, postings, subject }: Booked<OrderBook>): Booked<OrderBook> {
  const { currency, unitPriceMinor, quantity, units, earnedMinor, givenMinor, buyerMoney } = book;
  const priceMinor = Math.min(unitPriceMinor * units, unitPriceMinor * quantity - givenMinor);
  const due = Math.min(priceMinor - earnedMinor, buyerMoney[currency] ?? 0);
  if (due <= 0) return { book, postings, subject };
  return {
    book: { ...book, earnedMinor: earnedMinor + due, buyerMoney: plus(buyerMoney, currency, -due) },
    postings: [...postings, ...move(BUYER_MONEY, { account: 'revenue' }, { amountMinor: due, currency })],
    subject,
  };
}

/**
 * What one event of an order means in money. Throws when the order does not begin with its submission: such a stream is parked,
 * not guessed.
 */
export function bookOrderEvent(book: OrderBook | null, event: OrderEvent, occurredAt: string): Booked<OrderBook> {
  if (event.type === 'OrderSubmitted') return { book: opened(event.data), postings: [], subject: '' };
  if (book === null) throw new Error('the order does not begin with its submission');
  return earn(meaning(book, event, occurredAt));
}
