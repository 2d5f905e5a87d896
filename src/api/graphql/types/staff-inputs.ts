import { Field, ID, InputType } from '@nestjs/graphql';
import type { ReviewChoice } from '../../../domain/order/commands';
import { ReviewChoiceEnum } from '../desk-enums';
import { BigIntScalar } from '../scalars';
import { BuyersOrderInput, StaffOrderInput } from './inputs';

@InputType({ description: 'A paid order without its cards that is to be tried again.' })
export class RetryOrderInput extends StaffOrderInput {}

@InputType({ description: 'Money to return.' })
export class RefundOrderInput extends StaffOrderInput {
  @Field(() => BigIntScalar, { nullable: true, description: 'How much, in minor units; all that is left of the payment unless told.' })
  readonly amountMinor?: number;

  @Field(() => ID, { nullable: true, description: 'Of which payment; the one that was kept unless told.' })
  readonly reference?: string;

  @Field(() => [ID], { nullable: true, description: 'The cards that a part takes back.' })
  readonly cardIds?: readonly string[];
}

@InputType({ description: 'Money that a person vouches for.' })
export class ConfirmPaymentInput extends BuyersOrderInput {
  @Field(() => ID, { description: 'The payment.' })
  readonly reference!: string;

  @Field(() => String, { description: 'What was seen and where; kept for ever.' })
  readonly evidence!: string;

  @Field(() => ID, { nullable: true, description: "The gateway's id of it." })
  readonly transactionId?: string;

  @Field(() => BigIntScalar, { nullable: true, description: 'How much was captured, in minor units; what was asked for unless told.' })
  readonly capturedMinor?: number;
}

@InputType({ description: 'A review that a person has decided.' })
export class ResolveReviewInput extends StaffOrderInput {
  @Field(() => ID, { description: 'The subject of the review, as `reviews` shows it.' })
  readonly subject!: string;

  @Field(() => ReviewChoiceEnum, {
    nullable: true,
    description: 'The way out, one of `choices` of the review. Without it the review is called over.',
  })
  readonly choice?: ReviewChoice;

  @Field(() => String, { nullable: true, description: 'What was seen and where; required where the choice stands in for a gateway.' })
  readonly evidence?: string;

  @Field(() => BigIntScalar, { nullable: true, description: 'How much, in minor units, for choices about money.' })
  readonly amountMinor?: number;

  @Field(() => ID, { nullable: true, description: "The gateway's id of a confirmed payment." })
  readonly transactionId?: string;
}

@InputType({ description: 'An order to which nothing may happen but what people do.' })
export class FreezeOrderInput extends StaffOrderInput {}

@InputType({ description: 'A frozen order that may go on.' })
export class UnfreezeOrderInput extends StaffOrderInput {}

@InputType({ description: 'A remark on an order.' })
export class AddNoteInput extends BuyersOrderInput {
  @Field(() => String, { description: 'At most 2,000 characters.' })
  readonly text!: string;
}
