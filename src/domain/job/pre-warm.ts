import { money, type Money } from '../kernel/money';
import { isRejection, reject, type Rejection } from '../kernel/rejection';
import { fromIso, type Instant } from '../kernel/time';
import type { Happened } from '../kernel/event';
import { recordPurchaseAnswer, requestPurchase, requestPurchaseCancel, writeOffPurchase } from '../order/decide-purchase';
import { settleGoods } from '../order/decide-received';
import type { Decision } from '../order/decision';
import { evolvePurchases } from '../order/evolve-purchases';
import { isPurchaseOpen, type Purchase } from '../order/purchase';
import type { PurchaseEngineCommand } from '../order/purchase-commands';
import { noOrder, type OrderState, type SubmittedOrder } from '../order/state';
import { ownEvents, purchaseEventOf, type PreWarmEndCause, type PreWarmEvent, type PreWarmOrdered } from './pre-warm-events';

/** Cards of one job at most. */
export const PRE_WARM_UNITS_MAX = 5_000;
/** Cards of one purchase: what is in doubt at a time is no more than this. */
export const UNITS_PER_PURCHASE = 50;

export interface PreWarm {
  readonly ordered: PreWarmOrdered;
  /** Its purchases, as those of an order that is paid and waits for its goods: the same rules hold for both. */
  readonly order: SubmittedOrder;
  readonly stopRequestedAt?: Instant;
  readonly end?: PreWarmEndCause;
}

type BuyingCommand = Extract<
  PurchaseEngineCommand,
  { type: 'RequestPurchase' | 'RecordPurchaseAnswer' | 'RequestPurchaseCancel' | 'WriteOffPurchase' | 'SettleGoods' }
>;

export type PreWarmCommand =
  | ({ readonly type: 'OrderPreWarm' } & PreWarmOrdered)
  | BuyingCommand
  | { readonly type: 'StopPreWarm' }
  | { readonly type: 'EndPreWarm'; readonly cause: PreWarmEndCause };

export type PreWarmRejection = Rejection<'JOB_NOT_FOUND' | 'ILLEGAL_STATE'>;

/** The shop as its own customer: nobody pays, nobody is delivered anything, and nothing is owed once the peak is over. */
function orderOf(jobId: string, { skuId, budget, sources, buyBy }: PreWarmOrdered, at: Instant): SubmittedOrder {
  const nothing = money(0, budget.currency);
  const method = { gatewayId: '', kind: 'REDIRECT' } as const;
  const submitted: SubmittedOrder['submitted'] = {
    ...{ orderNumber: '', clientId: '', skuId, quantity: 0, amount: nothing, payment: method, admission: 'NOW', locale: 'en' },
    terms: {
      ...{ unitPrice: nothing, payWithinSeconds: 0, deliverWithinSeconds: 0, reserve: 'AT_PAYMENT', partial: 'WAIT' },
      ...{ compensation: 'REVIEW', onDoubt: 'WAIT', oversell: false, sources },
    },
    buyer: { ref: '', tier: 'STANDARD' },
    requestFingerprint: '',
    accessToken: { keyVersion: 0, epoch: 0 },
  };
  return { ...noOrder, orderId: jobId, submitted, method, submittedAt: at, paidAt: at, deliverBy: fromIso(buyBy) };
}

/** As an order of so many cards; once a person has stopped it, one that nobody wants any more. */
export function wanting({ order, stopRequestedAt }: PreWarm, quantity: number): SubmittedOrder {
  const submitted = { ...order.submitted, quantity };
  return { ...order, submitted, ...(stopRequestedAt === undefined ? {} : { cancelRequestedAt: stopRequestedAt }) };
}

/** What a purchase costs at most, as far as anybody knows: all that was asked for until its outcome is known, then what was answered. */
function boundBy({ status, request, unitCost, cardIds, disputed }: Purchase): number {
  const { maxUnitCost, quantity } = request;
  if (status === 'REFUSED' || status === 'CANCELLED') return 0;
  if (status !== 'COMPLETED' && status !== 'PARTIAL') return maxUnitCost.amountMinor * quantity;
  const each = unitCost?.currency === maxUnitCost.currency ? unitCost.amountMinor : maxUnitCost.amountMinor;
  return each * (status === 'COMPLETED' ? Math.max(quantity, cardIds.length) : cardIds.length + disputed);
}

/** What was spent or may still have been. Minor units of the budget. */
export const boundMinor = ({ order: { purchases } }: PreWarm): number => purchases.reduce((sum, purchase) => sum + boundBy(purchase), 0);

