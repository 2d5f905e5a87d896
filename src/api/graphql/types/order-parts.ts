import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { ActorKind } from '../../../domain/kernel/event';
import type { PaymentKind, RefundCause } from '../../../domain/order/events';
import type { PaymentStatus, RefundStatus } from '../../../domain/order/state';
import type { OrderCardState } from '../../../application/queries/order-view';
import { ActorKindEnum, OrderCardStateEnum, PaymentKindEnum, PaymentStatusEnum } from '../enums';
import { RefundStatusEnum } from '../desk-enums';
import { DateTimeScalar, JsonScalar } from '../scalars';
import { Connection } from './connection';
import { Money } from './money';

@ObjectType({ description: 'One attempt to take the money.' })
export class Payment {
  @Field(() => Int, { description: 'Counts from 1.' })
  readonly attempt!: number;

  @Field(() => ID, { description: 'Our name for it at the gateway.' })
  readonly reference!: string;

  @Field(() => ID, { description: 'The gateway it goes through.' })
  readonly gatewayId!: string;

  @Field(() => PaymentKindEnum, { description: 'How the buyer pays.' })
  readonly kind!: PaymentKind;

  @Field(() => PaymentStatusEnum, { description: 'What is known of it.' })
  readonly status!: PaymentStatus;

  @Field(() => Money, { description: 'What was asked for.' })
  readonly amount!: Money;

  @Field(() => String, { nullable: true, description: 'Where the buyer pays; null until the gateway has opened it, and for a CHARGE.' })
  readonly payUrl!: string | null;

  @Field(() => String, { nullable: true, description: 'Text to show as a QR code, where the gateway has one.' })
  readonly qrText!: string | null;

  @Field(() => DateTimeScalar, { description: 'When the pay page is meant to close. Money that comes later counts all the same.' })
  readonly expiresAt!: string;
}

@ObjectType({ description: 'Money that was ordered back.' })
export class Refund {
  @Field(() => ID, { description: 'Our name for it at the gateway.' })
  readonly refundReference!: string;

  @Field(() => ID, { description: 'The payment that it returns.' })
  readonly reference!: string;

  @Field(() => ID, { description: 'The gateway it goes through.' })
  readonly gatewayId!: string;

  @Field(() => Money, { description: 'How much.' })
  readonly amount!: Money;

  @Field(() => RefundStatusEnum, { description: 'How far it is.' })
  readonly status!: RefundStatus;

  @Field(() => String, { description: 'Why: SURPLUS, LATE, CANCELLED, DEADLINE, PARTIAL, PERSON.' })
  readonly cause!: RefundCause;

  @Field(() => [ID], { description: 'The cards that it takes back.' })
  readonly takesBack!: readonly string[];

  @Field(() => DateTimeScalar, { description: 'When it was ordered.' })
  readonly orderedAt!: string;
}

@ObjectType({ description: 'A card as its order sees it. Never the code: that is `revealCards`.' })
export class OrderCard {
  @Field(() => ID, { description: 'The card.' })
  readonly id!: string;

  @Field(() => OrderCardStateEnum, { description: 'What it is to the order.' })
  readonly state!: OrderCardState;

  @Field(() => ID, { nullable: true, description: 'The reported card that it stands for.' })
  readonly replaces!: string | null;

  @Field(() => String, { nullable: true, description: 'A part of the code that tells cards apart; null where it is not kept.' })
  readonly maskedCode!: string | null;

  @Field(() => ID, { nullable: true, description: 'The channel it was bought from; null for cards of the pool, and for all but staff.' })
  readonly channelId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The import or purchase it came with, where known; null for all but staff.' })
  readonly batchId!: string | null;
}

@ObjectType({ description: 'Place in the queue. Null as long as nothing measures it.' })
export class OrderQueue {
  @Field(() => Int, { description: 'Orders before this one.' })
  readonly position!: number;

