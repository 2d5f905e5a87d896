import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { OrderView } from '../../../application/queries/order-view';
import type { NextStep, OrderStatus, Phase } from '../../../domain/order/phase';
import type { AttemptReason } from '../../../domain/order/next-attempt';
import { AttemptReasonEnum, NextStepEnum, OrderPhaseEnum, OrderStatusEnum } from '../enums';
import { CurrencyScalar, DateTimeScalar } from '../scalars';
import { Complaint } from './complaint';
import { Connection } from './connection';
import { Money } from './money';
import { OrderCard, Payment, Refund } from './order-parts';
import { OrderShare } from './share';

/** Fields that need a caller, words or the log (sku, refusal, queue, history, asOf) are in `OrderResolver`. */
@ObjectType({ description: "One buyer's purchase of one SKU." })
export class Order {
  @Field(() => ID, { description: 'Opaque; also part of payment references.' })
  readonly id!: string;

  @Field(() => String, { description: 'What a person reads out: 13 characters and a check character.' })
  readonly number!: string;

  @Field(() => OrderStatusEnum, { description: 'Where it stands, in a word.' })
  readonly status!: OrderStatus;

  @Field(() => OrderPhaseEnum, { description: 'Where it stands, exactly.' })
  readonly phase!: Phase;

  @Field(() => Boolean, { description: 'A person has to look at it. A frozen order is always in review.' })
  readonly inReview!: boolean;

  @Field(() => Boolean, { description: 'Nothing happens to it but what people do.' })
  readonly frozen!: boolean;

  @Field(() => ID, { description: "The shop's own id of the buyer." })
  readonly buyerRef!: string;

  @Field(() => Int, { description: 'Cards ordered, in pieces.' })
  readonly quantity!: number;

  @Field(() => CurrencyScalar, { description: 'The currency of all its amounts, ISO-4217.' })
  readonly currency!: string;

  @Field(() => Money, { description: 'What it costs.' })
  readonly amount!: Money;

  @Field(() => Money, { description: 'Everything confirmed captured on any payment, surplus included.' })
  readonly paid!: Money;

  @Field(() => Money, { description: 'Everything confirmed returned.' })
  readonly refunded!: Money;

  @Field(() => ID, { nullable: true, description: 'What the shop groups orders of one cart by.' })
  readonly checkoutId!: string | null;

  @Field(() => Payment, { nullable: true, description: 'The payment in use; while the method is being changed, still the old one.' })
  readonly payment!: Payment | null;

  @Field(() => [Payment], { description: 'Every attempt ever requested, oldest first.' })
  readonly payments!: readonly Payment[];

  @Field(() => [Refund], { description: 'Everything that was ever ordered back, oldest first.' })
  readonly refunds!: readonly Refund[];

  @Field(() => String, { nullable: true, description: 'The lane that serves it; null until it is routed.' })
  readonly lane!: string | null;

  @Field(() => ID, { nullable: true, description: 'The channel that its cards are bought from; null for cards of the pool, and for all but staff.' })
  readonly channelId!: string | null;

  @Field(() => NextStepEnum, { description: 'What happens next.' })
  readonly nextStep!: NextStep;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When something is tried again, or asked about again; null when that is at once, or when something else must come first.',
  })
  readonly nextAttemptAt!: string | null;

  @Field(() => AttemptReasonEnum, { nullable: true, description: 'What it waits for until then; null when there is no such time.' })
  readonly nextAttemptReason!: AttemptReason | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when it waits in its present phase; null at rest.' })
  readonly waitingSince!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was stored.' })
  readonly submittedAt!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the payment was known.' })
  readonly paidAt!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When its cards could first be viewed.' })
  readonly deliveredAt!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When they were first viewed.' })
  readonly firstViewedAt!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Pay by then or, once paid, delivered by then; null when it has ended.' })
  readonly deadlineAt!: string | null;

  @Field(() => [OrderCard], { description: 'The cards it holds. Never the codes.' })
  readonly cards!: readonly OrderCard[];

  @Field(() => ID, {
    nullable: true,
    description: "Whose order it is at the desk, as the id of their API key; null when it is nobody's, and for all but staff.",
  })
  readonly assignee!: string | null;

  @Field(() => [Complaint], { description: 'What its buyer complained of, oldest first.' })
  readonly complaints!: readonly Complaint[];

  @Field(() => [String], { description: 'What the desk sorts it by; empty for all but staff.' })
  readonly tags!: readonly string[];

  @Field(() => [OrderShare], { description: 'Links that show it to people outside, oldest first; empty for all but staff.' })
  readonly shares!: readonly OrderShare[];

  @Field(() => Int, { description: 'How many events it has, less one. Give it as `minRevision` to read at least this state.' })
  readonly revision!: number;
}

/** What stands behind an `Order` while a request is answered: `accessToken` is what opened it, for the fields that ask again. */
export type OrderSource = OrderView & { readonly accessToken?: string | undefined };

@ObjectType({ description: 'One page of a list.' })
export class OrderConnection extends Connection<Order>('Order', () => Order) {}
