import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { DateTimeScalar } from '../scalars';

@ObjectType({ description: 'An hour to come, and what is expected of it.' })
export class ExpectedHour {
  @Field(() => DateTimeScalar, { description: 'Its beginning.' })
  readonly hour!: string;

  @Field(() => Float, { description: 'Units, a mean.' })
  readonly units!: number;
}

@ObjectType({
  description: 'What a product is expected to sell: the same hours of past weeks, the newest counting most, at the level of the last day.',
})
export class DemandForecast {
  @Field(() => ID, { description: 'The product.' })
  readonly skuId!: string;

  @Field(() => [ExpectedHour], { description: 'Hour by hour, beginning with the one that runs.' })
  readonly expected!: readonly ExpectedHour[];

  @Field(() => ExpectedHour, { description: 'The highest hour of the next 24.' })
  readonly peak!: ExpectedHour;

  @Field(() => Float, { description: 'Weeks since the first sale. Below 1 nothing is known of weekdays, and the mean of the last day is told.' })
  readonly weeksOfHistory!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'How far the forecasts of the last 7 days were off, each made an hour ahead: units missed per unit sold. Null when fewer than 20 were sold.',
  })
  readonly pastError?: number | null;

  @Field(() => Int, { description: 'Units paid for in the hour that runs.' })
  readonly soldThisHour!: number;

  @Field(() => Boolean, { description: 'This hour sells three times what was expected of it so far, and 20 units or more.' })
  readonly hot!: boolean;

  @Field(() => Int, { description: 'Cards in the pool that nobody holds.' })
  readonly available!: number;

  @Field(() => Float, { nullable: true, description: 'Days until they are sold, at what is expected. Null when they last 60 days or longer.' })
  readonly runwayDays?: number | null;
}
