import { Field, Float, Int, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'A line of those who wait.' })
export class WaitingLine {
  @Field(() => Int, { description: 'How many are in it.' })
  readonly depth!: number;

  @Field(() => Int, { description: 'How long the first of them waits, in seconds; 0 when nobody does.' })
  readonly oldestAgeSeconds!: number;

  @Field(() => Float, { nullable: true, description: 'How many leave it per second while somebody is in it; null while nobody has left lately.' })
  readonly drainedPerSecond!: number | null;

  @Field(() => Int, { nullable: true, description: 'By how much past estimates of the wait were wrong, in seconds; null before there was one.' })
  readonly etaErrorSeconds!: number | null;
}

@ObjectType({ description: 'A queue with its own share of the engine. In it are the orders whose next step is that of the shop.' })
export class Lane extends WaitingLine {
  @Field(() => String, { description: 'vip, default or overflow.' })
  readonly name!: string;

  @Field(() => Int, { description: 'Its share while others want the same, relative to their weights.' })
  readonly weight!: number;

  @Field(() => Int, { description: 'Outside calls it may have under way at once, per engine.' })
  readonly concurrency!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'The same as it is now: less while its calls take much longer than usual. Of the engine of the process that answers; null where it has none.',
  })
  readonly concurrencyNow!: number | null;
}
