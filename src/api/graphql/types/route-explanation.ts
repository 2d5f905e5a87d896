import { Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { SourceExplained, WhyNotSource } from '../../../domain/order/explain-route';
import type { TrialArm } from '../../../domain/routing/policy';
import { graphqlEnum } from '../enums';

const SourceKindEnum = graphqlEnum<SourceExplained['kind']>('SourceKind', 'Where goods come from.', {
  POOL: "The shop's own stock.",
  CHANNEL: 'A channel that sells them.',
});

const TrialArmEnum = graphqlEnum<TrialArm>('TrialArmName', 'Which side of a trial an order is on.', {
  CANARY: 'It tries the new policy.',
  CONTROL: 'It follows the one in use.',
});

const WhyNotEnum = graphqlEnum<WhyNotSource>('WhyNotSource', 'Why an order cannot get its goods somewhere now.', {
  NO_STOCK: 'The pool cannot fill the whole need.',
  ATTEMPTS_SPENT: 'Too many purchases of this order came to nothing.',
  UNKNOWN_CHANNEL: 'It is not set up, or its secrets are not there.',
  PAUSED: 'A person has paused it.',
  DRAINING: 'It takes no new orders.',
  AWAY: 'It cannot be reached.',
  SOLD_OUT: 'It has too few.',
  TOO_DEAR: 'It asks more than the terms allow.',
  MARGIN_TOO_LOW: 'What it asks would leave less of the price than the shop wants.',
  OTHER_CURRENCY: 'It asks another currency than the terms do.',
  GIVEN_UP: 'A purchase of this order was given up there.',
  NOT_YET: 'A purchase of this order failed there lately; it waits before the next.',
  ISOLATED: 'It is too ill for anything new.',
  PROBED_BY_OTHERS: 'It is being tried with a few orders, and this is none of them.',
  BUSY: 'So much is under way there that it has to wait a moment.',
  RETRY_BUDGET: 'So much was sent there again to no end that the next retry has to wait.',
});

@InputType({ description: 'Either an order that is there, or what somebody might buy.' })
export class ExplainRouteInput {
  @Field(() => ID, { nullable: true, description: 'The order, as it stands now.' })
  readonly orderId?: string;

  @Field(() => ID, { nullable: true, description: 'What somebody might buy.' })
  readonly skuId?: string;

  @Field(() => Int, { nullable: true, description: 'How many, in pieces; 1 unless told.' })
  readonly quantity?: number;
}

@ObjectType({ description: 'The score of a channel and what it is made of, 0 to 1 each.' })
export class ChannelScore {
  @Field(() => Int, { description: 'Lower is asked first.' })
  readonly priority!: number;

  @Field(() => Boolean, { description: 'It is ill: whoever is not comes first.' })
  readonly diverted!: boolean;

  @Field(() => Float, { description: 'Share of requests that were answered.' })
  readonly success!: number;

  @Field(() => Float, { description: 'How soon.' })
  readonly speed!: number;

  @Field(() => Float, { description: 'How cheaply.' })
  readonly cost!: number;

  @Field(() => Float, { description: 'Weight × success × speed × cost: its share among equals.' })
  readonly share!: number;
}

@ObjectType({ description: 'One source of the terms.' })
export class RouteSource {
  @Field(() => SourceKindEnum, { description: 'What it is.' })
  readonly kind!: string;

  @Field(() => ID, { nullable: true, description: 'Of a channel: which.' })
  readonly channelId!: string | null;

  @Field(() => String, { nullable: true, description: 'Of a channel: its name of the goods.' })
  readonly product!: string | null;

  @Field(() => Boolean, { description: 'Goods could be had there now.' })
  readonly eligible!: boolean;

  @Field(() => WhyNotEnum, { nullable: true, description: 'Why not; null when they could.' })
  readonly why!: string | null;

  @Field(() => ChannelScore, { nullable: true, description: 'Its score, where it was weighed.' })
  readonly score!: ChannelScore | null;
}

@ObjectType({ description: 'The trial that an order takes part in.' })
export class RouteTrial {
  @Field(() => ID, { description: 'The policy that is tried.' })
  readonly version!: string;

  @Field(() => TrialArmEnum, { description: 'On which side.' })
  readonly arm!: string;
}

@ObjectType({
  description:
    'Where an order would get its goods if it were paid and looked for them now. What channels do lately is known to processes with an engine.',
})
export class RouteExplanation {
  @Field(() => ID, { description: 'The policy that it would follow.' })
  readonly policyVersion!: string;

  @Field(() => RouteTrial, { nullable: true, description: 'The trial that it takes part in; null while nothing is tried.' })
  readonly trial!: RouteTrial | null;

  @Field(() => Int, { description: 'Cards that are to be found.' })
  readonly wanted!: number;

  @Field(() => [RouteSource], { description: 'Every source, best first where they are one choice.' })
  readonly sources!: readonly RouteSource[];

  @Field(() => RouteSource, { nullable: true, description: 'What would be taken; null: it would wait, or nothing is wanted.' })
  readonly chosen!: RouteSource | null;
}
