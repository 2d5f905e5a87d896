import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { PaymentKind } from '../../../domain/order/events';
import { PaymentKindEnum } from '../enums';
import { Health, Timeout } from './health';
import { SkuThresholds } from './incident-thresholds';
import { Money } from './money';

@ObjectType({ description: 'What an order is for.' })
export class OrderedSku {
  @Field(() => ID, { description: 'The SKU.' })
  readonly id!: string;

  @Field(() => String, { description: 'Its name in the language of the request; its id when it is no longer in the catalog.' })
  readonly name!: string;
}

@ObjectType({ description: 'Something for sale. Stock is as of the read model, so it may be a moment old.' })
export class Sku {
  @Field(() => ID, { description: 'The SKU.' })
  readonly id!: string;

  @Field(() => String, { description: 'Its name in the language of the request.' })
  readonly name!: string;

  @Field(() => Boolean, { description: 'False while it is paused.' })
  readonly active!: boolean;

  @Field(() => Money, { description: 'Price of one.' })
  readonly price!: Money;

  @Field(() => Int, { description: 'Most that one order may take, in pieces.' })
  readonly maxPerOrder!: number;

  @Field(() => [String], { description: 'Names of what a buyer must fill in.' })
  readonly fields!: readonly string[];

  @Field(() => Int, { description: 'How long an order stays payable, in seconds.' })
  readonly payWithinSeconds!: number;

  @Field(() => Int, { description: 'How long after payment cards are looked for before compensation, in seconds.' })
  readonly deliverWithinSeconds!: number;

  @Field(() => Int, { description: 'Cards that can be promised now, in pieces.' })
  readonly available!: number;

  @Field(() => Int, { description: 'Cards that open orders hold or were promised, in pieces.' })
  readonly reserved!: number;

  @Field(() => Int, { description: 'Cards delivered, in pieces.' })
  readonly sold!: number;

  @Field(() => Boolean, { description: 'Nothing can be promised now: an order is refused before any payment.' })
  readonly soldOut!: boolean;

  @Field(() => SkuThresholds, { nullable: true, description: 'From when on something about it is an incident; null for storefronts.' })
  readonly incidents!: SkuThresholds | null;
}

@ObjectType({ description: 'How the gateway account is set up. For staff.' })
export class GatewayAccount {
  @Field(() => String, { description: 'The protocol spoken with it.' })
  readonly adapter!: string;

  @Field(() => String, { description: 'Where it is called.' })
  readonly baseUrl!: string;

  @Field(() => String, { description: 'Our account there.' })
  readonly merchantId!: string;

  @Field(() => [String], { description: 'What it can do when an outcome is unknown: replay, lookup, cancel.' })
  readonly flags!: readonly string[];

  @Field(() => Int, { description: 'How long "never heard of it" must last before it counts, in seconds.' })
  readonly notFoundFinalAfterSeconds!: number;

  @Field(() => Int, {
    description: 'Calls that each engine has under way there at most: its own limit or that of the shop, and never more than half of the engine.',
  })
  readonly maxInFlight!: number;
}

@ObjectType({ description: 'A way to pay.' })
export class Gateway {
  @Field(() => ID, { description: 'The gateway.' })
  readonly id!: string;

  @Field(() => Boolean, { description: 'False while it is paused: no new payment is requested from it.' })
  readonly active!: boolean;

  @Field(() => [PaymentKindEnum], { description: 'What kinds of payment it takes.' })
  readonly kinds!: readonly PaymentKind[];

  @Field(() => Health, { description: 'How it is: while it is not HEALTHY, another way to pay is worth offering.' })
  readonly health!: Health;

  @Field(() => Timeout, { description: 'How long a request for a payment may take there.' })
  readonly timeout!: Timeout;

  @Field(() => GatewayAccount, { nullable: true, description: 'Its account; null for storefronts.' })
  readonly account!: GatewayAccount | null;
}
