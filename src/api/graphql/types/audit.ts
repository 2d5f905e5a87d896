import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { ActorKind } from '../../../domain/kernel/event';
import type { AuditOutcome } from '../../../projections/audit-trail';
import { ActorKindEnum, graphqlEnum } from '../enums';
import { DateTimeScalar } from '../scalars';
import { Connection } from './connection';

const AuditOutcomeEnum = graphqlEnum<AuditOutcome>('AuditOutcome', 'What became of it.', {
  DONE: 'It was done, and left an event.',
  REFUSED: 'It was refused, and changed nothing.',
});

@ObjectType({ description: 'One thing that somebody did, or requests alike that were refused.' })
export class AuditEntry {
  @Field(() => ID, { description: 'Its place in the log: stream and revision.' })
  readonly id!: string;

  @Field(() => DateTimeScalar, { description: 'When; of several refusals the last.' })
  readonly at!: string;

  @Field(() => DateTimeScalar, { description: 'The same, but of several refusals the first.' })
  readonly since!: string;

  @Field(() => ActorKindEnum, { nullable: true, description: 'What kind of actor; null when nobody could be made out.' })
  readonly actorKind!: ActorKind | null;

  @Field(() => String, { nullable: true, description: 'The API key or member of staff; of a buyer the order.' })
  readonly actorId!: string | null;

  @Field(() => String, { description: 'The event that was left, or the operation or `Type.field` that was refused.' })
  readonly action!: string;

  @Field(() => String, { nullable: true, description: 'The stream that it is about.' })
  readonly subject!: string | null;

  @Field(() => AuditOutcomeEnum, { description: 'What became of it.' })
  readonly outcome!: AuditOutcome;

  @Field(() => String, { nullable: true, description: 'Why it was refused.' })
  readonly code!: string | null;

  @Field(() => Int, { description: 'How many requests were refused alike; 1 for what was done.' })
  readonly count!: number;

  @Field(() => String, { nullable: true, description: 'Why it was done, in the words of whoever did it.' })
  readonly reason!: string | null;

  @Field(() => String, { description: 'The order or process that it belongs to.' })
  readonly correlationId!: string;

  @Field(() => String, { description: 'Id of the request that led to it; of several refusals the first.' })
  readonly requestId!: string;

  @Field(() => [ID], { description: 'The cards whose codes were looked at.' })
  readonly cardIds!: readonly string[];

  @Field(() => Boolean, { nullable: true, description: 'Whether codes were looked at for the first time; null when none were.' })
  readonly firstView!: boolean | null;
}

@ObjectType({ description: 'One page of a list.' })
export class AuditEntryConnection extends Connection<AuditEntry>('AuditEntry', () => AuditEntry) {}

@InputType({ description: 'Which acts; all that is named must hold.' })
export class AuditFilter {
  @Field(() => String, { nullable: true, description: 'Id of the API key or member of staff; of a buyer the order.' })
  readonly actorId?: string | null;

  @Field(() => String, { nullable: true, description: 'An event, an operation, or a field as `Type.field`.' })
  readonly action?: string | null;

  @Field(() => String, { nullable: true, description: 'A stream, such as `order-` and its id.' })
  readonly subject?: string | null;

  @Field(() => AuditOutcomeEnum, { nullable: true, description: 'Only what was done, or only what was refused.' })
  readonly outcome?: AuditOutcome | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'From then on.' })
  readonly from?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Before then.' })
  readonly to?: string | null;
}
