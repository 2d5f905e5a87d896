import { Field, ID, InputType } from '@nestjs/graphql';
import { StaffOrderInput } from './inputs';

@InputType({ description: 'An order that somebody at the desk takes, or is given.' })
export class AssignOrderInput extends StaffOrderInput {
  @Field(() => ID, {
    nullable: true,
    description: 'Who gets it, as the id of their API key, also when somebody else has it. Without it the caller takes it, from nobody.',
  })
  readonly assignee?: string;
}

@InputType({ description: "An order that is to be nobody's." })
export class UnassignOrderInput extends StaffOrderInput {}

@InputType({ description: 'An order whose form is to be read.' })
export class RevealFieldsInput extends StaffOrderInput {}

@InputType({ description: 'A tag to put on an order.' })
export class TagOrderInput extends StaffOrderInput {
  @Field(() => String, { description: 'One word of at most 32 letters, digits and .:_-; capitals do not matter. An order has at most 10.' })
  readonly tag!: string;
}

@InputType({ description: 'A tag to take off an order.' })
export class UntagOrderInput extends StaffOrderInput {
  @Field(() => String, { description: 'As it stands on the order.' })
  readonly tag!: string;
}
