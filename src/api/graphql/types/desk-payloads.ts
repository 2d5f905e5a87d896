import { ObjectType } from '@nestjs/graphql';
import { OrderPayload } from './payloads';

@ObjectType({ description: 'The order that gets another card.' })
export class ReissueCardPayload extends OrderPayload {}

@ObjectType({ description: 'The order whose refund is settled.' })
export class ConfirmRefundPayload extends OrderPayload {}

@ObjectType({ description: 'The order whose surplus goes back.' })
export class ConfirmSurplusPayload extends OrderPayload {}

@ObjectType({ description: 'The order whose payment is being asked about.' })
export class MatchNoticePayload extends OrderPayload {}
