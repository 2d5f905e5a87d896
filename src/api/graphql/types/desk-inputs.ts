import { Field, ID, InputType } from '@nestjs/graphql';
import type { RefundOutcome } from '../../../domain/order/commands';
import { RefundOutcomeEnum } from '../desk-enums';
import { BigIntScalar } from '../scalars';
import { BuyersOrderInput, StaffOrderInput } from './inputs';

@InputType({ description: 'A reported card that is to be replaced.' })
export class ReissueCardInput extends StaffOrderInput {
  @Field(() => ID, { description: 'The reported card.' })
  readonly cardId!: string;
}

@InputType({ description: 'What became of a refund.' })
export class ConfirmRefundInput extends BuyersOrderInput {
  @Field(() => ID, { description: 'The refund.' })
  readonly refundReference!: string;

  @Field(() => RefundOutcomeEnum, { description: 'What was found out.' })
  readonly outcome!: RefundOutcome;

  @Field(() => String, { description: 'What was seen and where; kept for ever. At most 2,000 characters.' })
  readonly evidence!: string;
}

@InputType({ description: 'Money that a gateway took once more on a payment that was confirmed before.' })
export class ConfirmSurplusInput extends BuyersOrderInput {
  @Field(() => ID, { description: 'The payment.' })
  readonly reference!: string;

  @Field(() => ID, { description: "The gateway's id of the second capture: booked once, whoever finds it." })
  readonly transactionId!: string;

  @Field(() => String, { description: 'What was seen and where; kept for ever. At most 2,000 characters.' })
  readonly evidence!: string;

  @Field(() => BigIntScalar, {
    nullable: true,
    description: 'How much, in minor units; what was asked for on that payment unless told, and never more.',
  })
  readonly surplusMinor?: number;
}

@InputType({ description: 'The payment that a notice is about.' })
export class MatchNoticeInput extends StaffOrderInput {
  @Field(() => ID, { description: 'The notice, as `notices` shows it.' })
  readonly noticeId!: string;

  @Field(() => ID, { description: 'The payment of that order.' })
  readonly reference!: string;
}
