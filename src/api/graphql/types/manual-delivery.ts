import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { StaffOrderInput } from './inputs';
import { CardInput } from './operator-inputs';
import { OrderPayload } from './payloads';

@InputType({ description: 'Goods that a person hands over: codes, or a text that says what was done, or both.' })
export class DeliverManuallyInput extends StaffOrderInput {
  @Field(() => [CardInput], { nullable: true, description: 'From 1 to 1,000, at most as many as the order lacks. Sealed before they are stored.' })
  readonly cards?: readonly CardInput[];

  @Field(() => String, {
    nullable: true,
    description: 'What the buyer is to read instead of a code, for everything that the cards do not fill; at most 2,000 characters.',
  })
  readonly receipt?: string;
}

@ObjectType({ description: 'The order that was delivered by hand.' })
export class DeliverManuallyPayload extends OrderPayload {}
