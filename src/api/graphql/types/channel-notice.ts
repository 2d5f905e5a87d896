import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { BigIntScalar, DateTimeScalar } from '../scalars';
import { Connection } from './connection';

@ObjectType({ description: 'A well-signed callback of a channel that fits no purchase. The codes that it may have held are stored nowhere.' })
export class ChannelNotice {
  @Field(() => ID, { description: 'Names its content.' })
  readonly id!: string;

  @Field(() => ID, { description: 'Whose callback it was.' })
  readonly channelId!: string;

  @Field(() => String, { description: "The channel's id of it." })
  readonly noticeId!: string;

  @Field(() => String, { description: 'Why it fits none: UNKNOWN_ORDER, OTHER_CHANNEL, UNREADABLE.' })
  readonly cause!: string;

  @Field(() => String, { nullable: true, description: 'The purchase it speaks of, where it could be read.' })
  readonly requestId!: string | null;

  @Field(() => String, { nullable: true, description: 'What it claims.' })
  readonly claimedStatus!: string | null;

  @Field(() => Int, { nullable: true, description: 'How many cards it names.' })
  readonly claimedCards!: number | null;

  @Field(() => BigIntScalar, { nullable: true, description: 'What it claims that one unit costs, in minor units.' })
  readonly claimedUnitCostMinor!: number | null;

  @Field(() => String, { nullable: true, description: 'In which currency.' })
  readonly currency!: string | null;

  @Field(() => String, { description: 'SHA-256 of its body, lower-case hex.' })
  readonly bodyHash!: string;

  @Field(() => DateTimeScalar, { description: 'When it came in.' })
  readonly receivedAt!: string;
}

@ObjectType({ description: 'One page of a list.' })
export class ChannelNoticeConnection extends Connection<ChannelNotice>('ChannelNotice', () => ChannelNotice) {}
