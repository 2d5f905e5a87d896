import { Field, ObjectType } from '@nestjs/graphql';
import { OrderPayload, RevealedField } from './payloads';

@ObjectType({ description: 'The order and whose it is.' })
export class AssignOrderPayload extends OrderPayload {}

@ObjectType({ description: "The order that is nobody's." })
export class UnassignOrderPayload extends OrderPayload {}

@ObjectType({ description: 'The order and its tags.' })
export class TagOrderPayload extends OrderPayload {}

@ObjectType({ description: 'The order and its tags.' })
export class UntagOrderPayload extends OrderPayload {}

@ObjectType({ description: 'The order and what its buyer complains of.' })
export class OpenComplaintPayload extends OrderPayload {}

@ObjectType({ description: 'The order whose complaint is answered.' })
export class ResolveComplaintPayload extends OrderPayload {}

@ObjectType({ description: 'What the buyer filled in. Each look is kept in the history of the order.' })
export class RevealFieldsPayload extends OrderPayload {
  @Field(() => [RevealedField], { description: 'All of it, in plain text; empty after a refusal.' })
  readonly fields!: readonly RevealedField[];
}
