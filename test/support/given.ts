import type { Decider } from '../../src/domain/kernel/decider';
import type { DomainEvent } from '../../src/domain/kernel/event';
import { paymentReference, refundReference } from '../../src/domain/kernel/ids';
import { money } from '../../src/domain/kernel/money';
import { isRejection, type Rejection } from '../../src/domain/kernel/rejection';
import type { Sealed } from '../../src/domain/kernel/sealed';
import { MINUTE_MS, SECOND_MS, toIso, type Instant } from '../../src/domain/kernel/time';
import { order } from '../../src/domain/order/decide';
import type { OrderEvent, OrderEventData, OrderSubmitted, OrderTerms } from '../../src/domain/order/events';
import {
  planOrder,
  planRows,
  type Candidates,
  type ChannelView,
  type GatewayView,
  type Offer,
  type Planned,
  type World,
} from '../../src/domain/order/plan';
import { isSubmitted, type OrderState, type SubmittedOrder } from '../../src/domain/order/state';
import { defaultTiming } from '../../src/domain/order/timing';
import { defaultHealthPolicy } from '../../src/domain/routing/health';
import { noRecord } from '../../src/domain/routing/track-record';

/** The test clock starts here and moves only when a test says so. */
export const T0: Instant = Date.parse('2026-01-01T00:00:00.000Z');
export const ORDER_ID = '11111111-1111-5111-8111-111111111111';
export const REF = paymentReference(ORDER_ID, 1);
export const REF_2 = paymentReference(ORDER_ID, 2);
export const REFUND = refundReference(ORDER_ID, 1);

export const minutes = (count: number): number => count * MINUTE_MS;
export const seconds = (count: number): number => count * SECOND_MS;

/** An event at a time: milliseconds after T0. */
export interface At<E extends DomainEvent> {
  readonly event: E;
  readonly atMs: number;
}
export const at = <E extends DomainEvent>(atMs: number, event: E): At<E> => ({ atMs, event });

export function fold<E extends DomainEvent, S>(
  decider: Pick<Decider<never, E, S, Rejection>, 'initial' | 'evolve'>,
  id: string,
  events: readonly (E | At<E>)[],
): S {
  let now = 0;
  let state = decider.initial(id);
  for (const item of events) {
    if ('atMs' in item) now = item.atMs;
    const event = 'atMs' in item ? item.event : item;
    state = decider.evolve(state, { ...event, occurredAt: toIso(T0 + now) });
  }
  return state;
}

/** GIVEN these events WHEN this command THEN these events, or this rejection. */
export function given<C, E extends DomainEvent, S, R extends Rejection>(decider: Decider<C, E, S, R>, id = ORDER_ID) {
  return (...events: readonly (E | At<E>)[]) => {
    const state = fold<E, S>(decider, id, events);
    return {
      state,
      when(command: C) {
        const decision = decider.decide(command, state);
        return {
          decision,
          then: (...expected: readonly E[]): void => expect(decision).toEqual(expected),
          thenTypes: (...expected: readonly E['type'][]): void =>
            expect(isRejection(decision) ? decision : decision.map((event) => event.type)).toEqual(expected),
          isAlreadySo: (): void => expect(decision).toEqual([]),
          rejects: (code: R['code']): void => expect(decision).toMatchObject({ rejected: true, code }),
        };
      },
    };
  };
}

export const ALL_FLAGS = { replay: true, lookup: true, cancel: true } as const;
export const gatewayView = (changes: Partial<GatewayView> = {}): GatewayView => ({
  flags: ALL_FLAGS,
  notFoundFinalAfterMs: seconds(60),
  merchantId: 'm1',
  notifyUrl: 'https://shop.example/callbacks/gateways/main',
  paused: false,
  busy: false,
  ...changes,
});

export const channelView = (changes: Partial<ChannelView> = {}): ChannelView => ({
  flags: { ...ALL_FLAGS, partialFill: true },
  notFoundFinalAfterMs: seconds(60),
  callbackUrl: 'https://shop.example/callbacks/channels/up',
  paused: false,
  busy: false,
  priority: 1,
  weight: 1,
  record: noRecord,
  ...changes,
});

export interface WorldChanges extends Partial<Omit<World, 'candidates' | 'gateway' | 'channel' | 'offer'>> {
  readonly gateway?: Partial<GatewayView> | null;
  /** Of every channel, or of each by its id. */
  readonly channel?: Partial<ChannelView> | null | Readonly<Record<string, Partial<ChannelView> | null>>;
  readonly offer?: Offer | Readonly<Record<string, Offer>>;
  readonly cards?: readonly string[] | 'LOADING';
}

