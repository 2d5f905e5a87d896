import type { Happened } from '../../domain/kernel/event';
import type { OrderEvent } from '../../domain/order/events';
import { phaseOf } from '../../domain/order/phase';
import { capturedMinor, refundedMinor } from '../../domain/order/state';
import { addChannels, type Bought, type ByChannel, channelFigures } from './channel-figures';
import type { World } from '../world/world';

/** What an owner asks about. Amounts in minor units of the shop's currency, times in milliseconds. */
export interface Figures {
  /** Orders by where they ended. */
  readonly ends: Readonly<Record<string, number>>;
  readonly inReview: number;
  /** Submits that were refused, by reason. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly chargedMinor: number;
  readonly refundedMinor: number;
  /** From submit to delivery, and from payment to delivery. */
  readonly submitToDeliveredMs: readonly number[];
  readonly paidToDeliveredMs: readonly number[];
  /** Refunds by cause. */
  readonly refunds: Readonly<Record<string, number>>;
  /** What went wrong on orders that were delivered all the same: how many had each. */
  readonly saved: Readonly<Record<string, number>>;
  /** Why orders were lost, of those whose buyer wanted them. */
  readonly lost: Readonly<Record<string, number>>;
  readonly channels: ByChannel;
}

export const noFigures: Figures = {
  ends: {},
  inReview: 0,
  refusals: {},
  chargedMinor: 0,
  refundedMinor: 0,
  submitToDeliveredMs: [],
  paidToDeliveredMs: [],
  refunds: {},
  saved: {},
  lost: {},
  channels: {},
};

type Counts = Record<string, number>;
const count = (counts: Counts, key: string, by = 1): void => void (counts[key] = (counts[key] ?? 0) + by);

/** Troubles that an order can survive, by the event that tells of them. */
const TROUBLES: Partial<Record<OrderEvent['type'], string>> = {
  PaymentTimedOut: 'a payment call timed out',
  RetryScheduled: 'a call had to be made again',
  RefundTimedOut: 'a refund call timed out',
  SurplusPaymentConfirmed: 'paid twice, the second payment returned',
  LatePaymentReceived: 'money came after the end',
  CardReservationLost: 'another order took the card first',
  PaymentMismatched: 'the money did not fit',
  ReissueOrdered: 'a second look for cards',
  PurchaseTimedOut: 'an upstream did not answer',
  PurchaseRefused: 'an upstream refused',
  PurchaseWrittenOff: 'a purchase was given up for another source',
  PurchaseDisputed: 'an upstream gave bad or too dear cards',
  ReviewOpened: 'a person had to look',
};

export function figuresOf(world: World): Figures {
  const [ends, refunds, saved, lost]: [Counts, Counts, Counts, Counts] = [{}, {}, {}, {}];
  const submitToDeliveredMs: number[] = [];
  const paidToDeliveredMs: number[] = [];
  let [inReview, charged, refunded] = [0, 0, 0];
  for (const [orderId, state] of world.watch.all()) {
    const phase = phaseOf(state);
    count(ends, phase);
    if (state.reviews.length > 0 || state.frozen !== undefined) inReview++;
    charged += capturedMinor(state);
    refunded += refundedMinor(state);
    for (const { cause, status } of state.refunds) if (status === 'DONE') count(refunds, cause);
    const events = world.log.read(`order-${orderId}`) as unknown as readonly Happened<OrderEvent>[];
    if (state.deliveredAt !== undefined) {
      submitToDeliveredMs.push(Math.round(state.deliveredAt - state.submittedAt));
      if (state.paidAt !== undefined) paidToDeliveredMs.push(Math.max(0, Math.round(state.deliveredAt - state.paidAt)));
      for (const trouble of new Set(events.flatMap(({ type }) => TROUBLES[type] ?? []))) count(saved, trouble);
    } else count(lost, reasonOf(events, phase));
  }
  return {
    ends,
    inReview,
    refusals: Object.fromEntries(world.inboxes.refusals),
    chargedMinor: charged,
    refundedMinor: refunded,
    submitToDeliveredMs,
    paidToDeliveredMs,
    refunds,
    saved,
    lost,
    channels: channelFigures(world.channels, boughtIn(world)),
  };
}

function* boughtIn({ watch, log }: World): Iterable<Bought> {
  for (const [orderId, state] of watch.all()) if (state.purchases.length > 0) yield { state, events: log.read(`order-${orderId}`) };
}

/** Why nothing was delivered, in an owner's words. */
function reasonOf(events: readonly Happened<OrderEvent>[], phase: string): string {
  const has = (type: OrderEvent['type']): boolean => events.some((event) => event.type === type);
  const cancelled = events.find((event) => event.type === 'OrderCancelled');
  if (cancelled?.type === 'OrderCancelled') return cancelled.data.cause === 'REQUESTED' ? 'the buyer cancelled' : 'out of stock before payment';
  if (phase === 'DECLINED') return has('RetryScheduled') ? 'the gateway could not be reached' : 'the payment was declined';
  if (phase === 'EXPIRED') return has('PaymentOpened') ? 'the buyer did not pay in time' : 'no payment page could be opened in time';
  if (phase === 'REFUNDED' && has('PurchaseRequested')) return 'no upstream could deliver in time: refunded';
  if (phase === 'REFUNDED') return 'no card in time, or taken back by a person: refunded';
  return `not ended: ${phase}`;
}

function addCounts(a: Readonly<Counts>, b: Readonly<Counts>): Counts {
  const both: Counts = { ...a };
  for (const [key, number] of Object.entries(b)) count(both, key, number);
  return both;
}

export const addFigures = (a: Figures, b: Figures): Figures => ({
  ends: addCounts(a.ends, b.ends),
  inReview: a.inReview + b.inReview,
  refusals: addCounts(a.refusals, b.refusals),
  chargedMinor: a.chargedMinor + b.chargedMinor,
  refundedMinor: a.refundedMinor + b.refundedMinor,
  submitToDeliveredMs: [...a.submitToDeliveredMs, ...b.submitToDeliveredMs],
  paidToDeliveredMs: [...a.paidToDeliveredMs, ...b.paidToDeliveredMs],
  refunds: addCounts(a.refunds, b.refunds),
  saved: addCounts(a.saved, b.saved),
  lost: addCounts(a.lost, b.lost),
  channels: addChannels(a.channels, b.channels),
});

/** The value below which such a share of all lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((x, y) => x - y);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
