import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { ChannelStatusEnum } from '../enums';
import { DateTimeScalar } from '../scalars';
import { Health, Timeout } from './health';
import { WaitThresholds } from './incident-thresholds';
import { Money } from './money';

@ObjectType({ description: 'What a channel said of one product when it was asked just now.' })
export class ChannelProduct {
  @Field(() => String, { description: 'Its name at the channel.' })
  readonly product!: string;

  @Field(() => Int, { nullable: true, description: 'How many could be bought, in pieces; null when it did not say.' })
  readonly available!: number | null;

  @Field(() => Money, { nullable: true, description: 'What one costs the shop; null when it did not say.' })
  readonly unitCost!: Money | null;

  @Field(() => String, { nullable: true, description: 'Why it did not say, such as TIMEOUT; null when it did.' })
  readonly problem!: string | null;
}

@ObjectType({ description: 'Stock, prices and balance at a channel, asked there at the moment of the query: nothing of it is kept.' })
export class ChannelSupply {
  @Field(() => DateTimeScalar, { description: 'When it was asked.' })
  readonly askedAt!: string;

  @Field(() => Money, { nullable: true, description: 'What is left of the deposit; null when it did not say.' })
  readonly balance!: Money | null;

  @Field(() => String, { nullable: true, description: 'Why it did not tell the balance, such as TIMEOUT; null when it did.' })
  readonly balanceProblem!: string | null;

  @Field(() => [ChannelProduct], { description: 'Every product that some SKU buys there, by name; the first 50.' })
  readonly products!: readonly ChannelProduct[];
}

@ObjectType({ description: "What is left of the shop's deposit at a channel, as last told: small moves are not told." })
export class ChannelBalance {
  @Field(() => Money, { description: 'What is left; below zero where the channel lends.' })
  readonly amount!: Money;

  @Field(() => Money, { nullable: true, description: 'People are told when less is left; null when nobody asked for that.' })
  readonly min!: Money | null;

  @Field(() => Boolean, { description: 'Less is left than that.' })
  readonly low!: boolean;

  @Field(() => DateTimeScalar, { description: 'When it was told.' })
  readonly toldAt!: string;
}

@ObjectType({ description: 'Stock and price of one product at a channel, as last told: small moves are not told.' })
export class ChannelStock {
  @Field(() => String, { description: 'Its name at the channel.' })
  readonly product!: string;

  @Field(() => Int, { description: 'How many could be bought, in pieces.' })
  readonly available!: number;

  @Field(() => Money, { nullable: true, description: 'What one costs the shop; null for whoever may not see costs.' })
  readonly unitCost!: Money | null;

  @Field(() => DateTimeScalar, { description: 'When it was told.' })
  readonly toldAt!: string;
}

@ObjectType({ description: 'An upstream that sells cards by API.' })
export class Channel {
  @Field(() => ID, { description: 'The channel.' })
  readonly id!: string;

  @Field(() => ChannelStatusEnum, { description: 'Whether the shop buys there.' })
  readonly status!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Orders submitted later do without it; null unless it is DRAINING.' })
  readonly drainingSince!: string | null;

  @Field(() => Health, { description: 'How it is.' })
  readonly health!: Health;

  @Field(() => Timeout, { description: 'How long a new purchase there may take.' })
  readonly timeout!: Timeout;

  @Field(() => String, { description: 'The protocol spoken with it.' })
  readonly adapter!: string;

  @Field(() => String, { description: 'Where it is called.' })
  readonly baseUrl!: string;

  @Field(() => [String], {
    description: 'What it can do when an outcome is unknown: replay, lookup, cancel; and partialFill: it may give fewer than asked.',
  })
  readonly flags!: readonly string[];

  @Field(() => Int, { description: 'How long "never heard of it" must last before it counts, in seconds.' })
  readonly notFoundFinalAfterSeconds!: number;

  @Field(() => Int, { description: 'Its share among channels of one priority.' })
  readonly weight!: number;

  @Field(() => Int, { description: 'Lower is asked first.' })
  readonly priority!: number;

  @Field(() => Int, { description: 'New purchases sent to it each second at most, by each process.' })
  readonly ratePerSecond!: number;

  @Field(() => Int, { description: 'Purchases under way there at once at most, by each process.' })
  readonly maxInFlight!: number;

  @Field(() => WaitThresholds, { description: 'From when on orders that wait for it are an incident.' })
  readonly incidents!: WaitThresholds;

  @Field(() => [ID], { description: 'SKUs that may buy from it, by id.' })
  readonly skuIds!: readonly string[];
}