function channelOf(given: WorldChanges['channel'], id: string): ChannelView | undefined {
  if (given === null) return undefined;
  const byId = given as Readonly<Record<string, Partial<ChannelView> | null>> | undefined;
  const named = byId !== undefined && id in byId ? byId[id] : (given as Partial<ChannelView> | undefined);
  // The first of a test's channels is asked first, unless it says otherwise.
  return named === null ? undefined : channelView({ priority: id === 'up' ? 1 : 2, ...named });
}

const offerOf = (given: WorldChanges['offer'], id: string): Offer => {
  if (given === undefined) return { kind: 'UNKNOWN' };
  return 'kind' in given ? (given as Offer) : (given[id] ?? { kind: 'UNKNOWN' });
};

/** Plenty of cards, a healthy gateway that can do everything, a trusted clock, and an engine that has been there all along. */
export function world({ gateway, channel, offer, cards = ['card-a', 'card-b', 'card-c'], ...changes }: WorldChanges = {}): World {
  const candidates = (count: number): Candidates => {
    if (cards === 'LOADING') return { kind: 'LOADING' };
    return cards.length === 0 ? { kind: 'NONE' } : { kind: 'SOME', cardIds: cards.slice(0, count) };
  };
  return {
    timing: defaultTiming,
    healthPolicy: defaultHealthPolicy,
    by: 'engine-1:1',
    hasCome: () => true,
    seenForMs: () => Number.MAX_SAFE_INTEGER,
    gateway: () => (gateway === null ? undefined : gatewayView(gateway)),
    channel: (id) => channelOf(channel, id),
    offer: (id) => offerOf(offer, id),
    candidates: (_skuId, count) => candidates(count),
    sellable: () => (cards === 'LOADING' ? 0 : cards.length),
    route: () => ({ lane: 'default', policyVersion: 'v1', why: 'STANDARD' }),
    ...changes,
  };
}

/** What the plan wants of this order so long after T0. */
export function planAt(state: OrderState, afterMs: number, changes: WorldChanges = {}): Planned {
  return planOrder(state, T0 + afterMs, world(changes));
}

export function givenOrder(...events: readonly (OrderEvent | At<OrderEvent>)[]) {
  const state = fold<OrderEvent, OrderState>(order, ORDER_ID, events);
  return {
    state,
    at: (afterMs: number, changes: WorldChanges = {}) => ({
      planIs(row: string, step: object): void {
        const planned = planAt(state, afterMs, changes);
        expect({ row: planned.row, step: planned.step }).toEqual({ row, step: expect.objectContaining(step) });
      },
      waits(until?: number): void {
        const planned = planAt(state, afterMs, changes);
        expect(planned.row).toBe('15 wait');
        if (until !== undefined) expect(planned.step).toMatchObject({ waitUntil: T0 + until });
      },
      planned: planAt(state, afterMs, changes),
    }),
  };
}

/** Every row that would want something of this state, in the order of the table. */
export function rowsWanting(state: SubmittedOrder, now: Instant, seen: World): readonly string[] {
  return planRows.filter(({ step }) => step({ state, now, world: seen, wakes: [], waitsFor: [] }) !== null).map(({ row }) => row);
}

export function submittedState(...events: readonly (OrderEvent | At<OrderEvent>)[]): SubmittedOrder {
  const state = fold<OrderEvent, OrderState>(order, ORDER_ID, events);
  if (!isSubmitted(state)) throw new Error('The first event must be OrderSubmitted.');
  return state;
}

/* Builders: one per event, with valid defaults. A test spells out only what matters. */

type Data<T extends OrderEvent['type']> = OrderEventData<T>;
const price = money(1_000, 'CNY');
const gatewayId = 'main';
const skuId = 'sku-1';
const iso = (afterMs: number): string => toIso(T0 + afterMs);

export const sealedText: Sealed = { kid: 'k', iv: '', tag: '', ct: '' };

export const terms = (changes: Partial<OrderTerms> = {}): OrderTerms => ({
  unitPrice: price,
  payWithinSeconds: 900,
  deliverWithinSeconds: 1_800,
  reserve: 'AT_PAYMENT',
  partial: 'WAIT',
  compensation: 'REFUND',
  onDoubt: 'WAIT',
  oversell: false,
  sources: [{ kind: 'POOL' }],
  ...changes,
});

export interface SubmittedChanges extends Partial<Omit<OrderSubmitted, 'terms'>> {
  readonly terms?: Partial<OrderTerms>;
}

