import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import type { BuyerErasureView } from '../../../application/queries';
import { graphqlEnum } from '../enums';
import { DateTimeScalar } from '../scalars';
import { KeyedInput } from './inputs';
import { Payload } from './payloads';

const BuyerErasureStatusEnum = graphqlEnum<BuyerErasureView['status']>('BuyerErasureStatus', 'How far an erasure is.', {
  ERASING: 'Ordered. Nothing more is sealed with the keys of the buyer; each order forgets its buyer as soon as it is settled.',
  ERASED: 'Every order has forgotten, and the keys are destroyed.',
});

@InputType({ description: 'The buyer that is to be erased, as the orders name it.' })
export class EraseBuyerInput extends KeyedInput {
  @Field(() => String, { description: 'Why; kept for ever. Name nobody in it.' })
  readonly reason!: string;

  @Field(() => ID, { description: 'Whose buyer it is.' })
  readonly clientId!: string;

  @Field(() => ID, { description: "The client's own id of the buyer." })
  readonly buyerRef!: string;
}

@ObjectType({ description: 'The erasure of one buyer.' })
export class BuyerErasure {
  @Field(() => ID, { description: 'The buyer, by the digest that its keys go by.' })
  readonly subject!: string;

  @Field(() => BuyerErasureStatusEnum, { description: 'How far it is.' })
  readonly status!: BuyerErasureView['status'];

  @Field(() => DateTimeScalar, { description: 'When it was ordered.' })
  readonly orderedAt!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When every order had forgotten; null until then.' })
  readonly erasedAt!: string | null;
}

@ObjectType({ description: 'The erasure that was ordered.' })
export class EraseBuyerPayload extends Payload {
  @Field(() => BuyerErasure, { nullable: true, description: 'How far it is; null after a refusal.' })
  readonly erasure!: BuyerErasure | null;
}
