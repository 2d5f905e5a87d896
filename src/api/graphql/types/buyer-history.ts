import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { OrderStatus } from '../../../domain/order/phase';
import { OrderStatusEnum } from '../enums';
import { DateTimeScalar } from '../scalars';
import { Money } from './money';

@InputType({ description: 'Whose history: exactly one of these.' })
export class BuyerInQuestion {
  @Field(() => ID, { nullable: true, description: "The shop's own id of the buyer." })
  readonly buyerRef?: string | null;

  @Field(() => String, { nullable: true, description: 'An e-mail address or telephone number.' })
  readonly contact?: string | null;

  @Field(() => ID, { nullable: true, description: 'Whoever placed this order: by buyer id and by each way to reach them.' })
  readonly orderId?: string | null;
}

@ObjectType({ description: 'So many orders in one state.' })
export class OrdersByStatus {
  @Field(() => OrderStatusEnum, { description: 'The state.' })
  readonly what!: OrderStatus;

  @Field(() => Int, { description: 'How many orders.' })
  readonly count!: number;
}

@ObjectType({ description: 'What a buyer was like so far, by their newest 500 orders.' })
export class BuyerHistory {
  @Field(() => Int, { description: 'Orders that are counted here.' })
  readonly orders!: number;

  @Field(() => Boolean, { description: 'There are older ones, which are not counted.' })
  readonly truncated!: boolean;

  @Field(() => [OrdersByStatus], { description: 'How they stand.' })
  readonly byStatus!: readonly OrdersByStatus[];

  @Field(() => [Money], { description: 'Everything confirmed captured, one sum for each currency.' })
  readonly paid!: readonly Money[];

  @Field(() => [Money], { description: 'Everything confirmed returned, one sum for each currency.' })
  readonly refunded!: readonly Money[];

  @Field(() => Int, { description: 'Complaints, reported codes among them.' })
  readonly complaints!: number;

  @Field(() => Int, { description: 'Of these, how many wait for a person.' })
  readonly openComplaints!: number;

  @Field(() => Int, { description: 'Of these, in how many the buyer was right.' })
  readonly upheldComplaints!: number;

  @Field(() => Int, { description: 'Payments that gateways refused.' })
  readonly declinedPayments!: number;

  @Field(() => Int, { description: 'Orders that came with a risk signal.' })
  readonly risky!: number;

  @Field(() => Boolean, { description: 'Contact, address or device of the newest order are blocked now; networks apart.' })
  readonly blocked!: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the oldest of them was stored.' })
  readonly firstOrderAt!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the newest was stored.' })
  readonly lastOrderAt!: string | null;
}
