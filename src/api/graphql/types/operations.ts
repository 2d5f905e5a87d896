import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { ReviewChoice } from '../../../domain/order/commands';
import type { ReviewKind } from '../../../domain/order/reviews';
import { ReviewChoiceEnum, ReviewKindEnum } from '../desk-enums';
import { BigIntScalar, DateTimeScalar } from '../scalars';
import { Connection } from './connection';
import { LoadShedding } from './load-shedding';
import { Order, type OrderSource } from './order';

@ObjectType({ description: 'One question that only a person, or the answer itself, settles.' })
export class Review {
  @Field(() => ID, { description: 'What is asked, such as `payment:<reference>`; `frozen` for a frozen order.' })
  readonly subject!: string;

  @Field(() => ReviewKindEnum, { description: 'What it is about.' })
  readonly kind!: ReviewKind;

  @Field(() => String, { description: 'Why it was opened.' })
  readonly cause!: string;

  @Field(() => DateTimeScalar, { description: 'When it was opened.' })
  readonly openedAt!: string;

  @Field(() => BigIntScalar, { description: 'For how long it has been waiting, in milliseconds.' })
  readonly ageMs!: number;

  @Field(() => DateTimeScalar, { description: 'When a person should have answered it.' })
  readonly dueAt!: string;

  @Field(() => Boolean, { description: 'That time has passed.' })
  readonly overdue!: boolean;

  @Field(() => [ReviewChoiceEnum], { description: 'The ways out that the order would take now and the reader may take; see `resolveReview`.' })
  readonly choices!: readonly ReviewChoice[];
}

@ObjectType({ description: 'An order that waits for a person.' })
export class ReviewedOrder {
  @Field(() => Order, { description: 'The order.' })
  readonly order!: OrderSource;

  @Field(() => Review, { description: 'The question that this line of the queue is about.' })
  readonly review!: Review;

  @Field(() => [Review], { description: 'Everything that the order waits for, oldest first.' })
  readonly reviews!: readonly Review[];
}

@ObjectType({ description: 'One page of a list.' })
export class ReviewedOrderConnection extends Connection<ReviewedOrder>('ReviewedOrder', () => ReviewedOrder) {}

@ObjectType({ description: 'The payment that a person bound a notice to.' })
export class NoticeMatch {
  @Field(() => ID, { description: 'The order.' })
  readonly orderId!: string;

  @Field(() => ID, { description: 'The payment.' })
  readonly reference!: string;

  @Field(() => DateTimeScalar, { description: 'When.' })
  readonly at!: string;
}

@ObjectType({ description: 'A well-signed callback that fits no order.' })
export class Notice {
  @Field(() => ID, { description: 'Names its content.' })
  readonly id!: string;

  @Field(() => ID, { description: 'Whose callback it was.' })
  readonly gatewayId!: string;

  @Field(() => String, { description: "The gateway's id of it." })
  readonly noticeId!: string;

  @Field(() => String, { description: 'Why it fits none: UNKNOWN_ORDER, OTHER_GATEWAY, FOREIGN_MERCHANT, UNREADABLE.' })
  readonly cause!: string;

  @Field(() => String, { nullable: true, description: 'The payment it speaks of, where it could be read.' })
  readonly reference!: string | null;

  @Field(() => String, { nullable: true, description: 'What it claims.' })
  readonly claimedStatus!: string | null;

  @Field(() => BigIntScalar, { nullable: true, description: 'What it claims to be captured, in minor units.' })
  readonly claimedCapturedMinor!: number | null;

  @Field(() => String, { nullable: true, description: 'In which currency.' })
  readonly currency!: string | null;

  @Field(() => String, { description: 'SHA-256 of its body, lower-case hex.' })
  readonly bodyHash!: string;

  @Field(() => DateTimeScalar, { description: 'When it came in.' })
  readonly receivedAt!: string;

  @Field(() => NoticeMatch, { nullable: true, description: 'What a person bound it to; null while it waits.' })
  readonly matched!: NoticeMatch | null;
}

@ObjectType({ description: 'One page of a list.' })
export class NoticeConnection extends Connection<Notice>('Notice', () => Notice) {}

@ObjectType({ description: 'How far the build of a read model is.' })
export class BuildProgress {
  @Field(() => Int, { description: 'Which build.' })
  readonly generation!: number;

  @Field(() => BigIntScalar, { description: 'Events read for it by this process.' })
  readonly events!: number;

  @Field(() => BigIntScalar, { description: 'Rate, in events per second.' })
  readonly eventsPerSecond!: number;

  @Field(() => String, { nullable: true, description: 'Place in the log that it has reached.' })
  readonly position!: string | null;

  @Field(() => String, { nullable: true, description: 'End of the log when it began.' })
  readonly head!: string | null;
}

@ObjectType({ description: 'How a read model stands.' })
export class ProjectionInfo {
  @Field(() => ID, { description: 'Its name.' })
  readonly name!: string;

  @Field(() => Int, { description: 'Version of the shape that serves.' })
  readonly version!: number;

  @Field(() => Int, { description: 'Number of the build that serves.' })
  readonly generation!: number;

  @Field(() => String, { description: 'RUNNING, REBUILDING (the old rows serve), PARKING (some streams wait) or STOPPED.' })
  readonly state!: string;

  @Field(() => String, { nullable: true, description: 'Place in the log that its rows reflect.' })
  readonly position!: string | null;

  @Field(() => BigIntScalar, { description: 'Age of the newest event it reflects while more may follow, in milliseconds; 0 when it has read all.' })
  readonly lagMs!: number;

  @Field(() => Int, { description: 'Streams that wait because one of their events could not be taken.' })
  readonly parked!: number;

  @Field(() => String, { nullable: true, description: 'Why it stopped.' })
  readonly problem!: string | null;

  @Field(() => BuildProgress, { nullable: true, description: 'The build under way.' })
  readonly progress!: BuildProgress | null;
}

@ObjectType({ description: 'How this process stands.' })
export class SystemInfo {
  @Field(() => String, { description: 'Version of the program.' })
  readonly version!: string;

  @Field(() => [String], { description: 'What this process does: api, engine, projector, outbox.' })
  readonly roles!: readonly string[];

  @Field(() => String, { nullable: true, description: 'End of the log; null while it is empty.' })
  readonly position!: string | null;

  @Field(() => BigIntScalar, { description: 'Lag of the slowest read model, in milliseconds.' })
  readonly lagMs!: number;

  @Field(() => Boolean, { description: 'Some read model has not reached the end of the log.' })
  readonly lagging!: boolean;

  @Field(() => Int, { description: 'Streams that wait in some read model.' })
  readonly parked!: number;

  @Field(() => LoadShedding, { description: 'What is done without under load.' })
  readonly loadShedding!: LoadShedding;
}
