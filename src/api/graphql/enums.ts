import { registerEnumType } from '@nestjs/graphql';
import type { AttemptReason } from '../../domain/order/next-attempt';
import type { ChannelStatus } from '../../application/queries/list-channels';
import type { OrderCardState } from '../../application/queries/order-view';
import { type RefusalCode, refusals } from '../../application/refusals';
import type { CardState } from '../../domain/card/state';
import type { ActorKind } from '../../domain/kernel/event';
import type { BuyerTier } from '../../domain/buyer/tier';
import type { PaymentKind } from '../../domain/order/events';
import type { NextStep, OrderStatus, Phase } from '../../domain/order/phase';
import type { PaymentStatus } from '../../domain/order/state';
import type { HealthCause, HealthWord } from '../../domain/routing/health';
import type { TimeoutReason } from '../../domain/routing/timeouts';
import type { Sheddable } from '../../domain/shedding/events';

/** Values of an enum with their meaning: every one of the type, and no other. */
type Meanings<T extends string> = Readonly<Record<T, string>>;

export function graphqlEnum<T extends string>(name: string, description: string, meanings: Meanings<T>): Readonly<Record<T, T>> {
  const words = Object.entries<string>(meanings) as [T, string][];
  const values = Object.fromEntries(words.map(([word]) => [word, word])) as Record<T, T>;
  const valuesMap = Object.fromEntries(words.map(([word, meaning]) => [word, { description: meaning }])) as Record<T, { description: string }>;
  registerEnumType(values, { name, description, valuesMap });
  return values;
}

export const OrderStatusEnum = graphqlEnum<OrderStatus>('OrderStatus', 'Where an order stands, in a word for its buyer.', {
  AWAITING_PAYMENT: 'Nothing is known to be paid. 待支付',
  PROCESSING: 'Paid; cards or a refund are on their way. 处理中',
  COMPLETED: 'Delivered, wholly or in part. 已完成',
  FAILED: 'Declined, cancelled, or refunded. 已失败',
  EXPIRED: 'Not paid in time. 已过期',
});

export const OrderPhaseEnum = graphqlEnum<Phase>('OrderPhase', 'Where an order stands, exactly.', {
  QUEUED: 'Stored, not yet taken up.',
  OPENING_PAYMENT: 'The gateway is being asked for a payment.',
  AWAITING_BUYER: 'The pay page is open.',
  PAYMENT_IN_DOUBT: 'The outcome of a payment call is unknown and is being asked for.',
  PAID_WAITING_CARD: 'Paid; the cards are not there yet. 待发卡',
  PURCHASING: 'Paid; the goods are being bought from a channel. 采购中',
  PURCHASE_IN_DOUBT: 'Whether a channel sold is unknown and is being asked for. 采购结果待确认',
  REFUNDING: 'The money is being returned.',
  REFUND_IN_DOUBT: 'The outcome of a refund is unknown and is being asked for.',
  DELIVERED: 'All cards can be viewed.',
  PARTLY_DELIVERED: 'Some cards can be viewed; the rest was refunded.',
  DECLINED: 'The payment was refused and no attempt is left.',
  CANCELLED: 'Cancelled before anything was paid.',
  REFUNDED: 'All the money went back.',
  EXPIRED: 'Not paid in time, and the gateway has closed it.',
});

export const AttemptReasonEnum = graphqlEnum<AttemptReason>('AttemptReason', 'What an order waits for until its next attempt.', {
  ENTERS: 'Its turn in the line of those who were stored and have not entered yet.',
  RETRY: 'Something that definitely did not happen is tried again.',
  RETRY_BUDGET:
    'The same, later than it would be: too many retries at that gateway or channel came to nothing. It goes earlier as soon as there is room.',
  ASKED_AGAIN: 'Something of unknown outcome, or that somebody still works on, is asked about.',
});

export const NextStepEnum = graphqlEnum<NextStep>('NextStep', 'What happens next.', {
  WAIT_FOR_PAYMENT_PAGE: 'The pay page is being opened.',
  PAY: 'The buyer pays at `payment.payUrl`.',
  WAIT_FOR_PAYMENT_RESULT: 'The gateway is asked whether money has moved.',
  WAIT_FOR_CARDS: 'Cards are being fetched.',
  WAIT_FOR_REFUND: 'The money is on its way back.',
  VIEW_CARDS: 'The cards can be viewed with `revealCards`.',
  WAIT_FOR_REVIEW: 'A person looks at the order.',
  CANCELLING: 'What is open at the gateway is being closed.',
  CHANGING_PAYMENT: 'The old payment is being closed before the new one is requested.',
  NONE: 'Nothing.',
});

export const PaymentStatusEnum = graphqlEnum<PaymentStatus>('PaymentStatus', 'What is known of one payment.', {
  REQUESTED: 'Being requested.',
  IN_DOUBT: 'The outcome of the request is unknown.',
  OPEN: 'The gateway waits for the buyer.',
  PAID: 'The gateway says that money was captured.',
  DECLINED: 'The gateway refused it.',
  CLOSED: 'Closed: nothing can be captured any more.',
  NOT_DONE: 'The request never arrived.',
  MISMATCHED: 'Money that does not fit the order; a person looks at it.',
});

