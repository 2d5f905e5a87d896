import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { OrderStatus } from '../../../domain/order/phase';
import type { PaymentStatus, RefundStatus } from '../../../domain/order/state';
import { RefundStatusEnum } from '../desk-enums';
import { OrderStatusEnum, PaymentStatusEnum } from '../enums';
import { DateTimeScalar } from '../scalars';
import { StaffOrderInput } from './inputs';
import { Money } from './money';

@ObjectType({ description: 'A link that shows one order, redacted, to somebody outside. 分享链接' })
export class OrderShare {
  @Field(() => ID, { description: 'The link. It opens nothing: what does stands in the link alone.' })
  readonly id!: string;

  @Field(() => DateTimeScalar, { description: 'When it was made; by whom and why stands in the history.' })
  readonly sharedAt!: string;

  @Field(() => DateTimeScalar, { description: 'From then on it opens nothing.' })
  readonly expiresAt!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was taken back; null while it was not.' })
  readonly revokedAt!: string | null;

  @Field(() => Int, { description: 'How often it was opened: looks of one hour are one, and eight are counted at most.' })
  readonly openings!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was first opened; null while nobody has.' })
  readonly firstOpenedAt!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'The last opening that was counted.' })
  readonly lastOpenedAt!: string | null;
}

@ObjectType({ description: 'A payment as somebody outside may see it.' })
export class SharedPayment {
  @Field(() => ID, { description: 'Under which its gateway knows it.' })
  readonly reference!: string;

  @Field(() => PaymentStatusEnum, { description: 'What is known of it.' })
  readonly status!: PaymentStatus;

  @Field(() => Money, { description: 'How much was asked for.' })
  readonly amount!: Money;
}

@ObjectType({ description: 'A refund as somebody outside may see it.' })
export class SharedRefund {
  @Field(() => ID, { description: 'Under which its gateway knows it.' })
  readonly refundReference!: string;

  @Field(() => RefundStatusEnum, { description: 'How far it is.' })
  readonly status!: RefundStatus;

  @Field(() => Money, { description: 'How much.' })
  readonly amount!: Money;

  @Field(() => DateTimeScalar, { description: 'When it was ordered.' })
  readonly orderedAt!: string;
}

@ObjectType({ description: 'A step in the life of a shared order.' })
export class SharedStep {
  @Field(() => DateTimeScalar, { description: 'When.' })
  readonly occurredAt!: string;

  @Field(() => String, { description: 'What, in the language of the request, in words that name nobody.' })
  readonly words!: string;
}

@ObjectType({
  description:
    'An order as somebody outside may see it: its state, its steps and its money. No code, no contact, nothing that was typed, and no name of an account, a channel or a person.',
})
export class SharedOrder {
  @Field(() => String, { description: 'Its number.' })
  readonly number!: string;

  @Field(() => OrderStatusEnum, { description: 'Where it stands, in a word.' })
  readonly status!: OrderStatus;

  @Field(() => String, { description: 'What it is for, as the shop shows it to everybody.' })
  readonly skuName!: string;

  @Field(() => Int, { description: 'How many, in pieces.' })
  readonly quantity!: number;

  @Field(() => Money, { description: 'What it costs.' })
  readonly amount!: Money;

  @Field(() => Money, { description: 'Everything confirmed captured.' })
  readonly paid!: Money;

  @Field(() => Money, { description: 'Everything confirmed returned.' })
  readonly refunded!: Money;

  @Field(() => DateTimeScalar, { description: 'When it was placed.' })
  readonly submittedAt!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the payment was confirmed.' })
  readonly paidAt!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was delivered.' })
  readonly deliveredAt!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When its buyer first looked at what was delivered.' })
  readonly firstViewedAt!: string | null;

  @Field(() => [SharedPayment], { description: 'Every payment ever requested, oldest first.' })
  readonly payments!: readonly SharedPayment[];

  @Field(() => [SharedRefund], { description: 'Every refund ever ordered, oldest first.' })
  readonly refunds!: readonly SharedRefund[];

  @Field(() => [SharedStep], { description: 'What happened, oldest first.' })
  readonly steps!: readonly SharedStep[];

  @Field(() => DateTimeScalar, { description: 'Until when the link shows it.' })
  readonly expiresAt!: string;
}

@InputType({ description: 'An order that somebody outside is to see.' })
export class ShareOrderInput extends StaffOrderInput {
  @Field(() => Int, { nullable: true, description: 'How long the link opens it, in hours: 1 to 720, and 168 (a week) unless told.' })
  readonly validHours?: number;
}

@InputType({ description: 'A link that is to open nothing any more.' })
export class RevokeOrderShareInput extends StaffOrderInput {
  @Field(() => ID, { description: 'The link, as the order shows it.' })
  readonly shareId!: string;
}

@InputType({ description: 'What stands in the link.' })
export class OpenSharedOrderInput {
  @Field(() => ID, { description: 'As of every mutation; looks are told apart by their time.' })
  readonly idempotencyKey!: string;

  @Field(() => String, { description: 'The number of the order.' })
  readonly number!: string;

  @Field(() => String, { description: 'What stands behind the # of the link. Never put it into a URL that is sent to a server.' })
  readonly shareToken!: string;
}