  @Field(() => Int, { nullable: true, description: 'Expected wait, in seconds.' })
  readonly etaSeconds!: number | null;

  @Field(() => Int, { nullable: true, description: 'By how much past estimates were wrong, in seconds.' })
  readonly etaErrorSeconds!: number | null;
}

@ObjectType({ description: 'Something that was unusual about an order when it was submitted. It was let in all the same.' })
export class RiskSignal {
  @Field(() => String, { description: 'What there was much of: UNPAID_BY_BUYER, _CONTACT, _ADDRESS, _DEVICE, or FAST_SUBMITS.' })
  readonly signal!: string;

  @Field(() => Int, { description: 'How much of it there was, this order included.' })
  readonly count!: number;

  @Field(() => Int, { description: 'More than this would have been refused.' })
  readonly limit!: number;

  @Field(() => String, { description: 'The same in words, in the language of the request.' })
  readonly message!: string;
}

@ObjectType({ description: 'Why an order failed.' })
export class OrderRefusal {
  @Field(() => String, { description: 'A stable code: OUT_OF_STOCK, or the word of the gateway.' })
  readonly code!: string;

  @Field(() => String, { description: 'The same in the language of the request.' })
  readonly message!: string;

  @Field(() => Boolean, { description: 'The same purchase may succeed in a new order.' })
  readonly retryable!: boolean;

  @Field(() => Int, { nullable: true, description: 'When to try again, in milliseconds from now, where known.' })
  readonly retryAfterMs!: number | null;
}

@ObjectType({ description: 'Who did it.' })
export class Actor {
  @Field(() => ActorKindEnum, { description: 'In what role.' })
  readonly kind!: ActorKind;

  @Field(() => ID, { nullable: true, description: 'Which one; null for readers who do not belong to the shop.' })
  readonly id!: string | null;
}

@ObjectType({ description: 'What directly led to an event.' })
export class OrderEventCause {
  @Field(() => ID, { description: 'The event, command, notice or request that led to it.' })
  readonly causationId!: string;

  @Field(() => Int, { nullable: true, description: 'The revision of that event, when it is one of this order.' })
  readonly revision!: number | null;

  @Field(() => String, { nullable: true, description: 'That event in plain words.' })
  readonly summary!: string | null;

  @Field(() => String, {
    description: 'Who or what caused it, in plain words: the buyer, a callback, a timer, a further attempt, a person and their reason.',
  })
  readonly words!: string;
}

@ObjectType({ description: 'One event of an order.' })
export class OrderEvent {
  @Field(() => Int, { description: 'Its place in the order, from 0.' })
  readonly revision!: number;

  @Field(() => String, { description: 'Its name, such as PaymentConfirmed; stable for ever.' })
  readonly type!: string;

  @Field(() => DateTimeScalar, { description: 'When it happened, by the clock of the program.' })
  readonly occurredAt!: string;

  @Field(() => DateTimeScalar, { description: 'When it was stored, by the clock of the store.' })
  readonly recordedAt!: string;

  @Field(() => Actor, { description: 'Who did it.' })
  readonly actor!: Actor;

  @Field(() => String, { nullable: true, description: 'Why a person did it; null for readers who do not belong to the shop.' })
  readonly reason!: string | null;

  @Field(() => OrderEventCause, { description: 'What directly led to it.' })
  readonly cause!: OrderEventCause;

  @Field(() => String, { description: 'In plain words, in the language asked for.' })
  readonly summary!: string;

  @Field(() => JsonScalar, { nullable: true, description: 'The facts, sealed values redacted; null for readers who do not belong to the shop.' })
  readonly data!: object | null;

  @Field(() => String, { description: 'SHA-256 over the chain of events up to this one, lower-case hex.' })
  readonly hash!: string;
}

@ObjectType({ description: 'One page of a list.' })
export class OrderEventConnection extends Connection<OrderEvent>('OrderEvent', () => OrderEvent) {}
