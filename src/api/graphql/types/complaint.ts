import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import type { ComplaintAbout, ComplaintOutcome } from '../../../domain/order/events';
import { graphqlEnum } from '../enums';
import { DateTimeScalar } from '../scalars';
import { BuyersOrderInput, StaffOrderInput } from './inputs';

const meanings = {
  DELIVERY: 'It did not come, or came late. 发货',
  PAYMENT: 'Paid twice, or paid and not taken notice of. 付款',
  REFUND: 'Money that did not come back. 退款',
  OTHER: 'Something else. 其他',
};
const ComplaintAboutEnum = graphqlEnum<ComplaintAbout>(
  'ComplaintAbout',
  'What a buyer complains of; see `reportCard` for a code that does not work.',
  meanings,
);
const ComplaintKindEnum = graphqlEnum<ComplaintAbout | 'CODE'>('ComplaintKind', 'What a complaint is about.', {
  CODE: 'A code that does not work. 卡密',
  ...meanings,
});
const ComplaintOutcomeEnum = graphqlEnum<ComplaintOutcome>('ComplaintOutcome', 'How a complaint came out.', {
  UPHELD: 'The buyer was right. 成立',
  REJECTED: 'There was nothing in it. 不成立',
});

@ObjectType({ description: 'Something that the buyer of an order is, or was, unhappy with. 投诉' })
export class Complaint {
  @Field(() => ID, { description: 'The subject of its review: `card:<id>` or `complaint:<n>`.' })
  readonly id!: string;

  @Field(() => ComplaintKindEnum, { description: 'What it is about.' })
  readonly about!: ComplaintAbout | 'CODE';

  @Field(() => DateTimeScalar, { description: 'When it was made, or made again.' })
  readonly openedAt!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was answered; null while a person looks at it.' })
  readonly resolvedAt!: string | null;

  @Field(() => ComplaintOutcomeEnum, { nullable: true, description: 'How it came out; null where nobody has said so.' })
  readonly outcome!: ComplaintOutcome | null;
}

@InputType({ description: 'What a buyer complains of.' })
export class OpenComplaintInput extends BuyersOrderInput {
  @Field(() => ComplaintAboutEnum, { description: 'About what. One at a time about the same.' })
  readonly about!: ComplaintAbout;

  @Field(() => String, { description: 'In the words of the buyer; at most 2,000 characters.' })
  readonly text!: string;
}

@InputType({ description: 'How a complaint came out.' })
export class ResolveComplaintInput extends StaffOrderInput {
  @Field(() => ID, { description: 'The complaint, as the order shows it.' })
  readonly complaintId!: string;

  @Field(() => ComplaintOutcomeEnum, { description: 'Whether the buyer was right.' })
  readonly outcome!: ComplaintOutcome;
}
