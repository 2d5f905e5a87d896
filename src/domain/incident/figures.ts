import type { ActorKind, Happened, StoredEvent } from '../kernel/event';
import { money, type Money } from '../kernel/money';
import { fromIso, MINUTE_MS, type Instant } from '../kernel/time';
import { order } from '../order/decide';
import type { OrderEvent } from '../order/events';
import { doubtsOf, owedMoney } from '../order/open-money';
import { RETRY_BUDGET } from '../order/retries';
import { openReviews } from '../order/reviews';
import { isSubmitted, type OrderState } from '../order/state';
import type { Counted, IncidentFigures, IncidentKind, IncidentSubject } from './events';

/** What led to an alarm happened before it. */
export const LEAD_MS = MINUTE_MS;
/** Different words that are kept. */
const WORDS_MAX = 20;
const PEOPLE: ReadonlySet<ActorKind> = new Set<ActorKind>(['SUPPORT', 'FINANCE', 'OPS', 'ADMIN', 'CLI']);

/** An order, and what stands in its stream. */
export interface OrderHistory {
  readonly state: OrderState;
  readonly events: readonly StoredEvent[];
}

const after = (colon: string): string => colon.slice(colon.indexOf(':') + 1);

/** Whether an order may belong to an incident that began at `from`, by its state. Of doubts that are over only its history knows: see `wasConcerned`. */
export function concerns({ kind, subject }: IncidentSubject, state: OrderState, from: Instant): boolean {
  if (!isSubmitted(state)) return false;
  const isLate = state.paidAt !== undefined && (state.deliveredAt === undefined || state.deliveredAt >= from);
  switch (kind) {
    case 'CHANNEL_ILL':
    case 'BALANCE_LOW':
      return state.purchases.some(({ channelId, requestedAt }) => channelId === subject && requestedAt >= from);
    case 'GATEWAY_ILL':
      return state.payments.some(({ gatewayId, requestedAt }) => gatewayId === subject && requestedAt >= from);
    case 'ORDERS_WAITING':
    case 'ORDERS_LATE':
      return isLate && (subject.startsWith('stock:') ? state.submitted.skuId === after(subject) : namesChannel(state, after(subject)));
    case 'ORDERS_FAILING':
      return state.submitted.skuId === subject && state.refunds.length > 0;
    case 'STOCK_GONE':
    case 'STOCK_LOW':
      return state.submitted.skuId === subject && isLate;
    case 'CALLS_IN_DOUBT':
      return hasCalled(state, subject);
    case 'REVIEWS_WAITING':
      return openReviews(state).length > 0;
  }
}

const isInDoubtOf = (state: OrderState, call: string): boolean => doubtsOf(state).some(({ kind }) => kind === call);

/** Whether such a call was ever made for it. */
function hasCalled(state: OrderState, call: string): boolean {
  if (call === 'purchase') return state.purchases.length > 0;
  return call === 'refund' ? state.refunds.length > 0 : state.payments.length > 0;
}

const TIMED_OUT: Readonly<Record<string, string>> = {
  payment: 'PaymentTimedOut',
  close: 'PaymentTimedOut',
  refund: 'RefundTimedOut',
  purchase: 'PurchaseTimedOut',
};

/**
 * GIVEN an order that may belong to an incident, and its history
 * WHEN  the incident is told of, also after it is over
 * THEN  an order whose call was in doubt at any time since then belongs to it, although it has long been settled
 */
export function wasConcerned({ kind, subject }: IncidentSubject, { state, events }: OrderHistory, from: Instant): boolean {
  if (kind !== 'CALLS_IN_DOUBT' || isInDoubtOf(state, subject)) return true;
  const isDoubt = (event: StoredEvent): boolean => {
    const fact = event as unknown as OrderEvent;
    return fact.type === TIMED_OUT[subject] && (fact.type !== 'PaymentTimedOut' || (fact.data.call === 'close') === (subject === 'close'));
  };
  if (events.some((event) => isDoubt(event) && fromIso(event.occurredAt) >= from)) return true;
  const before = events.filter(({ occurredAt }) => fromIso(occurredAt) < from);
  if (before.length === 0 || !before.some(isDoubt)) return false;
  const then = before.reduce((folded, event) => order.evolve(folded, event as unknown as Happened<OrderEvent>), order.initial(state.orderId));
  return isInDoubtOf(then, subject);
}

