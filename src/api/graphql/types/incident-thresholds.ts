import { Field, Float, Int, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'From when on orders that wait for something are an incident.' })
export class WaitThresholds {
  @Field(() => Int, { description: 'Paid orders that wait for it: its own number, or that of the shop.' })
  readonly waitingOrders!: number;

  @Field(() => Int, { nullable: true, description: 'Minutes since the payment of the one that has waited longest; null: nobody is told.' })
  readonly waitingMinutes!: number | null;
}

@ObjectType({ description: 'From when on something about a SKU is an incident.' })
export class SkuThresholds extends WaitThresholds {
  @Field(() => Int, {
    nullable: true,
    description: 'Of its orders of the last hour that were delivered or given back, the percentage given back; null: nobody is told.',
  })
  readonly failurePercent!: number | null;

  @Field(() => Int, { nullable: true, description: 'Cards in the pool below which it is low; null: not by a number.' })
  readonly lowStockUnits!: number | null;

  @Field(() => Float, { nullable: true, description: 'Days that the pool is to last by the forecast, below which it is low; null: not by days.' })
  readonly lowStockDays!: number | null;
}
