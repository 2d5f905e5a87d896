import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { DateTimeScalar } from '../scalars';
import { KeyedInput } from './inputs';
import { Job, RefusedCount } from './job';
import { Money } from './money';
import { Order, type OrderSource } from './order';
import { OrderFilter } from './order-filter';
import { Payload } from './payloads';

@InputType({ isAbstract: true })
export abstract class BulkRepairInput extends KeyedInput {
  @Field(() => String, { description: 'Why; kept for ever on every order that is changed.' })
  readonly reason!: string;

  @Field(() => OrderFilter, { description: 'Which orders; it must ask for something. The oldest first.' })
  readonly filter!: OrderFilter;

  @Field(() => Int, { nullable: true, description: 'Orders at most, from 1 to 5,000; 5,000 when absent.' })
  readonly limit?: number;

  @Field(() => String, { nullable: true, description: 'From a dry run by the same caller with the same filter and limit, at most ten minutes ago.' })
  readonly confirmationToken?: string;
}

@InputType({ description: 'A repair of many orders that is to stop.' })
export class StopJobInput extends KeyedInput {
  @Field(() => String, { description: 'Why; kept for ever.' })
  readonly reason!: string;

  @Field(() => ID, { description: 'The job.' })
  readonly jobId!: string;
}

@ObjectType({ description: 'What a repair of many orders would come to now. Each order is asked again when its turn comes.' })
export class BulkPreview {
  @Field(() => Int, { description: 'Orders it would be for.' })
  readonly orders!: number;

  @Field(() => Boolean, { description: 'More orders fit than the limit lets in.' })
  readonly more!: boolean;

  @Field(() => Int, { description: 'Orders that would be changed.' })
  readonly wouldChange!: number;

  @Field(() => Int, { description: 'Orders with which it is so already.' })
  readonly alreadySo!: number;

  @Field(() => [RefusedCount], { description: 'Orders that their own rules would refuse.' })
  readonly wouldRefuse!: readonly RefusedCount[];

  @Field(() => [Money], { description: 'By currency, of those that would be changed: what would go back, or else what they were sold for.' })
  readonly amounts!: readonly Money[];

  @Field(() => [Order], { description: 'The oldest few of them.' })
  readonly sample!: readonly OrderSource[];
}

@ObjectType({ isAbstract: true })
export abstract class BulkRepairPayload extends Payload {
  @Field(() => BulkPreview, { nullable: true, description: 'Of a dry run; null once the job is ordered, and after a refusal.' })
  readonly preview!: BulkPreview | null;

  @Field(() => String, { nullable: true, description: 'Of a dry run: send it with the same input to order the job.' })
  readonly confirmationToken!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When that token stops working.' })
  readonly confirmBefore!: string | null;

  @Field(() => Job, { nullable: true, description: 'The job, once it is ordered.' })
  readonly job!: Job | null;
}

@ObjectType({ description: 'The job that was told to stop.' })
export class StopJobPayload extends Payload {
  @Field(() => Job, { nullable: true, description: 'The job now; null after a refusal.' })
  readonly job!: Job | null;
}

@InputType({
  description: 'Orders that are to be retried. Without `confirmationToken` it is a dry run that changes nothing and hands out the token.',
})
export class BulkRetryInput extends BulkRepairInput {}

@ObjectType({ description: 'A dry run, or the job that was ordered.' })
export class BulkRetryPayload extends BulkRepairPayload {}

@InputType({
  description: 'Orders that are to be sent elsewhere. Without `confirmationToken` it is a dry run that changes nothing and hands out the token.',
})
export class BulkRerouteInput extends BulkRepairInput {}

@ObjectType({ description: 'A dry run, or the job that was ordered.' })
export class BulkReroutePayload extends BulkRepairPayload {}

@InputType({
  description: 'Orders that are to be refunded. Without `confirmationToken` it is a dry run that changes nothing and hands out the token.',
})
export class BulkRefundInput extends BulkRepairInput {}

@ObjectType({ description: 'A dry run, or the job that was ordered.' })
export class BulkRefundPayload extends BulkRepairPayload {}
