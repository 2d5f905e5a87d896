import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { KeyedInput } from './inputs';
import { Job } from './job';
import { Payload } from './payloads';

@InputType({ description: 'All cards are to be sealed with the newest key of the keyring.' })
export class RotateKeysInput extends KeyedInput {
  @Field(() => String, { description: 'Why; kept for ever.' })
  readonly reason!: string;
}

@ObjectType({ description: 'The rotation that was ordered.' })
export class RotateKeysPayload extends Payload {
  @Field(() => Job, { nullable: true, description: 'How far it is; null after a refusal.' })
  readonly job!: Job | null;
}
