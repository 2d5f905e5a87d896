import { ObjectType } from '@nestjs/graphql';
import { OrderPayload } from './payloads';

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