const ofChannel = (kind: IncidentKind): boolean => kind === 'CHANNEL_ILL' || kind === 'BALANCE_LOW';

const namesChannel = (state: OrderState, channelId: string): boolean =>
  isSubmitted(state) && state.submitted.terms.sources.some((source) => source.kind === 'CHANNEL' && source.channelId === channelId);

/** What went wrong, as one word; null for everything else, and for what another channel or gateway did. */
function causeOf({ kind, subject }: IncidentSubject, { type, data }: OrderEvent): string | null {
  const isOther =
    (ofChannel(kind) && 'channelId' in data && data.channelId !== subject) ||
    (kind === 'GATEWAY_ILL' && 'gatewayId' in data && data.gatewayId !== subject);
  if (isOther) return null;
  switch (type) {
    case 'PurchaseTimedOut':
    case 'PaymentTimedOut':
    case 'RefundTimedOut':
      return type;
    case 'PurchaseRefused':
      return `PurchaseRefused ${data.reason}`;
    case 'PaymentDeclined':
      return `PaymentDeclined ${data.cause}`;
    case 'ReviewOpened':
      return `ReviewOpened ${data.cause}`;
    default:
      return null;
  }
}

/** Goods of it came from elsewhere after the channel had failed it. */
function wentElsewhere({ kind, subject }: IncidentSubject, events: readonly OrderEvent[]): boolean {
  if (!ofChannel(kind)) return false;
  const failed = events.findIndex((event) => event.type.startsWith('Purchase') && 'channelId' in event.data && event.data.channelId === subject);
  return events.slice(failed + 1).some(({ type, data }) => type === 'CardReserved' || (type === 'PurchaseRequested' && data.channelId !== subject));
}

function listed(counts: ReadonlyMap<string, number>): readonly Counted[] {
  const all = [...counts].map(([what, count]) => ({ what: what.slice(0, 120), count }));
  return all.sort((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1)).slice(0, WORDS_MAX);
}

const add = (counts: Map<string, number>, word: string, by = 1): void => void counts.set(word, (counts.get(word) ?? 0) + by);
const moneyOf = (sums: ReadonlyMap<string, number>): readonly Money[] => [...sums].map(([currency, amountMinor]) => money(amountMinor, currency));

/** What the histories say of an incident that began at `from`. A pure fold: the same histories say the same. */
export function figuresOf(
  subject: IncidentSubject,
  histories: readonly OrderHistory[],
  from: Instant,
  { orders, truncated }: { readonly orders: number; readonly truncated: boolean },
): IncidentFigures {
  const [causes, people, amounts, owed] = [
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<string, number>(),
  ];
  const done = { diverted: 0, retries: 0, refundsOrdered: 0, refunded: 0, delivered: 0 };
  const left = { leftWaiting: 0, leftInDoubt: 0, leftInReview: 0 };
  for (const { state, events } of histories) {
    const recent = events.filter(({ occurredAt }) => fromIso(occurredAt) >= from);
    const facts = recent.map((event) => event as unknown as OrderEvent);
    for (const [at, fact] of facts.entries()) {
      const cause = causeOf(subject, fact);
      if (cause !== null) add(causes, cause);
      if (fact.type === 'RetryScheduled' && fact.data.cause !== RETRY_BUDGET) done.retries++;
      if (fact.type === 'RefundOrdered') done.refundsOrdered++;
      if (fact.type === 'Compensated' && fact.data.method === 'REFUND') done.refunded++;
      if (fact.type === 'OrderDelivered') done.delivered++;
      const actor = recent[at]?.metadata.actor.kind;
      if (actor !== undefined && PEOPLE.has(actor)) add(people, fact.type);
    }
    if (wentElsewhere(subject, facts)) done.diverted++;
    if (!isSubmitted(state)) continue;
    add(amounts, state.submitted.amount.currency, state.submitted.amount.amountMinor);
    if (state.paidAt !== undefined && state.deliveredAt === undefined && state.end === undefined) left.leftWaiting++;
    left.leftInDoubt += doubtsOf(state).length;
    if (openReviews(state).length > 0) left.leftInReview++;
    for (const { amount } of owedMoney(state)) add(owed, amount.currency, amount.amountMinor);
  }
  return {
    orders,
    amounts: moneyOf(amounts),
    causes: listed(causes),
    ...done,
    people: listed(people),
    ...left,
    leftOwed: moneyOf(owed),
    truncated,
  };
}
