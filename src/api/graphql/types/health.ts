import { Field, Int, ObjectType } from '@nestjs/graphql';
import { HealthCauseEnum, HealthWordEnum, TimeoutReasonEnum } from '../enums';
import { DateTimeScalar } from '../scalars';

@ObjectType({ description: 'How a gateway or channel is, judged by how it answered lately.' })
export class Health {
  @Field(() => HealthWordEnum, { description: 'In a word.' })
  readonly word!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when; null while nothing was ever said of it.' })
  readonly since!: string | null;

  @Field(() => HealthCauseEnum, { nullable: true, description: 'Why it changed to this; null while nothing was ever said of it.' })
  readonly cause!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when it has not been HEALTHY without a break; null while it is.' })
  readonly troubledSince!: string | null;
}

@ObjectType({ description: 'How long a request may take, as the process that answers has learnt it: only one with an engine learns.' })
export class Timeout {
  @Field(() => Int, { description: 'Milliseconds. One request in many is given longer, to see whether answers have become slower.' })
  readonly ms!: number;

  @Field(() => TimeoutReasonEnum, { description: 'Why so long.' })
  readonly because!: string;
}
