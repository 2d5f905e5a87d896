import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { RefundCause } from '../../../domain/order/events';
import type { OwedWhy } from '../../../domain/order/open-money';
import type { ReviewKind } from '../../../domain/order/reviews';
import type { RefusalCode } from '../../../application/refusals';
import { ErrorCodeEnum } from '../enums';
import { OwedWhyEnum, ReviewKindEnum } from '../desk-enums';
import { BigIntScalar, DateTimeScalar } from '../scalars';
import { Connection } from './connection';
import { Money } from './money';
import { Order, type OrderSource } from './order';

@ObjectType({ description: 'Something that the reader may do to orders, and whether this one would take it now.' })
export class OrderAction {
  @Field(() => String, { description: 'The name of the mutation.' })
  readonly action!: string;

  @Field(() => Boolean, { description: 'The order would take it now.' })
  readonly allowed!: boolean;

  @Field(() => ErrorCodeEnum, { nullable: true, description: 'Why not, for programs; null when it is allowed.' })
  readonly code!: RefusalCode | null;

  @Field(() => String, { nullable: true, description: 'Why not and what to do, for people; null when it is allowed.' })
  readonly reason!: string | null;

  @Field(() => [ID], {
    description: 'What it may be done to: card ids, payment or refund references, review subjects. Empty where the whole order is meant.',
  })
  readonly targets!: readonly string[];
}

@InputType({ description: 'Which reviews; all conditions must hold.' })
export class ReviewFilter {
  @Field(() => [ReviewKindEnum], { nullable: true, description: 'About one of these.' })
  readonly kinds?: readonly ReviewKind[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether their time to be answered has passed.' })
  readonly overdue?: boolean | null;
}

@ObjectType({ description: 'Money that is to go back to a buyer and is not back yet.' })
export class OwedMoney {
  @Field(() => OwedWhyEnum, { description: 'How far it is.' })
  readonly why!: OwedWhy;

  @Field(() => Money, { description: 'How much.' })
  readonly amount!: Money;

  @Field(() => DateTimeScalar, { description: 'Since when.' })
  readonly since!: string;

  @Field(() => BigIntScalar, { description: 'For how long, in milliseconds.' })
  readonly ageMs!: number;

  @Field(() => ID, { description: 'Of which payment.' })
  readonly reference!: string;

  @Field(() => ID, { description: 'At which gateway.' })
  readonly gatewayId!: string;

  @Field(() => ID, { nullable: true, description: 'The refund; null until one is ordered.' })
  readonly refundReference?: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was ordered back: SURPLUS, LATE, CANCELLED, DEADLINE, PARTIAL, PERSON.' })
  readonly cause?: RefundCause | null;
}

@ObjectType({ description: 'An order whose money is to go back.' })
export class OwingOrder {
  @Field(() => Order, { description: 'The order.' })
  readonly order!: OrderSource;

  @Field(() => [OwedMoney], { description: 'What is to go back, the longest waiting first.' })
  readonly owed!: readonly OwedMoney[];
}

@ObjectType({ description: 'One page of a list.' })
export class OwingOrderConnection extends Connection<OwingOrder>('OwingOrder', () => OwingOrder) {}

@ObjectType({ description: 'Calls of one kind and age to one gateway or channel whose outcome nobody knows.' })
export class Exposure {
  @Field(() => String, { description: 'What was called: payment, close, refund, purchase.' })
  readonly kind!: string;

  @Field(() => ID, { description: 'The gateway or channel that could tell.' })
  readonly partyId!: string;

  @Field(() => String, { description: 'UNDER_1_MINUTE, UNDER_10_MINUTES, UNDER_1_HOUR, UNDER_1_DAY or OVER_1_DAY.' })
  readonly age!: string;

  @Field(() => Int, { description: 'How many calls.' })
  readonly count!: number;

  @Field(() => Money, { description: 'The money that hangs on them.' })
  readonly amount!: Money;
}

@ObjectType({ description: 'How much hangs on outcomes that nobody knows.' })
export class InDoubtExposure {
  @Field(() => [Exposure], { description: 'By kind, gateway or channel, age and currency.' })
  readonly exposures!: readonly Exposure[];

  @Field(() => Boolean, { description: 'There are more orders in doubt than are counted here.' })
  readonly truncated!: boolean;
}
