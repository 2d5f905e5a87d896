import { Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { WorseBy } from '../../../domain/routing/canary-report';
import type { RoutingPolicyEvent } from '../../../domain/routing/policy-events';
import { graphqlEnum } from '../enums';
import { BigIntScalar, DateTimeScalar } from '../scalars';
import { OperatorInput } from './operator-inputs';
import { SettingPayload } from './payloads';

const PolicyStepEnum = graphqlEnum<RoutingPolicyEvent['type']>('RoutingPolicyStepType', 'What was done to routing policies.', {
  RoutingPolicyPublished: 'It counts for every order from here on.',
  CanaryStarted: 'It is tried on a share of the orders.',
  CanaryPercentChanged: 'The share was changed.',
  CanaryPromoted: 'The canary counts for every order from here on.',
  CanaryRolledBack: 'The trial is over; the policy in use counts for every order again.',
});

const WorseByEnum = graphqlEnum<WorseBy>('WorseBy', 'By what a canary may be worse.', {
  SUCCESS: 'Fewer first purchases give what was asked for.',
  TIME: 'A card takes longer.',
  COST: 'A card costs more.',
});

@ObjectType({ description: 'How much each measured number counts in the score of a channel: 0 not at all, 1 as it is, 2 squared.' })
export class ScoringWeights {
  @Field(() => Float, { description: 'The share of requests that were answered.' })
  readonly success!: number;

  @Field(() => Float, { description: 'How soon.' })
  readonly latency!: number;

  @Field(() => Float, { description: 'How cheaply.' })
  readonly cost!: number;
}

@ObjectType({ description: 'Whether new orders go elsewhere when a channel is ill, and from when on it counts as ill.' })
export class Diversion {
  @Field(() => Boolean, { description: 'Whether the health of channels is heeded at all.' })
  readonly enabled!: boolean;

  @Field(() => Float, { nullable: true, description: 'Diverted above this share of time-outs, in percent; null: as the shop is set up.' })
  readonly timeoutPercent!: number | null;

  @Field(() => Float, { nullable: true, description: 'Isolated from this share of errors on, in percent; null: as the shop is set up.' })
  readonly errorPercent!: number | null;

  @Field(() => Int, { nullable: true, description: 'Diverted when answers take longer in the mean, in milliseconds; null: as the shop is set up.' })
  readonly slowMs!: number | null;
}

@ObjectType({ description: 'What a policy says of one channel instead of its own settings.' })
export class ChannelOverride {
  @Field(() => ID, { description: 'The channel.' })
  readonly channelId!: string;

  @Field(() => Int, { nullable: true, description: 'Its share among channels of one priority; null: its own.' })
  readonly weight!: number | null;

  @Field(() => Int, { nullable: true, description: 'Lower is asked first; null: its own.' })
  readonly priority!: number | null;
}

@ObjectType({ description: "What a policy says of one lane instead of the shop's setting." })
export class LaneOverride {
  @Field(() => String, { description: 'vip, default or overflow.' })
  readonly lane!: string;

  @Field(() => Int, { description: 'Its share of the engine while others want the same, relative to their weights.' })
  readonly weight!: number;

  @Field(() => Int, { description: 'Outside calls it may have under way at once, per engine.' })
  readonly concurrency!: number;
}

@ObjectType({ isAbstract: true })
abstract class PolicyFields {
  @Field(() => ID, { description: 'Its name; another policy has another one.' })
  readonly version!: string;

  @Field(() => ScoringWeights, { description: 'What counts in the score.' })
  readonly weights!: ScoringWeights;

  @Field(() => Diversion, {
    description: "What becomes of channels that are ill. Its numbers judge for all orders at once: a canary's count once it is promoted.",
  })
  readonly diversion!: Diversion;

  @Field(() => [ChannelOverride], { description: 'Channels that stand otherwise than in their own settings.' })
  readonly channels!: readonly ChannelOverride[];

  @Field(() => [LaneOverride], {
    description: "Lanes that share the engine otherwise than the shop is set up, for all orders at once: a canary's count once it is promoted.",
  })
  readonly lanes!: readonly LaneOverride[];
}

@ObjectType({ description: 'A routing policy as it was written down.' })
export class PolicyText extends PolicyFields {}

@ObjectType({ description: 'A policy that is tried on a share of the orders, always the same ones.' })
export class Canary {
  @Field(() => PolicyText, { description: 'What is tried.' })
  readonly policy!: PolicyText;

  @Field(() => Float, { description: 'Share of the orders, in percent.' })
  readonly percent!: number;

  @Field(() => DateTimeScalar, { description: 'Since when.' })
  readonly startedAt!: string;
}

@ObjectType({ description: 'One thing that a policy says otherwise than the one before.' })
export class PolicyChange {
  @Field(() => String, { description: 'Such as weights.cost or channels.upstream-a.weight.' })
  readonly path!: string;

  @Field(() => String, { nullable: true, description: 'What it was; null when it was not there.' })
  readonly before!: string | null;

  @Field(() => String, { nullable: true, description: 'What it is; null when it is gone.' })
  readonly after!: string | null;
}

@ObjectType({ description: 'One step in the history of routing policies.' })
export class RoutingPolicyStep {
  @Field(() => Int, { description: 'Its place in the history, from 0.' })
  readonly revision!: number;

  @Field(() => PolicyStepEnum, { description: 'What was done.' })
  readonly type!: string;

  @Field(() => DateTimeScalar, { description: 'When.' })
  readonly occurredAt!: string;

  @Field(() => String, { description: 'Who did it, kind and id; ENGINE is cardrail itself.' })
  readonly actor!: string;

  @Field(() => String, { nullable: true, description: 'Why, as whoever did it said.' })
  readonly reason!: string | null;

  @Field(() => ID, { description: 'The policy that it is about.' })
  readonly version!: string;

  @Field(() => [PolicyChange], { description: 'What that policy says otherwise than the one in use before.' })
  readonly changes!: readonly PolicyChange[];

  @Field(() => [WorseByEnum], { description: 'Of a canary that was rolled back by itself: by what it was worse.' })
  readonly worseBy!: readonly string[];
}

@ObjectType({ description: 'How orders choose where to buy.' })
export class RoutingPolicy extends PolicyFields {
  @Field(() => Canary, { nullable: true, description: 'What is being tried; null when nothing is.' })
  readonly canary!: Canary | null;

  @Field(() => [RoutingPolicyStep], { description: 'How it came to be so, newest first; the last 100 steps.' })
  readonly history!: readonly RoutingPolicyStep[];
}

@ObjectType({ description: 'One side of a trial, by its newest 1,000 orders. An order counts once its first purchase has an outcome.' })
export class TrialArm {
  @Field(() => Int, { description: 'Orders that count: n.' })
  readonly orders!: number;

  @Field(() => Int, { description: 'Of these, how many got what was asked for by their first purchase, with no time-out and no refusal.' })
  readonly good!: number;

  @Field(() => Float, { nullable: true, description: 'Share of the good ones, 0 to 1; null without orders.' })
  readonly success!: number | null;

  @Field(() => Int, { description: 'Of these, how many are delivered: the times are theirs.' })
  readonly delivered!: number;

  @Field(() => Float, { description: 'From the first purchase to the delivery for each card, mean, in seconds.' })
  readonly meanSecondsPerCard!: number;

  @Field(() => Float, { description: 'The same for the middle one.' })
  readonly p50SecondsPerCard!: number;

  @Field(() => Float, { description: 'The same for 95 in 100.' })
  readonly p95SecondsPerCard!: number;

  @Field(() => Float, { description: 'The same for 99 in 100.' })
  readonly p99SecondsPerCard!: number;

  @Field(() => BigIntScalar, { nullable: true, description: 'Mean cost of one card, in minor units; null when nothing was bought.' })
  readonly unitCostMinor!: number | null;
}

@ObjectType({ description: 'A trial of a routing policy, side by side.' })
export class CanaryReport {
  @Field(() => ID, { description: 'What is tried, or was.' })
  readonly version!: string;

  @Field(() => Float, { nullable: true, description: 'Share of the orders that try it, in percent; null when its trial is over.' })
  readonly percent!: number | null;

  @Field(() => TrialArm, { description: 'Orders that tried it.' })
  readonly canary!: TrialArm;

  @Field(() => TrialArm, { description: 'Orders at the same time that did not.' })
  readonly control!: TrialArm;

  @Field(() => Int, { description: 'Orders that each side needs before anything is concluded.' })
  readonly ordersMin!: number;

  @Field(() => Boolean, { description: 'Whether both sides have these.' })
  readonly enough!: boolean;

  @Field(() => [WorseByEnum], { description: 'By what it seems worse: enough not to promote it.' })
  readonly worseBy!: readonly string[];

  @Field(() => Boolean, { description: 'Whether promoteCanary would be accepted now.' })
  readonly mayBePromoted!: boolean;

  @Field(() => String, { description: 'The same in words.' })
  readonly words!: string;
}

@InputType({ description: 'How much each measured number counts: 0 not at all, 1 as it is, 2 squared; at most 10.' })
export class ScoringWeightsInput {
  @Field(() => Float, { nullable: true, description: 'The share of requests that were answered; 1 unless told.' })
  readonly success?: number;

  @Field(() => Float, { nullable: true, description: 'How soon; 1 unless told.' })
  readonly latency?: number;

  @Field(() => Float, { nullable: true, description: 'How cheaply; 1 unless told.' })
  readonly cost?: number;
}

@InputType({ description: 'Whether new orders go elsewhere when a channel is ill, and from when on it counts as ill.' })
export class DiversionInput {
  @Field(() => Boolean, { nullable: true, description: 'Whether the health of channels is heeded at all; true unless told.' })
  readonly enabled?: boolean;

  @Field(() => Float, { nullable: true, description: 'Diverted above this share of time-outs, in percent.' })
  readonly timeoutPercent?: number;

  @Field(() => Float, { nullable: true, description: 'Isolated from this share of errors on, in percent.' })
  readonly errorPercent?: number;

  @Field(() => Int, { nullable: true, description: 'Diverted when answers take longer in the mean, in milliseconds.' })
  readonly slowMs?: number;
}

@InputType({ description: 'What a policy says of one channel instead of its own settings.' })
export class ChannelOverrideInput {
  @Field(() => ID, { description: 'The channel.' })
  readonly channelId!: string;

  @Field(() => Int, { nullable: true, description: 'Its share among channels of one priority, 0 to 1,000.' })
  readonly weight?: number;

  @Field(() => Int, { nullable: true, description: 'Lower is asked first, 0 to 1,000.' })
  readonly priority?: number;
}

@InputType({ description: "What a policy says of one lane instead of the shop's setting." })
export class LaneOverrideInput {
  @Field(() => String, { description: 'vip, default or overflow.' })
  readonly lane!: string;

  @Field(() => Int, { description: 'Its share of the engine, 1 to 999.' })
  readonly weight!: number;

  @Field(() => Int, { description: 'Outside calls at once, per engine, 1 to 999,999.' })
  readonly concurrency!: number;
}

@InputType({ description: 'How orders choose where to buy. What is left out is as it is built in.' })
export class RoutingPolicyInput {
  @Field(() => ID, { description: 'Its name, never used for another policy: letters, digits, dot, dash, underscore.' })
  readonly version!: string;

  @Field(() => ScoringWeightsInput, { nullable: true, description: 'What counts in the score.' })
  readonly weights?: ScoringWeightsInput;

  @Field(() => DiversionInput, { nullable: true, description: 'What becomes of channels that are ill.' })
  readonly diversion?: DiversionInput;

  @Field(() => [ChannelOverrideInput], { nullable: true, description: 'Channels that stand otherwise than in their own settings; at most 200.' })
  readonly channels?: readonly ChannelOverrideInput[];

  @Field(() => [LaneOverrideInput], { nullable: true, description: 'Lanes that share the engine otherwise than the shop is set up.' })
  readonly lanes?: readonly LaneOverrideInput[];
}

@InputType({ description: 'A policy for every order.' })
export class PublishRoutingPolicyInput extends OperatorInput {
  @Field(() => RoutingPolicyInput, { description: 'The policy.' })
  readonly policy!: RoutingPolicyInput;
}

@InputType({ description: 'A policy to be tried.' })
export class StartCanaryInput extends OperatorInput {
  @Field(() => RoutingPolicyInput, { description: 'The policy.' })
  readonly policy!: RoutingPolicyInput;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of the orders, in percent, 0.1 to 99; 5 unless told. Raised later, whoever was in stays in.',
  })
  readonly percent?: number;
}

@InputType({ description: 'A canary that is to count for every order.' })
export class PromoteCanaryInput extends OperatorInput {
  @Field(() => ID, { description: 'The version that is tried.' })
  readonly version!: string;
}

@InputType({ description: 'A canary whose trial is to end.' })
export class RollBackCanaryInput extends OperatorInput {
  @Field(() => ID, { description: 'The version that is tried.' })
  readonly version!: string;
}

@ObjectType({ description: 'The policy that counts now; `id` is its version.' })
export class PublishRoutingPolicyPayload extends SettingPayload {}

@ObjectType({ description: 'The policy that is tried now; `id` is its version.' })
export class StartCanaryPayload extends SettingPayload {}

@ObjectType({ description: 'The policy that counts now; `id` is its version.' })
export class PromoteCanaryPayload extends SettingPayload {}

@ObjectType({ description: 'The policy that counts for every order again; `id` is its version.' })
export class RollBackCanaryPayload extends SettingPayload {}