export function orderOf({ terms: termChanges, quantity = 1, ...changes }: SubmittedChanges = {}): OrderSubmitted {
  return {
    orderNumber: '00000000000000',
    clientId: 'shop',
    skuId,
    quantity,
    amount: money(price.amountMinor * quantity, price.currency),
    terms: terms(termChanges),
    buyer: { ref: 'buyer-1', tier: 'STANDARD' },
    payment: { gatewayId, kind: 'REDIRECT' },
    admission: 'NOW',
    requestFingerprint: 'fingerprint',
    accessToken: { keyVersion: 1, epoch: 0 },
    locale: 'en',
    ...changes,
  };
}

export const grant = (atMs = 0, by = 'engine-1:1') => ({ by, performBy: T0 + atMs + 2_000, answerBy: T0 + atMs + 8_000 });
export const intent = (atMs = 0, by = 'engine-1:1') => ({ by, performBy: iso(atMs + 2_000), answerBy: iso(atMs + 8_000) });

export const submitted = (changes: SubmittedChanges = {}): OrderEvent => ({ type: 'OrderSubmitted', data: orderOf(changes) });
export const charged = (changes: SubmittedChanges = {}): OrderEvent => submitted({ payment: { gatewayId, kind: 'CHARGE' }, ...changes });
export const routed = (): OrderEvent => ({
  type: 'OrderRouted',
  data: { skuId, lane: 'default', policyVersion: 'v1', canary: false, why: 'STANDARD' },
});
export const cancelRequested = (): OrderEvent => ({ type: 'CancelRequested', data: { skuId } });
export const paymentRequested = (changes: Partial<Data<'PaymentRequested'>> = {}): OrderEvent => ({
  type: 'PaymentRequested',
  data: {
    attempt: 1,
    reference: REF,
    gatewayId,
    merchantId: 'm1',
    kind: 'REDIRECT',
    amount: price,
    notifyUrl: gatewayView().notifyUrl,
    expiresAt: iso(minutes(15)),
    ...intent(),
    ...changes,
  },
});
export const paymentOpened = (changes: Partial<Data<'PaymentOpened'>> = {}): OrderEvent => ({
  type: 'PaymentOpened',
  data: { reference: REF, gatewayId, payUrl: 'https://pay.example/1', nextCheckAt: iso(seconds(15)), ...changes },
});
export const noticeReceived = (changes: Partial<Data<'PaymentNoticeReceived'>> = {}): OrderEvent => ({
  type: 'PaymentNoticeReceived',
  data: { reference: REF, gatewayId, noticeId: 'notice-1', claimedStatus: 'PAID', claimedCapturedMinor: 1_000, ...changes },
});
export const paymentChecked = (changes: Partial<Data<'PaymentChecked'>> = {}): OrderEvent => ({
  type: 'PaymentChecked',
  data: { reference: REF, gatewayId, status: 'OPEN', ...changes },
});
export const paymentConfirmed = (changes: Partial<Data<'PaymentConfirmed'>> = {}): OrderEvent => ({
  type: 'PaymentConfirmed',
  data: { reference: REF, gatewayId, skuId, quantity: 1, captured: price, evidence: 'QUERY', ...changes },
});
export const paymentDeclined = (changes: Partial<Data<'PaymentDeclined'>> = {}): OrderEvent => ({
  type: 'PaymentDeclined',
  data: { reference: REF, gatewayId, cause: 'NO_FUNDS', ...changes },
});
export const paymentTimedOut = (changes: Partial<Data<'PaymentTimedOut'>> = {}): OrderEvent => ({
  type: 'PaymentTimedOut',
  data: { reference: REF, gatewayId, call: 'request', cause: 'TIME_OUT', ...changes },
});
export const paymentMismatched = (changes: Partial<Data<'PaymentMismatched'>> = {}): OrderEvent => ({
  type: 'PaymentMismatched',
  data: { reference: REF, gatewayId, field: 'captured', expected: '1000', reported: '400', captured: money(400, 'CNY'), ...changes },
});
export const methodChanged = (changes: Partial<Data<'PaymentMethodChanged'>> = {}): OrderEvent => ({
  type: 'PaymentMethodChanged',
  data: { payment: { gatewayId: 'other', kind: 'REDIRECT' }, closes: REF, ...changes },
});
export const closeRequested = (changes: Partial<Data<'PaymentCloseRequested'>> = {}): OrderEvent => ({
  type: 'PaymentCloseRequested',
  data: { reference: REF, gatewayId, cause: 'EXPIRED', ...intent(), ...changes },
});
export const paymentClosed = (changes: Partial<Data<'PaymentClosed'>> = {}): OrderEvent => ({
  type: 'PaymentClosed',
  data: { reference: REF, gatewayId, proof: 'CLOSED', ...changes },
});
export const surplusConfirmed = (changes: Partial<Data<'SurplusPaymentConfirmed'>> = {}): OrderEvent => ({
  type: 'SurplusPaymentConfirmed',
  data: { reference: REF_2, gatewayId, captured: price, evidence: 'QUERY', ...changes },
});
export const capturedAgain = (changes: Partial<Data<'PaymentCapturedAgain'>> = {}): OrderEvent => ({
  type: 'PaymentCapturedAgain',
  data: { reference: REF, gatewayId, surplus: price, captured: money(2_000, 'CNY'), evidence: 'PERSON', transactionId: 'tx-2', ...changes },
});
export const retryScheduled = (changes: Partial<Data<'RetryScheduled'>> = {}): OrderEvent => ({
  type: 'RetryScheduled',
  data: { step: 'payment', reference: REF, attempt: 1, dueAt: iso(seconds(2)), cause: 'HTTP_429', ...changes },
});
export const cardReserved = (cardIds: readonly string[] = ['card-a'], reservation = 1): OrderEvent => ({
  type: 'CardReserved',
  data: { skuId, reservation, cardIds, by: 'engine-1:1' },
});
export const cardsSecured = (cardIds: readonly string[] = ['card-a'], reservation = 1): OrderEvent => ({
  type: 'CardsSecured',
  data: { skuId, reservation, cardIds },
});
export const cardsGivenUp = (cardIds: readonly string[] = ['card-a'], revealedCardIds: readonly string[] = []): OrderEvent => ({
  type: 'CardsGivenUp',
  data: { skuId, cardIds, revealedCardIds, cause: 'ENDED' },
});
export const cardsReleased = (cardIds: readonly string[] = ['card-a']): OrderEvent => ({ type: 'CardsReleased', data: { skuId, cardIds } });
export const orderDelivered = (cardIds: readonly string[] = ['card-a'], partial = false): OrderEvent => ({
  type: 'OrderDelivered',
  data: { skuId, cardIds, partial },
});
export const cardsRevealed = (cardIds: readonly string[] = ['card-a']): OrderEvent => ({ type: 'CardsRevealed', data: { cardIds, first: true } });
export const refundOrdered = (changes: Partial<Data<'RefundOrdered'>> = {}): OrderEvent => ({
  type: 'RefundOrdered',
  data: { refund: 1, refundReference: REFUND, reference: REF, gatewayId, amount: price, cause: 'DEADLINE', takesBack: [], full: true, ...changes },
});
export const refundRequested = (changes: Partial<Data<'RefundRequested'>> = {}): OrderEvent => ({
  type: 'RefundRequested',
  data: { refundReference: REFUND, reference: REF, gatewayId, amount: price, attempt: 1, ...intent(), ...changes },
});
export const refundTimedOut = (): OrderEvent => ({ type: 'RefundTimedOut', data: { refundReference: REFUND, gatewayId, cause: 'TIME_OUT' } });
export const refundChecked = (status: 'PENDING' | 'NOT_FOUND', nextCheckMs: number): OrderEvent => ({
  type: 'RefundChecked',
  data: { refundReference: REFUND, gatewayId, status, nextCheckAt: iso(nextCheckMs) },
});
export const refundRefused = (): OrderEvent => ({ type: 'RefundRefused', data: { refundReference: REFUND, gatewayId, cause: 'TOO_LATE' } });
export const compensated = (full = true): OrderEvent => ({
  type: 'Compensated',
  data: { method: 'REFUND', skuId, refundReference: REFUND, gatewayId, amount: price, cause: 'DEADLINE', full },
});
export const orderCancelled = (cause: 'REQUESTED' | 'OUT_OF_STOCK' = 'REQUESTED'): OrderEvent => ({ type: 'OrderCancelled', data: { skuId, cause } });
export const orderExpired = (): OrderEvent => ({ type: 'OrderExpired', data: { skuId } });
export const orderFailed = (): OrderEvent => ({ type: 'OrderFailed', data: { skuId, cause: 'NO_FUNDS' } });
export const frozen = (): OrderEvent => ({ type: 'OrderFrozen', data: { cause: 'PERSON' } });
export const reviewOpened = (subject: string): OrderEvent => ({ type: 'ReviewOpened', data: { subject, cause: 'IN_DOUBT' } });

/** Shorthands for the states most tests start from. */
export const openPage = (changes: SubmittedChanges = {}): readonly OrderEvent[] => [
  submitted(changes),
  routed(),
  paymentRequested({ amount: orderOf(changes).amount }),
  paymentOpened(),
];
export const paidOrder = (changes: SubmittedChanges = {}): readonly OrderEvent[] => [...openPage(changes), paymentConfirmed()];
export const deliveredOrder = (): readonly OrderEvent[] => [...paidOrder(), cardReserved(), cardsSecured(), orderDelivered()];
