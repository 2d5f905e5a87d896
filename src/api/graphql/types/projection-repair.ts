import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { DateTimeScalar } from '../scalars';
import { KeyedInput } from './inputs';
import { ProjectionInfo } from './operations';
import { Payload } from './payloads';

@ObjectType({ description: 'A stream that waits because one of its events could not be taken into a read model.' })
export class ParkedEvent {
  @Field(() => ID, { description: 'The read model that waits.' })
  readonly projection!: string;

  @Field(() => String, { description: 'The stream; * when the whole read model has stopped.' })
  readonly stream!: string;

  @Field(() => Int, { description: 'Revision of the event it waits at.' })
  readonly revision!: number;

  @Field(() => String, { description: 'Place of that event in the log.' })
  readonly position!: string;

  @Field(() => String, { description: 'Why it could not be taken.' })
  readonly error!: string;

  @Field(() => DateTimeScalar, { description: 'Since when it waits.' })
  readonly parkedAt!: string;
}

@ObjectType({ description: 'What became of a stream that waited.' })
export class ParkedOutcome {
  @Field(() => String, { description: 'The stream.' })
  readonly stream!: string;

  @Field(() => Boolean, { description: 'It goes on.' })
  readonly released!: boolean;

  @Field(() => String, { nullable: true, description: 'Why it waits still.' })
  readonly error!: string | null;
}

@InputType({ isAbstract: true })
abstract class RepairInput extends KeyedInput {
  @Field(() => String, { description: 'Why; kept for ever.' })
  readonly reason!: string;

  @Field(() => ID, { description: 'Name of the read model.' })
  readonly projection!: string;
}

@InputType({ description: 'A read model that is to be made anew while its old rows serve.' })
export class RebuildProjectionInput extends RepairInput {}

@InputType({ description: 'Streams that are to be read again.' })
export class RetryParkedInput extends RepairInput {
  @Field(() => [String], { nullable: true, description: 'Only these, at most 50; all that wait when absent.' })
  readonly streams?: readonly string[];
}

@InputType({ description: 'One event that a read model is to go on without.' })
export class SkipParkedInput extends RepairInput {
  @Field(() => String, { description: 'The stream that waits.' })
  readonly stream!: string;

  @Field(() => Int, { description: 'Revision of the event it waits at, as `parkedEvents` shows it.' })
  readonly revision!: number;
}

@ObjectType({ isAbstract: true })
export abstract class RepairPayload extends Payload {
  @Field(() => ProjectionInfo, { nullable: true, description: 'The read model now; null after a refusal.' })
  readonly projection!: ProjectionInfo | null;
}

@ObjectType({ description: 'The read model whose build has begun.' })
export class RebuildProjectionPayload extends RepairPayload {}

@ObjectType({ description: 'What the second reading came to.' })
export class RetryParkedPayload extends RepairPayload {
  @Field(() => [ParkedOutcome], { description: 'Each stream that was read again.' })
  readonly streams!: readonly ParkedOutcome[];
}

@ObjectType({ description: 'What giving up one event came to.' })
export class SkipParkedPayload extends RetryParkedPayload {}