export const PaymentKindEnum = graphqlEnum<PaymentKind>('PaymentKind', 'How the buyer pays.', {
  REDIRECT: 'On a page of the gateway.',
  CHARGE: 'By an instrument that the shop has stored.',
});

export const BuyerTierEnum = graphqlEnum<BuyerTier>('BuyerTier', 'How the shop ranks the buyer.', {
  VIP: 'Served in a lane of their own.',
  STANDARD: 'Everybody else.',
});

export const OrderCardStateEnum = graphqlEnum<OrderCardState>('OrderCardState', 'What a card is to its order.', {
  RESERVED: 'Being claimed.',
  SECURED: 'Held for the order.',
  DELIVERED: 'Can be viewed.',
  REVEALED: 'Has been viewed.',
  WITHHELD: 'A refund takes it back.',
  REPLACED: 'Was reported; another one takes its place, and it can no longer be viewed.',
});

export const ChannelStatusEnum = graphqlEnum<ChannelStatus>('ChannelStatus', 'Whether the shop buys from a channel.', {
  ACTIVE: 'Bought from.',
  DRAINING: 'Only orders that were there before still buy from it.',
  PAUSED: 'Nothing new is bought from it.',
});

export const HealthWordEnum = graphqlEnum<HealthWord>('HealthWord', 'How a gateway or channel is.', {
  HEALTHY: 'It answers as it should. 健康',
  SUB_HEALTHY: 'It answers too seldom or too slowly: new orders go elsewhere where they can. 亚健康',
  ISOLATED: 'Nothing new is sent there; what is under way is followed to its end. 已隔离',
  PROBING: 'A few new requests are sent there, and more and more. 试探中',
});

export const OverriddenHealthEnum = graphqlEnum<'HEALTHY' | 'ISOLATED'>('OverriddenHealth', 'What a person says of a gateway or channel.', {
  HEALTHY: 'It counts as healthy until it shows otherwise.',
  ISOLATED: 'Nothing new is sent there until a person says so.',
});

export const HealthCauseEnum = graphqlEnum<HealthCause>('HealthCause', 'Why health changed.', {
  ERRORS: 'Half of the requests or more had no answer.',
  TIMEOUTS: 'Too many requests had no answer in time.',
  SLOW: 'Answers took too long.',
  RECOVERED: 'It is clearly better than when it was diverted.',
  QUIET: 'Nothing spoke against it for a while.',
  RESTED: 'It was left alone for its time.',
  RAMPED_UP: 'It took more and more without trouble.',
  PERSON: 'An operator said so.',
});

export const CardStateEnum = graphqlEnum<CardState['status']>('CardState', 'Where a card of the pool stands.', {
  ABSENT: 'There is none.',
  AVAILABLE: 'For sale.',
  CLAIMED: 'An order holds it or got it.',
  QUARANTINED: 'Out of sale until somebody has looked at it.',
  VOIDED: 'Out of sale for good.',
  EXPIRED: 'Nobody bought it in time.',
});

export const ActorKindEnum = graphqlEnum<ActorKind>('ActorKind', 'Who did it.', {
  BUYER: 'Whoever holds the order token.',
  STOREFRONT: 'A shop, by its key.',
  SUPPORT: 'A person at the desk.',
  FINANCE: 'A person of finance.',
  OPS: 'An operator.',
  ADMIN: 'An administrator.',
  GATEWAY: 'A payment gateway.',
  CHANNEL: 'An issuing channel.',
  ENGINE: 'cardrail itself.',
  CLI: 'A person at the command line.',
  GUEST: 'Whoever holds a link that the shop has made to one order.',
});

const errorMeanings = Object.fromEntries(Object.entries(refusals).map(([code, words]) => [code, words.en])) as Record<RefusalCode, string>;
export const ErrorCodeEnum = graphqlEnum<RefusalCode>('ErrorCode', 'Why something was refused. A code keeps its meaning for ever.', errorMeanings);

export const TimeoutReasonEnum = graphqlEnum<TimeoutReason>('TimeoutReason', 'Why a time-out is as long as it is.', {
  NOTHING_LEARNT: 'Too few answers lately; this is how long it is to begin with.',
  LEARNT: 'From the slowest hundredth of the answers lately.',
  AT_MIN: 'What was learnt is shorter than is allowed.',
  AT_MAX: 'What was learnt is longer than is allowed.',
  PATIENT: 'One of those that look whether answers have become slower.',
});

export const SheddableEnum = graphqlEnum<Sheddable>('Sheddable', 'What a shop may do without. Revealing codes and callbacks are not among it.', {
  COUNTS: 'How many a whole list has: totalCount is null; the items are told.',
  LIVE_UPDATES: 'New live subscriptions; orders can still be read.',
  SEARCH: 'Searches for orders.',
  TIMELINES: 'Histories of orders.',
  NEW_ORDERS: 'Submits under a new key; they are answered SYSTEM_BUSY.',
});
