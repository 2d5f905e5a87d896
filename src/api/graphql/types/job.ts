import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import type { JobState, PreWarmView } from '../../../application/queries';
import { graphqlEnum } from '../enums';
import { DateTimeScalar } from '../scalars';
import { Connection } from './connection';
import { Money } from './money';
import { BuildProgress } from './operations';

const JobStateEnum = graphqlEnum<JobState>('JobState', 'How far a job is.', {
  WAITING: 'Ordered, and not begun or not got through yet.',
  RUNNING: 'Under way; what cuts it off does not end it.',
  DONE: 'What was ordered is so.',
  STOPPED: 'A person stopped it before its end.',
});

type PreWarmEndCause = NonNullable<PreWarmView['end']>;

const PreWarmEndEnum = graphqlEnum<PreWarmEndCause>('PreWarmEnd', 'Why buying ahead is over.', {
  FILLED: 'All cards are there.',
  BUDGET: 'The next card would cost more than is left.',
  TOO_LATE: 'The peak is over.',
  NO_CHANNEL: 'Too many purchases came to nothing.',
  STOPPED: 'A person stopped it.',
});

@ObjectType({ description: 'Orders that their own rules refused, by code.' })
export class RefusedCount {
  @Field(() => String, { description: 'Why, as an error code.' })
  readonly code!: string;

  @Field(() => Int, { description: 'How many orders.' })
  readonly count!: number;
}

@ObjectType({ description: 'How far a repair of many orders is.' })
export class BulkProgress {
  @Field(() => Int, { description: 'Orders it is for.' })
  readonly orders!: number;

  @Field(() => Int, { description: 'Orders whose turn is over.' })
  readonly settled!: number;

  @Field(() => Int, { description: 'Orders that were changed.' })
  readonly changed!: number;

  @Field(() => Int, { description: 'Orders with which it was so already.' })
  readonly unchanged!: number;

  @Field(() => [RefusedCount], { description: 'Orders that their own rules refused.' })
  readonly refused!: readonly RefusedCount[];

  @Field(() => Boolean, { description: 'A person has stopped it.' })
  readonly stopRequested!: boolean;

  @Field(() => String, { description: 'The filter it was ordered with, as JSON.' })
  readonly filter!: string;
}

@ObjectType({ description: 'How far a sealing of all cards under a newer key is.' })
export class RotationProgress {
  @Field(() => String, { description: 'The key that the cards are to be sealed with.' })
  readonly kid!: string;

  @Field(() => Int, { description: 'Cards there were when it was ordered.' })
  readonly cards!: number;

  @Field(() => Int, { description: 'Which time it goes through all cards, from 1; the last pass finds nothing left to do.' })
  readonly pass!: number;

  @Field(() => Int, { description: 'Cards looked at in this pass.' })
  readonly looked!: number;

  @Field(() => Int, { description: 'Cards sealed anew, in all passes.' })
  readonly resealed!: number;

  @Field(() => Int, { description: 'Cards left as they are in this pass: sold or expired longer ago than the shop keeps codes readable.' })
  readonly pastRetention!: number;

  @Field(() => Int, { description: 'Cards left as they are in this pass: their key is not there, or they were changed.' })
  readonly unreadable!: number;

  @Field(() => Boolean, { description: 'A person has stopped it.' })
  readonly stopRequested!: boolean;
}

@ObjectType({ description: 'How far buying cards ahead of a peak is.' })
export class PreWarmProgress {
  @Field(() => ID, { description: 'What is bought.' })
  readonly skuId!: string;

  @Field(() => DateTimeScalar, { description: 'Beginning of the hour that is expected to sell most.' })
  readonly peakHour!: string;

  @Field(() => Float, { description: 'Units that this hour is expected to sell; a mean, so not a whole number.' })
  readonly peakUnits!: number;

  @Field(() => Int, { description: 'Cards that are to come into the pool.' })
  readonly units!: number;

  @Field(() => Int, { description: 'Good cards that have come.' })
  readonly bought!: number;

  @Field(() => Int, { description: 'Cards of a purchase whose outcome is not known; it is asked about until it is.' })
  readonly inDoubt!: number;

  @Field(() => Money, { description: 'What may be spent.' })
  readonly budget!: Money;

  @Field(() => Money, { description: 'What was spent, and what purchases in doubt or written off may still cost.' })
  readonly spent!: Money;

  @Field(() => Boolean, { description: 'A person has stopped it.' })
  readonly stopRequested!: boolean;

  @Field(() => PreWarmEndEnum, { nullable: true, description: 'Why nothing more is bought; null while something may be.' })
  readonly end!: PreWarmEndCause | null;
}

@ObjectType({
  description:
    'Work that a person ordered, or that the shop ordered of itself: a repair of a read model or of many orders, a rotation of keys, or cards bought ahead.',
})
export class Job {
  @Field(() => ID, { description: 'The job.' })
  readonly id!: string;

  @Field(() => String, {
    description: 'REBUILD, RETRY or SKIP of a read model; BULK_RETRY, BULK_REROUTE or BULK_REFUND of orders; ROTATE_KEYS; PRE_WARM.',
  })
  readonly action!: string;

  @Field(() => ID, { nullable: true, description: 'The read model; null for other work.' })
  readonly projection!: string | null;

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

  @Field(() => BulkProgress, { nullable: true, description: 'Of a repair of many orders.' })
  readonly bulk!: BulkProgress | null;

  @Field(() => RotationProgress, { nullable: true, description: 'Of a rotation of keys.' })
  readonly rotation!: RotationProgress | null;

  @Field(() => PreWarmProgress, { nullable: true, description: 'Of cards bought ahead.' })
  readonly preWarm!: PreWarmProgress | null;
}

@ObjectType({ description: 'One page of a list.' })
export class JobConnection extends Connection<Job>('Job', () => Job) {}
