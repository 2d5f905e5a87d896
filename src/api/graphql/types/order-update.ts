import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Order, type OrderSource } from './order';
import { OrderEvent } from './order-parts';

@ObjectType({ description: 'An order after one of its events.' })
export class OrderUpdate {
  @Field(() => Int, { description: 'Give the last one seen as `afterRevision` to miss nothing after a break.' })
  readonly revision!: number;

  @Field(() => Order, { description: 'The order as it was right after the event.' })
  readonly order!: OrderSource;

  @Field(() => OrderEvent, { nullable: true, description: 'What happened; null in the first update when no `afterRevision` was given.' })
  readonly event!: OrderEvent | null;
}
