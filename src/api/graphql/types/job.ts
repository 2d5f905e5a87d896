import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { JobState } from '../../../application/queries';
import { graphqlEnum } from '../enums';
import { DateTimeScalar } from '../scalars';
import { Connection } from './connection';
import { BuildProgress } from './operations';

const JobStateEnum = graphqlEnum<JobState>('JobState', 'How far a job is.', {
  WAITING: 'Ordered, and not begun or not got through yet.',
  RUNNING: 'Under way; what cuts it off does not end it.',
  DONE: 'What was ordered is so.',
});

@ObjectType({ description: 'A repair of a read model that a person ordered.' })
export class Job {
  @Field(() => ID, { description: 'The job.' })
  readonly id!: string;

  @Field(() => String, { description: 'REBUILD, RETRY or SKIP.' })
  readonly action!: string;

  @Field(() => ID, { description: 'The read model.' })
  readonly projection!: string;

  @Field(() => String, { nullable: true, description: 'Of a SKIP: the stream.' })
  readonly stream!: string | null;

  @Field(() => Int, { nullable: true, description: 'Of a SKIP: revision of the event that is given up.' })
  readonly revision!: number | null;

  @Field(() => DateTimeScalar, { description: 'When it was ordered.' })
  readonly orderedAt!: string;

  @Field(() => String, { description: 'Who ordered it.' })
  readonly orderedBy!: string;

  @Field(() => String, { nullable: true, description: 'Why.' })
  readonly reason!: string | null;

  @Field(() => JobStateEnum, { description: 'How far it is.' })
  readonly state!: JobState;

  @Field(() => BuildProgress, { nullable: true, description: 'Of a rebuild under way.' })
  readonly progress!: BuildProgress | null;
}

@ObjectType({ description: 'One page of a list.' })
export class JobConnection extends Connection<Job>('Job', () => Job) {}