/** Good cards that have come. */
export const unitsBought = ({ order: { purchases } }: PreWarm): number => purchases.reduce((sum, { units }) => sum + units, 0);

/** Cards that may be bought next where one costs at most so much: what is missing, as far as the budget reaches. */
export function unitsNext(preWarm: PreWarm, maxUnitCost: Money): number {
  const { units, budget } = preWarm.ordered;
  if (maxUnitCost.currency !== budget.currency) return 0;
  const left = budget.amountMinor - boundMinor(preWarm);
  const affordable = maxUnitCost.amountMinor === 0 ? units : Math.floor(left / maxUnitCost.amountMinor);
  return Math.max(0, Math.min(units - unitsBought(preWarm), affordable, UNITS_PER_PURCHASE));
}

/** Something may still come of it, or has come and is not on its own stream yet. */
const isUnsettled = ({ order }: PreWarm): boolean => order.purchases.some(isPurchaseOpen) || order.arriving.length > 0;

export function evolvePreWarm(jobId: string, state: PreWarm | undefined, event: Happened<PreWarmEvent>): PreWarm | undefined {
  const at = fromIso(event.occurredAt);
  if (event.type === 'PreWarmOrdered') return { ordered: event.data, order: orderOf(jobId, event.data, at) };
  if (state === undefined) return state;
  if (event.type === 'PreWarmStopRequested') return { ...state, stopRequestedAt: at };
  if (event.type === 'PreWarmEnded') return { ...state, end: event.data.cause };
  const purchase = purchaseEventOf(event);
  if (purchase === null) return state;
  const evolve = evolvePurchases[purchase.type] as (state: OrderState, data: object, at: Instant, occurredAt: string) => OrderState;
  const next = { ...state, order: evolve(state.order, purchase.data, at, event.occurredAt) as SubmittedOrder };
  if (next.order.arriving.length === 0) return next;
  // Goods that came after all have to be put away: until then it has not ended.
  const { end: _over, ...open } = next;
  return open;
}

const own = (decision: Decision): readonly PreWarmEvent[] | PreWarmRejection =>
  isRejection(decision) ? reject('ILLEGAL_STATE') : ownEvents(decision);

/**
 * GIVEN a job whose cards are not all there
 * WHEN  the plan wants to buy some of them at one of its channels
 * THEN  as many as are missing and the budget reaches for, at their highest price and besides everything that may still come
 * REJECTED ILLEGAL_STATE when that is none, when it was stopped or has ended, and while another purchase is open
 */
function buyAhead(command: Extract<BuyingCommand, { type: 'RequestPurchase' }>, state: PreWarm): readonly PreWarmEvent[] | PreWarmRejection {
  const { channelId, product } = command;
  const source = state.ordered.sources.find((one) => one.channelId === channelId && one.product === product);
  const units = source === undefined ? 0 : unitsNext(state, source.maxUnitCost);
  return units === 0 || state.end !== undefined ? reject('ILLEGAL_STATE') : own(requestPurchase(command, wanting(state, units)));
}

/**
 * GIVEN a job of buying cards ahead, named by SKU and day
 * WHEN  it is ordered, works on its purchases, is stopped or over
 * THEN  that is a fact; of its purchases each is decided on as one of an order
 * REJECTED JOB_NOT_FOUND when there is none of that id
 * ALREADY SO when it was ordered before, when it has ended, and while it cannot end: something may still come of a purchase
 */
export function decidePreWarm(command: PreWarmCommand, state: PreWarm | undefined): readonly PreWarmEvent[] | PreWarmRejection {
  if (command.type === 'OrderPreWarm') {
    const { type: _type, ...data } = command;
    return state === undefined ? [{ type: 'PreWarmOrdered', data }] : [];
  }
  if (state === undefined) return reject('JOB_NOT_FOUND');
  switch (command.type) {
    case 'RequestPurchase':
      return buyAhead(command, state);
    case 'RecordPurchaseAnswer':
      return own(recordPurchaseAnswer(command, wanting(state, 1)));
    case 'RequestPurchaseCancel':
      return own(requestPurchaseCancel(command, wanting(state, 1)));
    case 'WriteOffPurchase':
      return own(writeOffPurchase(command, wanting(state, 1)));
    case 'SettleGoods':
      return own(settleGoods(command, wanting(state, 1)));
    case 'StopPreWarm':
      return state.stopRequestedAt !== undefined || state.end !== undefined ? [] : [{ type: 'PreWarmStopRequested', data: {} }];
    case 'EndPreWarm':
      return state.end !== undefined || isUnsettled(state) ? [] : [{ type: 'PreWarmEnded', data: { cause: command.cause } }];
  }
}
