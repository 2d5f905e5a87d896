import { Field, ObjectType } from '@nestjs/graphql';
import { OrderPayload, Payload, RevealedField } from './payloads';
import { OrderShare, SharedOrder } from './share';

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

@ObjectType({ description: 'The order and its new link.' })
export class ShareOrderPayload extends OrderPayload {
  @Field(() => OrderShare, { nullable: true, description: 'The link; null after a refusal.' })
  readonly share!: OrderShare | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The page that shows the order, to be handed over as it is; it begins with the path where the shop has no CARDRAIL_PUBLIC_URL. It is stored nowhere: the same key gives it again.',
  })
  readonly link!: string | null;
}

@ObjectType({ description: 'The order whose link was taken back.' })
export class RevokeOrderSharePayload extends OrderPayload {}

@ObjectType({ description: 'What a link shows.' })
export class OpenSharedOrderPayload extends Payload {
  @Field(() => SharedOrder, { nullable: true, description: 'The order, redacted; null after a refusal.' })
  readonly shared!: SharedOrder | null;
}
