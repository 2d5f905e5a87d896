import { Field, ID, InputType } from '@nestjs/graphql';
import type { RefundOutcome } from '../../../domain/order/commands';
import { RefundOutcomeEnum } from '../desk-enums';
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

@InputType({ description: 'The payment that a notice is about.' })
export class MatchNoticeInput extends StaffOrderInput {
  @Field(() => ID, { description: 'The notice, as `notices` shows it.' })
  readonly noticeId!: string;

  @Field(() => ID, { description: 'The payment of that order.' })
  readonly reference!: string;
}
